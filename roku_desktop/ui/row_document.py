"""One row of the transcript as a small QTextDocument, of which only what changed is drawn again.

A growing answer keeps its finished lines; only its open last line is drawn again. All text goes in
as plain text with formats of ours, so nothing a model writes is interpreted by Qt. Made and kept by
`transcript_rows.py`; how things look is `row_look.py`'s.
"""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextOption

from roku_desktop.ui.entries import (
    AnswerEntry,
    CallEntry,
    Entry,
    GapEntry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    ThinkingEntry,
)
from roku_desktop.ui.markdown_lines import Line, Mark, grows_plainly
from roku_desktop.ui.row_look import Backdrop, Look
from roku_desktop.ui.sections import START, Stand, read_on
from roku_desktop.ui.wording import duration, metrics_line, tr

# Beyond this a pasted prompt is cut on screen (never on disk or towards the model): laying out a
# megabyte takes seconds, and nobody reads it here.
SHOWN_PROMPT_CHARS = 20_000
_SIGNS = {"waiting": "○", "running": "◌", "ok": "✓", "error": "✕", "refused": "✕", "interrupted": "–"}


class RowDocument:
    """What a row draws.

    Attributes:
        document: its text, in the row's width.
        above, below: the free room before and behind the text, in pixels.
    """

    def __init__(self, entry: Entry, look: Look, width_px: float) -> None:
        self._look = look
        self.document = QTextDocument()
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setDefaultFont(look.text.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document.setDefaultTextOption(option)
        self.document.setTextWidth(width_px)
        self.above = self.below = 0.0
        self._group = 0
        self._is_first = True
        # Of an answer: the characters of the document and of the text that are finished, and what
        # reading had come to behind them.
        self._settled = self._read = 0
        self._settled_first = True
        self._stand = START
        cursor = QTextCursor(self.document)
        cursor.beginEditBlock()
        self._draw(cursor, entry)
        cursor.endEditBlock()
        self.entry = entry

    @property
    def height_px(self) -> int:
        """With the room around it."""
        if isinstance(self.entry, AnswerEntry) and self._is_first:
            return 0  # nothing to be seen, for instance a stretch of blank lines
        return round(self.above + self.document.size().height() + self.below)

    @property
    def continues_code(self) -> bool:
        """Whether it begins inside a code block."""
        return isinstance(self.entry, AnswerEntry) and self.entry.start.fence is not None

    @property
    def code_continues(self) -> bool:
        """Whether its last line stands in a code block that the next section goes on with."""
        full = (
            isinstance(self.entry, AnswerEntry)
            and not self.entry.growing
            and self._read == len(self.entry.text)
        )
        return full and self._stand.fence is not None

    @property
    def goes_on(self) -> bool:
        return self.continues_code or self.code_continues

    def position_at(self, x: float, y: float) -> int:
        """The position of the text nearest to a point of the row."""
        point = QPointF(x, y - self.above)
        return self.document.documentLayout().hitTest(point, Qt.HitTestAccuracy.FuzzyHit)

    def update(self, entry: Entry) -> int:
        """Draw what is new in `entry`, which is of the same kind; what is above the pixel returned stays."""
        cursor = QTextCursor(self.document)
        cursor.beginEditBlock()
        shown = self.entry
        unchanged_px = 0
        if isinstance(entry, AnswerEntry) and isinstance(shown, AnswerEntry):
            if entry.text != shown.text:
                unchanged_px = self._place_of_open_line()
                self._grow(cursor, shown, entry)
            elif self.goes_on:
                pass  # it may have become the first part of a panel
            else:
                unchanged_px = self.height_px
        elif isinstance(entry, ThinkingEntry) and isinstance(shown, ThinkingEntry):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            added = entry.text[len(shown.text) :]
            cursor.insertText(added if shown.text.strip() else added.lstrip(), self._look.muted)
        else:
            self._clear_after(cursor, 0)
            self._is_first = True
            self._draw(cursor, entry)
        self.entry = entry
        cursor.endEditBlock()
        return unchanged_px

    def _place_of_open_line(self) -> int:
        """With the room that the end of a panel takes above it."""
        block = self.document.findBlock(max(0, self._settled - 1))
        top = self.document.documentLayout().blockBoundingRect(block).top()
        return max(0, int(self.above + top - self._look.line_height))

    def _clear_after(self, cursor: QTextCursor, length: int) -> None:
        """Leave the first `length` characters and put the cursor behind them."""
        cursor.setPosition(length)
        if self._is_first:
            self.above = 0.0
        # Qt lets an empty block, such as a rule, take the format of what is removed behind it.
        kept = QTextBlockFormat() if self._is_first else cursor.blockFormat()
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(kept)

    # Drawing

    def _draw(self, cursor: QTextCursor, entry: Entry) -> None:
        match entry:
            case PromptEntry():
                self._draw_prompt(cursor, entry)
            case AnswerEntry():
                self._settled, self._read, self._stand = 0, 0, entry.start
                self._settled_first = True
                self._draw_lines(cursor, entry.text)
            case ThinkingEntry():
                self._start_block(
                    cursor, self._look.block(above=0.6, indent=0.9, backdrop=Backdrop.BAR, group=1)
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
            case GapEntry():
                pass
            case _:
                assert_never(entry)

    def _draw_prompt(self, cursor: QTextCursor, entry: PromptEntry) -> None:
        look = self._look
        for line in entry.text[:SHOWN_PROMPT_CHARS].strip("\n").split("\n"):
            bubble = look.block(
                above=1.9 if self._is_first else 0.0, indent=0.8, backdrop=Backdrop.BUBBLE, group=1
            )
            self._start_block(cursor, bubble)
            cursor.insertText(line, look.text)
        self.below = 0.9 * look.line_height
        hidden = len(entry.text) - SHOWN_PROMPT_CHARS
        if hidden > 0:
            self._start_block(cursor, look.block(above=0.9))
            cursor.insertText(
                tr("… and {0} more characters, which the model was sent too.").format(f"{hidden:,}"),
                look.small,
            )

    def _draw_call(self, cursor: QTextCursor, entry: CallEntry) -> None:
        look = self._look
        failed = entry.state in ("error", "refused")
        self._start_block(cursor, look.block(above=0.35))
        cursor.insertText(f"{_SIGNS[entry.state]}  ", look.danger if failed else look.accent)
        cursor.insertText(f"{entry.name}  ", look.danger if failed else look.small_bold)
        cursor.insertText(entry.arguments, look.small_code)
        if entry.elapsed_ms:
            cursor.insertText(f"  {duration(entry.elapsed_ms / 1000)}", look.small)
        if entry.detail:
            self._start_block(cursor, look.block(indent=1.2))
            cursor.insertText(entry.detail, look.danger if failed else look.small)

    def _draw_notice(self, cursor: QTextCursor, entry: NoticeEntry) -> None:
        self._start_block(cursor, self._look.block(above=0.6))
        cursor.insertText(entry.sentence, self._look.danger if entry.failed else self._look.warning)
        if entry.next_step:
            self._start_block(cursor, self._look.block())
            cursor.insertText(entry.next_step, self._look.small)

    def _draw_metrics(self, cursor: QTextCursor, entry: MetricsEntry) -> None:
        self._start_block(cursor, self._look.block(above=0.5))
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

    def _grow(self, cursor: QTextCursor, shown: AnswerEntry, entry: AnswerEntry) -> None:
        added = entry.text[len(shown.text) :]
        open_line = shown.text[self._read :]
        if self._stand.fence is None and grows_plainly(open_line, added):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(added, cursor.charFormat())
            return
        self._is_first = self._settled_first
        self._clear_after(cursor, self._settled)
        self._draw_lines(cursor, entry.text)

    def _draw_lines(self, cursor: QTextCursor, text: str) -> None:
        """Draw the text from `_read` on. The last line stays open: it may still grow."""
        *finished, last = text[self._read :].split("\n")
        for line in finished:
            self._stand = self._draw_line(cursor, line, self._stand)
            self._read += len(line) + 1
        self._settled, self._settled_first = cursor.position(), self._is_first
        kept = self._group
        self._draw_line(cursor, last, self._stand)
        self._group = kept

    def _draw_line(self, cursor: QTextCursor, text: str, stand: Stand) -> Stand:
        line, after = read_on(text, stand)
        if line is None:
            return after
        if line.kind != stand.last_kind or stand.after_blank:
            self._group += 1
        block = self._look.block_of_line(line, gap=_gap(stand, line), group=self._group)
        self._start_block(cursor, block)
        self._put_spans(cursor, line)
        return after

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

    def _start_block(self, cursor: QTextCursor, block: QTextBlockFormat) -> None:
        if self._is_first:
            # Qt leaves out the margin above a document's first block: it is the row's.
            self.above = block.topMargin()
            block.setTopMargin(0)
            cursor.setBlockFormat(block)
            self._is_first = False
        else:
            cursor.insertBlock(block, self._look.text)


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
