"""A section of an answer: Markdown drawn as it streams.

Finished lines stay; only the open last line, or the open table at the end, is drawn again. Where a
section goes on in a line that was cut, its text begins beside the end of the section before
(`line_end.py`), so that nobody sees the cut. Reading is `markdown_lines.py`'s, cutting an answer into
sections `sections.py`'s; made by `rows.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.answer_table import AnswerTable
from roku_desktop.ui.transcript.entries import AnswerEntry, Entry
from roku_desktop.ui.transcript.line_end import LineEnd, first_word
from roku_desktop.ui.transcript.markdown_lines import Line, grows_plainly, is_table_line
from roku_desktop.ui.transcript.markdown_spans import Mark, Span
from roku_desktop.ui.transcript.row_document import RowDocument, keep_shaped
from roku_desktop.ui.transcript.row_look import BACKDROP_PROPERTY, GROUP_PROPERTY, Backdrop, Look
from roku_desktop.ui.transcript.row_spots import BUTTON_PX, Spot
from roku_desktop.ui.transcript.sections import is_cut, read_on
from roku_desktop.ui.transcript.stand import START, Stand


class AnswerDocument(RowDocument):
    """Shows one `AnswerEntry`.

    `begins_beside` is where the section before ends, if this one goes on in its last line.
    """

    entry: AnswerEntry

    def __init__(
        self, entry: AnswerEntry, look: Look, width_px: int, *, begins_beside: LineEnd | None = None
    ) -> None:
        self._begins_beside = begins_beside
        self._base = look.text
        self._group = 0
        self._behind_table = False
        self._table: AnswerTable | None = None  # at the end, where it may grow
        self._last_table: AnswerTable | None = None
        # What is finished: characters of the document and of the text, what reading had come to.
        self._settled = self._read = 0
        self._settled_state: tuple[bool, bool, int, AnswerTable | None] = (True, False, 0, None)
        self._stand = START
        super().__init__(entry, look, width_px)

    @property
    def height_px(self) -> int:
        return 0 if self._is_first else super().height_px  # blank lines alone show nothing

    @property
    def continues_code(self) -> bool:
        return self.entry.start.fence is not None

    @property
    def code_continues(self) -> bool:
        """Whether the next section goes on with the code block at its end."""
        if self.entry.growing or self._stand.fence is None:
            return False
        open_line = self.entry.text[self._read :]
        return not open_line or is_cut(open_line)

    @property
    def line_end(self) -> LineEnd:
        """Where its text ends; for what goes on in its last line."""
        last = self.document.lastBlock()
        top = self.above + self._rect(last).top()
        layout = last.layout()
        line = layout.lineAt(layout.lineCount() - 1)
        x = cast("tuple[float, int]", line.cursorToX(last.length() - 1))[0]  # its stub says object
        return LineEnd(
            block=last.blockFormat(),
            look=self._base,
            x=layout.position().x() + x,
            above=top + line.y() - self.height_px,
        )

    def update(self, entry: Entry) -> int:
        assert isinstance(entry, AnswerEntry)
        shown, self.entry, self._spots = self.entry, entry, None
        if entry.text == shown.text:
            # A code block at the end may be the first part of a panel now.
            return max(0, self.height_px - 3 * int(self._look.line_height))
        unchanged_px = self._place_of_open_line()
        cursor = QTextCursor(self.document)
        cursor.beginEditBlock()
        self._grow(cursor, shown.text, entry.text)
        cursor.endEditBlock()
        return unchanged_px

    def _find_spots(self) -> Sequence[Spot]:
        """A button for each code block that begins here, once nothing grows any more."""
        if self.entry.growing:
            return ()
        found: list[Spot] = []
        block, key, before = self.document.begin(), 0, (0, 0)
        while block.isValid():
            block_format = block.blockFormat()
            panel = (block_format.intProperty(GROUP_PROPERTY), block_format.intProperty(BACKDROP_PROPERTY))
            if panel[1] == Backdrop.CODE and panel != before:
                if not (self.continues_code and not block.previous().isValid()):
                    found.append(self._spot_of_code(self._rect(block).top(), key))
                key += 1
            before, block = panel, block.next()
        return found

    def _spot_of_code(self, top: float, key: int) -> Spot:
        return Spot(
            action="copy_code",
            title=tr("Copy this code"),
            x=self._width_px - theme.grown(BUTTON_PX) - 6,
            y=self.above + top - 0.15 * self._look.line_height,
            key=key,
        )

    # Growing

    def _place_of_open_line(self) -> int:
        """With what a panel that ends there takes above it."""
        if not self._settled and self.above < 0:
            return math.floor(self.above)
        block = self.document.findBlock(self._settled)
        if self._settled > block.position():
            return max(0, int(self.above + self._rect(block).bottom() - 0.5 * self._look.line_height))
        return max(0, int(self.above + self._rect(block).top() - self._look.line_height))

    def _grow(self, cursor: QTextCursor, shown: str, text: str) -> None:
        added = text[len(shown) :]
        if self._stand.fence is None and grows_plainly(shown[self._read :], added):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(added, cursor.charFormat())
            return
        if self._grow_table(text):
            return
        self._is_first, self._behind_table, self._group, self._last_table = self._settled_state
        self._clear_after(cursor, self._settled)
        if self._behind_table:  # what began there is gone: the block is Qt's again
            cursor.setBlockFormat(self._look.nothing)
            if self._last_table is not None:
                self._last_table.leave_room_below(wanted=False)
        self._draw_lines(cursor, text)

    def _draw(self, cursor: QTextCursor, entry: Entry) -> None:
        assert isinstance(entry, AnswerEntry)
        self._stand = entry.start
        self._draw_lines(cursor, entry.text)

    def _draw_lines(self, cursor: QTextCursor, text: str) -> None:
        """Draw the text from `_read` on. The last line stays open, and a table at the end too."""
        self._table = None
        position, stand = self._read, self._stand
        table: list[str] = []
        *finished, last = text[position:].split("\n")
        for line in finished:
            if is_table_line(line, stand.fence) and not stand.inside_line:
                table.append(line)
                _, after = read_on(line, stand, styled=False)
            else:
                self._draw_table(cursor, table, self._stand)
                table = []
                after = self._draw_line(cursor, line, stand)
            position, stand = position + len(line) + 1, after
            if not table:
                self._table = None
                self._settle(cursor, position, stand)
        if is_table_line(last, stand.fence) and not stand.inside_line:
            self._draw_table(cursor, [*table, last], self._stand)
        else:
            self._draw_table(cursor, table, self._stand)
            if last:
                self._table = None
            self._draw_line(cursor, last, stand)

    def _settle(self, cursor: QTextCursor, position: int, stand: Stand) -> None:
        self._read, self._stand = position, stand
        self._settled = cursor.position()
        self._settled_state = (self._is_first, self._behind_table, self._group, self._last_table)

    def _draw_line(self, cursor: QTextCursor, text: str, stand: Stand) -> Stand:
        line, after = read_on(text, stand)
        if line is None:
            return after
        if line.kind != stand.last_kind or stand.after_blank:
            self._group += 1
        if stand.inside_line and self._begins_beside is not None:
            base = self._begins_beside.look
            self._begin_beside(cursor, line.spans, self._begins_beside)
        else:
            base = self._look.of_line(line)
            block = self._look.block_of_line(line, gap=_gap(stand, line), group=self._group)
            self._start_block(cursor, block)
        self._base = base
        if line.marker:
            cursor.insertText(f"{line.marker}  ", base)
        self._put_spans(cursor, line.spans, base)
        if not line.spans:
            cursor.setBlockCharFormat(base)
        return after

    def _begin_beside(self, cursor: QTextCursor, spans: Sequence[Span], end: LineEnd) -> None:
        """Begin the first block as one that goes on where the section before ends, in its line if the
        first word has room there."""
        word_px = sum(
            self._look.width_of(text, self._format_of(span.look, "", end.look))
            for text, span in first_word(spans)
        )
        room_px = self._width_px - end.block.rightMargin()
        fits = end.x + word_px <= room_px or (word_px > room_px - end.block.leftMargin() and end.x < room_px)
        block = QTextBlockFormat(end.block)
        block.setTopMargin(0)
        block.setTextIndent(end.x - block.leftMargin() if fits else 0)
        self._start_block(cursor, block)
        self.above = end.above if fits else 0.0

    def _put_spans(self, cursor: QTextCursor, spans: Sequence[Span], base: QTextCharFormat) -> None:
        for span in spans:
            cursor.insertText(span.text, self._format_of(span.look, span.target, base))

    def _format_of(self, look: Mark, target: str, base: QTextCharFormat) -> QTextCharFormat:
        if look == "plain":
            return base
        marked = self._look.marked(look, base)
        if target:
            marked = QTextCharFormat(marked)
            marked.setAnchor(True)
            marked.setAnchorHref(target)
        return marked

    def _start_block(self, cursor: QTextCursor, block: QTextBlockFormat) -> None:
        if self._behind_table:  # Qt has begun a block there, which must not stay empty
            self._behind_table = False
            if self._last_table is not None:
                self._last_table.leave_room_below()
            cursor.setBlockFormat(block)
            cursor.setBlockCharFormat(self._look.text)
            keep_shaped(cursor)
        else:
            super()._start_block(cursor, block)

    # Tables

    def _draw_table(self, cursor: QTextCursor, lines: Sequence[str], stand: Stand) -> None:
        if not lines:
            return
        above = _gap(stand, Line(kind="table")) * self._look.line_height
        if self._is_first:
            self.above, above = above, 0.0
        self._table = AnswerTable(lines, stand.table, self._look, self._format_in_table)
        self._last_table = self._table
        self._table.draw(cursor, above=above, width_px=self._width_px)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.setBlockFormat(self._look.nothing)
        self._is_first, self._behind_table = False, True

    def _grow_table(self, text: str) -> bool:
        if self._table is None:
            return False
        lines = text[self._read :].removesuffix("\n").split("\n")
        if not all(is_table_line(line, None) for line in lines):
            return False
        return self._table.grow(lines, width_px=self._width_px)

    def _format_in_table(self, span: Span, base: QTextCharFormat) -> QTextCharFormat:
        return self._format_of(span.look, span.target, base)


def _gap(stand: Stand, line: Line) -> float:
    """The distance to the line above, in lines."""
    if stand.inside_line:
        return 0.0
    if not stand.last_kind:
        return 0.8
    if line.kind in ("code", "table"):
        if stand.last_kind in ("code", "table"):
            return 0.0 if line.kind == stand.last_kind and not stand.after_blank else 1.3
        return 0.8
    if stand.last_kind in ("code", "table"):
        return 0.9
    if line.kind == "item":
        return 0.12 if stand.last_kind == "item" else 0.3
    return 0.6 if stand.after_blank else 0.1
