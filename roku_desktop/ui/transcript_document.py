"""Draws entries into one QTextDocument: row after row, only ever the part that changed.

Every row keeps a cursor at its start, which the document moves along when older rows are put
before it. A growing answer keeps its finished lines; only its open last line is drawn again. All
text goes in as plain text with formats of ours, so nothing a model writes is interpreted by Qt.
Called by `transcript_view.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from PySide6.QtGui import QPalette, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument

from roku_desktop.ui.entries import (
    AnswerEntry,
    CallEntry,
    Entry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    ThinkingEntry,
)
from roku_desktop.ui.markdown_lines import Fence, Line, Mark, grows_plainly, read_line
from roku_desktop.ui.transcript_look import Backdrop, Look
from roku_desktop.ui.wording import duration, metrics_line, tr

# Beyond this a pasted prompt is cut on screen (never on disk or towards the model): laying out a
# megabyte takes seconds, and nobody reads it here.
SHOWN_PROMPT_CHARS = 20_000
_SIGNS = {"waiting": "○", "running": "◌", "ok": "✓", "error": "✕", "refused": "✕", "interrupted": "–"}


class _Row:
    """A drawn row. The later fields serve a growing answer.

    Attributes:
        start: at its first character; moves only when something is put before it.
        group: joins its blocks on one backdrop.
        settled: length of its finished part, in the document's characters.
        read: length of the entry's text that the finished part shows.
        fence, after_blank: how the next line is to be read and set.
        shown: what the row draws now.
    """

    def __init__(self, start: QTextCursor, group: int) -> None:
        self.start = start
        self.start.setKeepPositionOnInsert(True)
        self.group = group
        self.settled = 0
        self.read = 0
        self.lines = 0
        self.fence: Fence | None = None
        self.after_blank = False
        self.last_kind = ""
        self.shown: Entry | None = None


class TranscriptDocument:
    """The rows of a transcript in `document`."""

    def __init__(self, document: QTextDocument, look: Look) -> None:
        self._document = document
        self._look = look
        self._rows: list[_Row] = []
        self._groups = 0
        self._leave_margins()

    @property
    def line_height(self) -> float:
        """In pixels; the measure of all distances."""
        return self._look.line_height

    def start_of(self, row: int) -> QTextCursor:
        return QTextCursor(self._rows[row].start)

    def row_at(self, position: int) -> int:
        """The row that holds a position of the document."""
        starts = [row.start.position() for row in self._rows]
        return max(0, sum(start <= position for start in starts) - 1)

    def redraw(self, entries: Sequence[Entry], palette: QPalette) -> None:
        """Start over, in the colours of `palette` and the person's font."""
        self._look = Look(palette)
        self._rows.clear()
        self._document.clear()
        self._leave_margins()
        self.insert(0, entries)

    def _leave_margins(self) -> None:
        """Room above and below everything; Qt leaves out the margin above the first block."""
        frame = self._document.rootFrame()
        frame_format = frame.frameFormat()
        frame_format.setTopMargin(1.6 * self._look.line_height)
        frame_format.setBottomMargin(self._look.line_height)
        frame.setFrameFormat(frame_format)

    def insert(self, row: int, entries: Sequence[Entry]) -> None:
        """Put rows at the start or at the end."""
        if not entries:
            return
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        if row and self._rows:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertBlock(QTextBlockFormat(), self._look.text)
        elif self._rows:
            self._make_room_at_start(cursor)
        self._rows[row:row] = self._draw_all(cursor, entries)
        cursor.endEditBlock()

    def _make_room_at_start(self, cursor: QTextCursor) -> None:
        first = self._rows[0].start
        first.setKeepPositionOnInsert(False)
        # The block that is pushed down keeps its format; the new one is set when it is drawn.
        cursor.insertBlock(cursor.blockFormat(), cursor.blockCharFormat())
        first.setKeepPositionOnInsert(True)
        cursor.movePosition(QTextCursor.MoveOperation.Start)

    def remove_from(self, row: int) -> None:
        """Take away that row and all after it."""
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        cursor.setPosition(max(0, self._rows[row].start.position() - 1))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.endEditBlock()
        del self._rows[row:]

    def update(self, row: int, entry: Entry) -> None:
        """Draw what changed in a row."""
        drawn = self._rows[row]
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        if isinstance(entry, AnswerEntry) and isinstance(drawn.shown, AnswerEntry):
            if entry.text != drawn.shown.text:
                self._grow(cursor, row, entry)
        elif isinstance(entry, ThinkingEntry) and isinstance(drawn.shown, ThinkingEntry):
            cursor.setPosition(self._end_of(row))
            added = entry.text[len(drawn.shown.text) :]
            cursor.insertText(added if drawn.shown.text.strip() else added.lstrip(), self._look.muted)
        else:
            self._clear_after(cursor, row, 0)
            self._draw(cursor, drawn, entry)
        drawn.shown = entry
        cursor.endEditBlock()

    # Positions

    def _end_of(self, row: int) -> int:
        if row + 1 < len(self._rows):
            return self._rows[row + 1].start.position() - 1
        return self._document.characterCount() - 1

    def _clear_after(self, cursor: QTextCursor, row: int, length: int) -> None:
        """Leave the first `length` characters of a row and put the cursor behind them."""
        start, end = self._rows[row].start.position(), self._end_of(row)
        cursor.setPosition(start + length)
        # Qt lets an empty block, such as a rule, take the format of what is removed behind it.
        kept = cursor.blockFormat() if self._rows[row].lines else QTextBlockFormat()
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(kept)

    # Drawing

    def _draw_all(self, cursor: QTextCursor, entries: Iterable[Entry]) -> list[_Row]:
        rows: list[_Row] = []
        for entry in entries:
            if rows:
                cursor.insertBlock(QTextBlockFormat(), self._look.text)
            self._groups += 1
            row = _Row(QTextCursor(cursor), self._groups)
            self._draw(cursor, row, entry)
            rows.append(row)
        return rows

    def _draw(self, cursor: QTextCursor, row: _Row, entry: Entry) -> None:
        match entry:
            case PromptEntry():
                self._draw_prompt(cursor, row, entry)
            case AnswerEntry():
                row.settled = row.read = row.lines = 0
                row.fence, row.after_blank, row.last_kind = None, False, ""
                self._draw_lines(cursor, row, entry.text)
            case ThinkingEntry():
                cursor.setBlockFormat(
                    self._look.block(above=0.6, indent=0.9, backdrop=Backdrop.BAR, group=row.group)
                )
                cursor.insertText(
                    entry.text.strip() if not entry.growing else entry.text.lstrip(), self._look.muted
                )
            case CallEntry():
                self._draw_call(cursor, entry)
            case NoticeEntry():
                self._draw_notice(cursor, entry)
            case MetricsEntry():
                self._draw_metrics(cursor, entry)
            case _:
                assert_never(entry)
        row.shown = entry

    def _draw_prompt(self, cursor: QTextCursor, row: _Row, entry: PromptEntry) -> None:
        lines = entry.text[:SHOWN_PROMPT_CHARS].strip("\n").split("\n")
        for index, line in enumerate(lines):
            block = self._look.block(
                above=0.0 if index else 1.9,
                below=0.9 if index == len(lines) - 1 else 0.0,
                indent=0.8,
                backdrop=Backdrop.BUBBLE,
                group=row.group,
            )
            self._start_block(cursor, block, first=index == 0)
            cursor.insertText(line, self._look.text)
        hidden = len(entry.text) - SHOWN_PROMPT_CHARS
        if hidden > 0:
            self._start_block(cursor, self._look.block(above=0.4, below=0.6), first=False)
            cursor.insertText(
                tr("… and {0} more characters, which the model was sent too.").format(f"{hidden:,}"),
                self._look.small,
            )

    def _draw_call(self, cursor: QTextCursor, entry: CallEntry) -> None:
        look = self._look
        failed = entry.state in ("error", "refused")
        cursor.setBlockFormat(look.block(above=0.35))
        cursor.insertText(f"{_SIGNS[entry.state]}  ", look.danger if failed else look.accent)
        cursor.insertText(f"{entry.name}  ", look.danger if failed else look.small_bold)
        cursor.insertText(entry.arguments, look.small_code)
        if entry.elapsed_ms:
            cursor.insertText(f"  {duration(entry.elapsed_ms / 1000)}", look.small)
        if entry.detail:
            self._start_block(cursor, look.block(indent=1.2), first=False)
            cursor.insertText(entry.detail, look.danger if failed else look.small)

    def _draw_notice(self, cursor: QTextCursor, entry: NoticeEntry) -> None:
        cursor.setBlockFormat(self._look.block(above=0.6))
        cursor.insertText(entry.sentence, self._look.danger if entry.failed else self._look.warning)
        if entry.next_step:
            self._start_block(cursor, self._look.block(), first=False)
            cursor.insertText(entry.next_step, self._look.small)

    def _draw_metrics(self, cursor: QTextCursor, entry: MetricsEntry) -> None:
        cursor.setBlockFormat(self._look.block(above=0.5))
        cursor.insertText(
            metrics_line(
                model=entry.model,
                ttft_s=entry.ttft_s,
                tokens_per_s=entry.tokens_per_s,
                cost_usd=entry.cost_usd,
            ),
            self._look.small,
        )

    # A growing answer

    def _grow(self, cursor: QTextCursor, row: int, entry: AnswerEntry) -> None:
        drawn = self._rows[row]
        assert isinstance(drawn.shown, AnswerEntry)
        shown = drawn.shown.text
        added = entry.text[len(shown) :]
        if drawn.fence is None and grows_plainly(shown[drawn.read :], added):
            cursor.setPosition(self._end_of(row))
            cursor.insertText(added, cursor.charFormat())
            return
        self._clear_after(cursor, row, drawn.settled)
        self._draw_lines(cursor, drawn, entry.text)

    def _draw_lines(self, cursor: QTextCursor, row: _Row, text: str) -> None:
        """Draw the text from `row.read` on. The last line stays open: it may still grow."""
        *finished, last = text[row.read :].split("\n")
        for line in finished:
            self._draw_line(cursor, row, line.removesuffix("\r"))
            row.read += len(line) + 1
        row.settled = cursor.position() - row.start.position()
        kept = row.fence, row.after_blank, row.last_kind, row.lines
        self._draw_line(cursor, row, last)
        row.fence, row.after_blank, row.last_kind, row.lines = kept

    def _draw_line(self, cursor: QTextCursor, row: _Row, text: str) -> None:
        line, row.fence = read_line(text, row.fence)
        if line is None:
            row.after_blank = True
            return
        if line.kind != row.last_kind or row.after_blank:
            self._groups += 1
            row.group = self._groups
        block = self._look.block_of_line(line, gap=_gap(row, line), group=row.group)
        self._start_block(cursor, block, first=row.lines == 0)
        self._put_spans(cursor, line)
        row.lines += 1
        row.after_blank, row.last_kind = False, line.kind

    def _put_spans(self, cursor: QTextCursor, line: Line) -> None:
        base = self._look.of_line(line)
        if line.marker:
            cursor.insertText(f"{line.marker}  ", base)
        for span in line.spans:
            cursor.insertText(span.text, self._format_of(span.look, base))
        if not line.spans:
            cursor.setBlockCharFormat(base)

    def _format_of(self, look: Mark, base: QTextCharFormat) -> QTextCharFormat:
        marks = self._look.marks.get(look)
        if marks is None:
            return base
        marked = QTextCharFormat(base)
        marked.merge(marks)
        return marked

    def _start_block(self, cursor: QTextCursor, block: QTextBlockFormat, *, first: bool) -> None:
        if first:
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block, self._look.text)


def _gap(row: _Row, line: Line) -> float:
    """The distance to the line above, in lines."""
    if row.lines == 0:
        return 0.8
    if line.kind in ("code", "table"):
        if row.last_kind in ("code", "table"):
            return 0.0 if line.kind == row.last_kind and not row.after_blank else 1.3
        return 0.8
    if row.last_kind in ("code", "table"):
        return 0.9
    if line.kind == "item":
        return 0.12 if row.last_kind == "item" else 0.3
    return 0.6 if row.after_blank else 0.1
