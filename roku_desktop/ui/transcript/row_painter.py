"""Paints rows of a transcript: what stands behind the text, the text, what is selected of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QAbstractTextDocumentLayout, QPainter, QPalette, QTextCharFormat, QTextCursor

from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.found_text import places_of
from roku_desktop.ui.transcript.row_backdrop import BackdropPainter
from roku_desktop.ui.transcript.row_document import RowDocument
from roku_desktop.ui.transcript.rows import TranscriptRows
from roku_desktop.ui.transcript.selection import TranscriptSelection

# A panel, or a line that two rows share, reaches at most so far out of its row.
_OVERLAP_LINES: Final = 2.0


def paint_rows(
    painter: QPainter,
    rows: TranscriptRows,
    palette: QPalette,
    *,
    area: QRect,
    scrolled: int,
    selection: TranscriptSelection | None,
    sought: str = "",
) -> None:
    """Paint what reaches into `area` of a viewport that shows the rows from `scrolled` on.

    All places of `sought` are marked.
    """
    row_painter = RowPainter(painter, palette, rows.look.line_height, rows.width_px)
    overlap = math.ceil(_OVERLAP_LINES * rows.look.line_height)
    first, last = area.top() - overlap + scrolled, area.bottom() + overlap + scrolled
    for row, top in rows.between(first, last):
        document = rows.document(row)
        selected = selection.cursor(row, document.document) if selection else None
        row_painter.paint(
            document, top - scrolled, rows.height(row), area, selected, places_of(document.document, sought)
        )


class RowPainter:
    """Paints one frame. `em` is the height of a line and `width` that of the column, in pixels."""

    def __init__(self, painter: QPainter, palette: QPalette, em: float, width: int) -> None:
        self._painter = painter
        self._width = width
        self._context = QAbstractTextDocumentLayout.PaintContext()
        self._context.palette = palette
        self._backdrops = BackdropPainter(painter, palette, column=width, em=em)
        self._selected = QTextCharFormat()
        self._selected.setBackground(palette.color(QPalette.ColorRole.Highlight))
        self._selected.setForeground(palette.color(QPalette.ColorRole.HighlightedText))
        self._found = QTextCharFormat()
        self._found.setBackground(theme.found(palette))

    def paint(  # noqa: PLR0917  one frame of one row
        self,
        row: RowDocument,
        top: int,
        height: int,
        area: QRect,
        selected: QTextCursor | None,
        found: Sequence[QTextCursor] = (),
    ) -> None:
        """Paint a row that begins at `top`, as far as it reaches into `area`."""
        begin = top + row.above
        clip = QRectF(0, area.top() - begin, self._width, area.height())
        self._painter.save()
        is_part = row.continues_code or row.code_continues
        if is_part:  # its panel is one with its neighbour's
            self._painter.setClipRect(QRectF(0, top, self._width, height))
        self._painter.translate(0, begin)
        layout = row.document.documentLayout()
        self._backdrops.paint(layout, row, clip)
        if is_part:
            self._painter.setClipping(False)  # the first line may be in the neighbour's last one
        self._context.clip = clip
        self._context.selections = [
            *(self._selection(place, self._found) for place in found),
            *([self._selection(selected, self._selected)] if selected else ()),
        ]
        layout.draw(self._painter, self._context)
        self._painter.restore()

    def _selection(self, cursor: QTextCursor, look: QTextCharFormat) -> QAbstractTextDocumentLayout.Selection:
        selection = QAbstractTextDocumentLayout.Selection()
        selection.cursor = cursor
        selection.format = look
        return selection
