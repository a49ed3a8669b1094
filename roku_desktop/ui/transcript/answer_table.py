"""A table of an answer: its lines as cells, drawn as a QTextTable with columns as wide as its first rows ask.

Widths depend on the first rows only, so rows that stream in below move nothing, and the parts of a long
table, which lie in sections of their own, have the same columns. Called by `answer_document.py`, which
fills in what stands in a cell; the lines between rows are painted by `row_backdrop.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from roku_desktop.ui.transcript.markdown_lines import alignments_of, cells_of
from roku_desktop.ui.transcript.markdown_spans import Span, spans_of
from roku_desktop.ui.transcript.row_look import Backdrop, Look
from roku_desktop.ui.transcript.sections import HEAD_OF_TABLE_LINES

_MOST_COLUMNS = 24
_LEAST_LINES_TO_GROW = 3
# In lines: the room between a cell's text and its border, what a column has beyond its widest cell,
# the narrowest column, and what is left free below a table.
_PADDING = 0.32
_SPARE = 0.4
_NARROWEST = 1.6
_BELOW = 0.9
_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "centre": Qt.AlignmentFlag.AlignHCenter,
}

FormatOf = Callable[[Span, QTextCharFormat], QTextCharFormat]


class TableText:
    """The lines of a table as cells. `head`: its first lines, if it began in the section before."""

    def __init__(self, lines: Sequence[str], head: Sequence[str]) -> None:
        first = head or lines
        self.alignments = alignments_of(first[1]) if len(first) > 1 else None
        self.has_head = self.alignments is not None and not head
        self.rows = [cells_of(line)[:_MOST_COLUMNS] for line in lines]
        self.first_rows = [cells_of(line)[:_MOST_COLUMNS] for line in first[:HEAD_OF_TABLE_LINES]]
        if self.alignments is not None:
            del self.first_rows[1]
            if not head:
                del self.rows[1]
        self.columns = max(len(row) for row in (*self.rows, *self.first_rows))

    def cell(self, row: int, column: int) -> str:
        return self.rows[row][column] if column < len(self.rows[row]) else ""


class AnswerTable:
    """One that is drawn. `head` as for `TableText`; `format_of` says how a stretch of a cell looks."""

    def __init__(self, lines: Sequence[str], head: Sequence[str], look: Look, format_of: FormatOf) -> None:
        self._head = head
        self._look = look
        self._format_of = format_of
        self._shown = TableText(lines, head)
        self._widths: list[float] = []
        self._natural_widths: dict[tuple[str, bool], float] = {}
        self._table: QTextTable | None = None

    def draw(self, cursor: QTextCursor, *, above: float, width_px: int) -> None:
        """Put it where the cursor is, `above` pixels below what stands there, in a column of that width."""
        text = self._shown
        self._widths = self._widths_in(width_px)
        self._table = cursor.insertTable(len(text.rows), text.columns, self._format(above))
        for number in range(len(text.rows)):
            self._fill_row(number)

    def grow(self, lines: Sequence[str], *, width_px: int) -> bool:
        """Add rows and return True if that is all that is new: drawing it anew would cost its size."""
        table, shown, text = self._table, self._shown, TableText(lines, self._head)
        if table is None or len(lines) < _LEAST_LINES_TO_GROW:
            return False
        if text.columns != shown.columns or text.alignments != shown.alignments:
            return False
        self._shown = text
        widths = self._widths_in(width_px)
        if widths != self._widths:
            self._widths = widths
            table.setFormat(self._format(table.format().topMargin()))
        table.appendRows(len(text.rows) - len(shown.rows))
        for number in range(len(shown.rows) - 1, len(text.rows)):  # the last one may have been open
            self._fill_row(number)
        return True

    def leave_room_below(self, *, wanted: bool = True) -> None:
        """Something follows: Qt leaves out the margin above a block behind a table, so the table has it."""
        assert self._table is not None
        above = self._table.format().topMargin()
        below = _BELOW * self._look.line_height if wanted else 0.0
        if self._table.format().bottomMargin() != below:
            self._table.setFormat(self._format(above, below))

    # Cells

    def _fill_row(self, number: int) -> None:
        assert self._table is not None
        look, text = self._look, self._shown
        base = look.bold if text.has_head and number == 0 else look.text
        for column in range(text.columns):
            cell = self._table.cellAt(number, column)
            cursor = cell.firstCursorPosition()
            cursor.setPosition(cell.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            cursor.setBlockFormat(self._block(number, column))
            cursor.setBlockCharFormat(look.text)
            for span in spans_of(text.cell(number, column)):
                cursor.insertText(span.text, self._format_of(span, base))
            cursor.block().layout().setCacheEnabled(True)

    def _block(self, number: int, column: int) -> QTextBlockFormat:
        ruled = column == 0 and (number > 0 or bool(self._head))
        block = self._look.block(backdrop=Backdrop.ROW if ruled else Backdrop.NONE)
        alignments = self._shown.alignments
        if alignments is not None and column < len(alignments):
            block.setAlignment(_ALIGNMENTS[alignments[column]])
        return block

    # Columns

    def _widths_in(self, width_px: int) -> list[float]:
        """What each column takes with its padding, so that all of them fit."""
        text, look = self._shown, self._look
        widths = [_NARROWEST * look.line_height] * text.columns
        for number, row in enumerate(text.first_rows):
            base = look.bold if text.alignments is not None and number == 0 else look.text
            for column, cell in enumerate(row):
                natural = self._natural_width(cell, base)
                widths[column] = max(widths[column], 1.08 * natural + _SPARE * look.line_height)
        padding = 2 * _PADDING * look.line_height
        return [width + padding for width in fitted(widths, width_px - padding * text.columns)]

    def _natural_width(self, cell: str, base: QTextCharFormat) -> float:
        """Measured once: a table that grows asks for those of all its first rows again and again."""
        known = (cell, base is self._look.bold)
        if known not in self._natural_widths:
            self._natural_widths[known] = sum(
                self._look.width_of(span.text, self._format_of(span, base)) for span in spans_of(cell)
            )
        return self._natural_widths[known]

    def _format(self, above: float, below: float = 0.0) -> QTextTableFormat:
        table = QTextTableFormat()
        table.setCellPadding(_PADDING * self._look.line_height)
        table.setCellSpacing(0)
        table.setBorder(0)
        table.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        table.setTopMargin(above)
        table.setBottomMargin(below)
        fixed = QTextLength.Type.FixedLength
        table.setColumnWidthConstraints([QTextLength(fixed, width) for width in self._widths])
        return table


def fitted(widths: Sequence[float], room: float) -> list[float]:
    """The widths with the widest cut down to one measure, so that together they take at most `room`."""
    if sum(widths) <= room:
        return list(widths)
    left, most = room, 0.0
    for place, width in enumerate(sorted(widths)):
        most = max(0.0, left) / (len(widths) - place)
        if width > most:
            break
        left -= width
    return [min(width, most) for width in widths]
