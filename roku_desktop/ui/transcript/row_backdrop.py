"""What stands behind the transcript's text: bubbles of prompts, panels of code, bars of quotes.

QTextDocument can't draw round corners, so the view paints these before the text, for the blocks
that can be seen. Which block has which backdrop stands in its format (`row_look.py`).
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QPainter, QPalette, QTextBlock, QTextCursor

from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.row_document import RowDocument
from roku_desktop.ui.transcript.row_look import BACKDROP_PROPERTY, GROUP_PROPERTY, LEVEL_PROPERTY, Backdrop

_RADIUS_PX = 9


class BackdropPainter:
    """Paints one frame. `column` is the width of the text, `em` the height of a line, in pixels."""

    def __init__(self, painter: QPainter, palette: QPalette, *, column: float, em: float) -> None:
        self._painter = painter
        self._palette = palette
        self._column = column
        self._em = em
        painter.setPen(Qt.PenStyle.NoPen)

    def paint(self, layout: QAbstractTextDocumentLayout, row: RowDocument, clip: QRectF) -> None:
        """Paint what is behind the blocks of a row that lie in `clip` (document pixels)."""
        first = layout.document().findBlock(layout.hitTest(clip.topLeft(), Qt.HitTestAccuracy.FuzzyHit))
        block = _first_of_group(first)
        while block.isValid():
            kind, group = _backdrop_of(block)
            if kind == Backdrop.NONE:
                block = block.next()
                continue
            if layout.blockBoundingRect(block).top() > clip.bottom():
                return
            area, text = QRectF(), QRectF()
            begins, ends = block, block
            while block.isValid() and _backdrop_of(block) == (kind, group):
                rect = layout.blockBoundingRect(block)
                if kind == Backdrop.BAR:
                    self._paint_bars(block, rect)
                area = area.united(rect)
                if kind == Backdrop.BUBBLE:
                    text = text.united(_natural_rect(block))
                ends, block = block, block.next()
                if kind in (Backdrop.RULE, Backdrop.ROW):
                    break
            if kind == Backdrop.CODE:
                area = self._reaching_on(area, row, begins, ends)
            elif kind == Backdrop.ROW:
                self._paint_line_above(layout, begins, area)
            self._paint_one(kind, area, text)

    def _reaching_on(self, area: QRectF, row: RowDocument, first: QTextBlock, last: QTextBlock) -> QRectF:
        """A panel that goes on in a neighbouring row: what lies outside of this one is clipped away, the
        round corners with it."""
        above = 2 * self._em if row.continues_code and not first.previous().isValid() else 0
        below = 2 * self._em if row.code_continues and not last.next().isValid() else 0
        return area.adjusted(0, -above, 0, below)

    def _paint_one(self, kind: int, area: QRectF, text: QRectF) -> None:
        palette, em = self._palette, self._em
        match kind:
            case Backdrop.BUBBLE:
                # Hebrew and Arabic stand at the right of the column.
                left = max(text.left() - 0.8 * em, 0.0)
                right = min(text.right() + 0.8 * em, self._column)
                self._paint_box(area.adjusted(left, 0, 0, 0), right - left)
            case Backdrop.CODE:
                self._paint_box(area, self._column)
            case Backdrop.CARD:
                box = self._box(area, self._column).adjusted(0.5, 0.5, -0.5, -0.5)
                self._painter.setBrush(Qt.BrushStyle.NoBrush)
                self._painter.setPen(theme.line(palette))
                self._painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
                self._painter.setPen(Qt.PenStyle.NoPen)
            case Backdrop.RULE:
                self._painter.fillRect(QRectF(0, area.center().y(), self._column, 1), theme.line(palette))
            case _:
                pass

    def _paint_line_above(self, layout: QAbstractTextDocumentLayout, cell: QTextBlock, area: QRectF) -> None:
        """Between two rows of a table, as wide as the table."""
        table = QTextCursor(cell).currentTable()
        padding, width = table.format().cellPadding(), layout.frameBoundingRect(table).width()
        self._painter.fillRect(QRectF(0, round(area.top() - padding), width, 1), theme.line(self._palette))

    def _paint_bars(self, block: QTextBlock, area: QRectF) -> None:
        """One for each level that a line is quoted on."""
        self._painter.setBrush(theme.line(self._palette))
        for level in range(block.blockFormat().intProperty(LEVEL_PROPERTY) + 1):
            bar = QRectF(0.9 * self._em * level, area.top(), 3, area.height() + 3)
            self._painter.drawRoundedRect(bar, 1.5, 1.5)

    def _paint_box(self, area: QRectF, width: float) -> None:
        self._painter.setBrush(QColor(theme.panel(self._palette)))
        self._painter.drawRoundedRect(self._box(area, width), _RADIUS_PX, _RADIUS_PX)

    def _box(self, area: QRectF, width: float) -> QRectF:
        # Lines are 1.22 high with the room above the letters, so less of it is added above.
        return QRectF(area.left(), area.top() - 0.34 * self._em, width, area.height() + 0.8 * self._em)


def _first_of_group(block: QTextBlock) -> QTextBlock:
    backdrop = _backdrop_of(block)
    while backdrop[1] and block.previous().isValid() and _backdrop_of(block.previous()) == backdrop:
        block = block.previous()
    return block


def _backdrop_of(block: QTextBlock) -> tuple[int, int]:
    block_format = block.blockFormat()
    return block_format.intProperty(BACKDROP_PROPERTY), block_format.intProperty(GROUP_PROPERTY)


def _natural_rect(block: QTextBlock) -> QRectF:
    """Where its letters are, without the empty rest of the lines."""
    layout, letters = block.layout(), QRectF()
    for index in range(layout.lineCount()):
        letters = letters.united(layout.lineAt(index).naturalTextRect())
    return letters.translated(layout.position())
