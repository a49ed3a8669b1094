"""A session as a PDF, painted as the window paints it, in light colours, a row at a time.

Qt paints on the window's thread, so it is done in steps of a few milliseconds. Pages break between lines.
Called by `forms.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QRect, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from roku_desktop.engine import SessionSummary, StoredMessage
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.answer_document import AnswerDocument
from roku_desktop.ui.transcript.entries import AnswerEntry, Entry, PromptEntry
from roku_desktop.ui.transcript.entry_text import lines_of
from roku_desktop.ui.transcript.page_entries import entries_of_page
from roku_desktop.ui.transcript.row_document import RowDocument
from roku_desktop.ui.transcript.row_look import Look
from roku_desktop.ui.transcript.row_painter import RowPainter

_MARGIN_MM: Final = 18.0
# A line of the page holds as much as one of a window of this width.
_WIDTH_PX: Final = 680
_FOOT_PX: Final = 28
_DPI: Final = 300
_STEP_S: Final = 0.012
_LETTER: Final = (QLocale.Country.UnitedStates, QLocale.Country.Canada, QLocale.Country.Mexico)


async def pdf_of(summary: SessionSummary, pages: AsyncIterator[Sequence[StoredMessage]]) -> bytes:
    """The whole file. Must be called on the thread of the application."""
    paper = _Paper(summary.title)
    try:
        title = " ".join(summary.title.split()) or tr("Untitled session")
        paper.add(AnswerEntry(run_id="", text=f"# {title}"))
        rested_s = time.monotonic()
        async for page in pages:
            read = await asyncio.to_thread(entries_of_page, page, {})
            for entry in read.entries:
                paper.add(_in_words(entry))
                if time.monotonic() - rested_s > _STEP_S:
                    await asyncio.sleep(0)
                    rested_s = time.monotonic()
    finally:
        paper.end()
    return paper.written


class _Paper:
    """The pages; `add` puts a row below what stands there."""

    def __init__(self, title: str) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator("Roku Desktop")
        self._writer.setResolution(_DPI)
        letter = QLocale.system().territory() in _LETTER
        size = QPageSize(QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4)
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        self._writer.setPageLayout(
            QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
        )
        self._palette = theme.palette_of(Qt.ColorScheme.Light)
        self._look = Look(self._palette)
        self._painter = QPainter(self._writer)
        scale = self._writer.width() / _WIDTH_PX
        self._painter.scale(scale, scale)
        self._height = int(self._writer.height() / scale) - _FOOT_PX
        self._rows = RowPainter(self._painter, self._palette, self._look.line_height, _WIDTH_PX)
        self._y = 0
        self._page = 1

    def add(self, entry: Entry) -> None:
        row: RowDocument
        if isinstance(entry, AnswerEntry):
            row = AnswerDocument(entry, self._look, _WIDTH_PX)
        else:
            row = RowDocument(entry, self._look, _WIDTH_PX)
        height, begin = row.height_px, 0
        ends = list(_line_ends(row))
        while begin < height:
            room = self._height - self._y
            end = height if height - begin <= room else _break(ends, begin, begin + room)
            if end <= begin:
                if self._y == 0:  # one line is higher than a page
                    end = begin + room
                else:
                    self._next_page()
                    continue
            self._paint(row, begin, min(end, height))
            begin = end
            if begin < height:
                self._next_page()

    def end(self) -> None:
        if self._painter.isActive():
            self._paint_number()
            self._painter.end()

    @property
    def written(self) -> bytes:
        return bytes(self._buffer.data().data())

    def _paint(self, row: RowDocument, begin: int, end: int) -> None:
        area = QRect(0, self._y, _WIDTH_PX, end - begin)
        self._painter.save()
        self._painter.setClipRect(area)
        self._rows.paint(row, self._y - begin, row.height_px, area, None)
        self._painter.restore()
        self._y += end - begin

    def _next_page(self) -> None:
        self._paint_number()
        self._writer.newPage()
        self._y = 0
        self._page += 1

    def _paint_number(self) -> None:
        self._painter.setPen(theme.muted(self._palette))
        font = theme.scaled_font(1.0)
        font.setPixelSize(round(0.8 * self._look.line_height))  # a size in points is one of the paper
        self._painter.setFont(font)
        foot = QRectF(0, self._height, _WIDTH_PX, _FOOT_PX)
        place = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        self._painter.drawText(foot, int(place), str(self._page))
        self._painter.setPen(Qt.PenStyle.NoPen)


def _line_ends(row: RowDocument) -> Iterator[int]:
    """Where a row can be broken, in its pixels: below a line beside which no other one stands."""
    layout = row.document.documentLayout()
    lines: list[tuple[float, float]] = []
    block = row.document.begin()
    while block.isValid():
        top = row.above + layout.blockBoundingRect(block).top()
        for number in range(block.layout().lineCount()):
            line = block.layout().lineAt(number)
            lines.append((top + line.y(), top + line.y() + line.height()))
        block = block.next()
    bottom = 0.0
    for top, end in sorted(lines):
        if bottom and top >= bottom - 1:
            yield int(bottom)
        bottom = max(bottom, end)


def _break(ends: Sequence[int], begin: int, most: int) -> int:
    """The last place to break at most there, or `begin`."""
    return max((end for end in ends if begin < end <= most), default=begin)


def _in_words(entry: Entry) -> Entry:
    """Images are named on paper, not printed."""
    if not isinstance(entry, PromptEntry) or not entry.images:
        return entry
    return PromptEntry(run_id=entry.run_id, text="\n".join(lines_of(entry)))
