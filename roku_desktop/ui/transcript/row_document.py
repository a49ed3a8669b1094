"""One row of the transcript as a small QTextDocument, of which only what changed is drawn again.

All text goes in as plain text with formats of ours, so nothing a model writes is interpreted by Qt.
Answers, which are Markdown and grow, are `answer_document.py`'s. Made and kept by
`rows.py`; how things look is `row_look.py`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.entries import (
    CallEntry,
    CompactionEntry,
    Entry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    RecalledEntry,
    ThinkingEntry,
    TroubleEntry,
)
from roku_desktop.ui.transcript.row_cards import CALL_SIGNS, drawn_lines, drawn_steps, task_of
from roku_desktop.ui.transcript.row_look import Backdrop, Look
from roku_desktop.ui.transcript.row_spots import (
    BUTTON_PX,
    RowMeasures,
    Spot,
    buttons_fit_beside,
    room_for_notice_buttons,
    spots_of,
)
from roku_desktop.ui.transcript.trouble_words import trouble_details, trouble_line
from roku_desktop.ui.wording import arguments_in_full, duration, metrics_line, one_line

# Beyond this a pasted prompt or a tool's output is cut on screen (never on disk or towards the model):
# laying out a megabyte takes seconds, and nobody reads it here.
SHOWN_PROMPT_CHARS = 20_000
SHOWN_OUTPUT_CHARS = 12_000
_LONGEST_OUTPUT_LINE_CHARS = 2_000
_PREVIEW_CHARS = 90


class RowDocument:
    """What a row draws.

    Attributes:
        document: its text, in the row's width.
        above, below: the free room before and behind the text, in pixels.
    """

    def __init__(self, entry: Entry, look: Look, width_px: int) -> None:
        self._look = look
        self._width_px = width_px
        self.document = QTextDocument()
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setDefaultFont(look.text.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document.setDefaultTextOption(option)
        self.document.setTextWidth(width_px)
        self.above = self.below = 0.0
        self._is_first = True
        self.entry = entry
        self._spots: Sequence[Spot] | None = None
        cursor = QTextCursor(self.document)
        cursor.beginEditBlock()
        self._draw(cursor, entry)
        cursor.endEditBlock()

    @property
    def height_px(self) -> int:
        """With the room around it."""
        return round(self.above + self.document.size().height() + self.below)

    @property
    def continues_code(self) -> bool:
        """Whether it begins inside a code block of the row before."""
        return False

    @property
    def code_continues(self) -> bool:
        """Whether the next row goes on with the code block at its end."""
        return False

    def update(self, entry: Entry) -> int:
        """Draw `entry`, which is of the same kind; what is above the pixel returned stays as it is."""
        self._spots = None
        if entry != self.entry:
            cursor = QTextCursor(self.document)
            cursor.beginEditBlock()
            self._is_first = True
            self._clear_after(cursor, 0)
            self._draw(cursor, entry)
            self.entry = entry
            cursor.endEditBlock()
        return 0

    def position_at(self, x: float, y: float) -> int:
        """The position of the text nearest to a point of the row."""
        point = QPointF(x, y - self.above)
        return self.document.documentLayout().hitTest(point, Qt.HitTestAccuracy.FuzzyHit)

    def link_at(self, x: float, y: float) -> str:
        """The address a link at that point leads to, "" where there is none."""
        return self.document.documentLayout().anchorAt(QPointF(x, y - self.above))

    def spots(self) -> Sequence[Spot]:
        """Where something can be done in this row."""
        if self._spots is None:
            self._spots = tuple(self._find_spots())
        return self._spots

    def _find_spots(self) -> Sequence[Spot]:
        measures = RowMeasures(
            width=self._width_px,
            text_width=self.document.idealWidth(),
            head=self._rect(self.document.begin()).translated(0, self.above),
            bottom=self.above + self.document.size().height(),
            from_right=self.document.begin().textDirection() == Qt.LayoutDirection.RightToLeft,
        )
        return spots_of(self.entry, measures, self._look)

    def _rect(self, block: QTextBlock) -> QRectF:
        return self.document.documentLayout().blockBoundingRect(block)

    # Drawing

    def _clear_after(self, cursor: QTextCursor, length: int) -> None:
        """Leave the first `length` characters and put the cursor behind them."""
        cursor.setPosition(length)
        if self._is_first:
            self.above = self.below = 0.0
        # Qt lets an empty block, such as a rule, take the format of what is removed behind it.
        kept = QTextBlockFormat() if self._is_first else cursor.blockFormat()
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(kept)

    def _draw(self, cursor: QTextCursor, entry: Entry) -> None:
        if isinstance(entry, PromptEntry):
            self._draw_prompt(cursor, entry)
        elif isinstance(entry, RecalledEntry | CompactionEntry):
            self._draw_card(cursor, entry)
        elif isinstance(entry, ThinkingEntry):
            self._draw_thinking(cursor, entry)
        elif isinstance(entry, CallEntry):
            self._draw_call(cursor, entry)
        elif isinstance(entry, NoticeEntry):
            self._draw_notice(cursor, entry)
        elif isinstance(entry, TroubleEntry):
            self._draw_trouble(cursor, entry)
        elif isinstance(entry, MetricsEntry):
            self._draw_metrics(cursor, entry)

    def _draw_prompt(self, cursor: QTextCursor, entry: PromptEntry) -> None:
        look = self._look
        for line in entry.text[:SHOWN_PROMPT_CHARS].strip("\n").split("\n"):
            above = 1.9 if self._is_first else 0.0
            bubble = look.block(above=above, indent=0.8, backdrop=Backdrop.BUBBLE, group=1)
            self._put(cursor, bubble, (line, look.text))
        self.below = 0.9 * look.line_height
        if entry.images:
            from roku_desktop.ui.transcript.picture_places import room_for_pictures

            self.below += room_for_pictures(entry.images, self._width_px)
        hidden = len(entry.text) - SHOWN_PROMPT_CHARS
        if hidden > 0:
            sentence = tr("… and {0} more characters, which the model was sent too.")
            self._put(cursor, look.block(above=0.9), (sentence.format(f"{hidden:,}"), look.small))

    def _draw_card(self, cursor: QTextCursor, entry: RecalledEntry | CompactionEntry) -> None:
        for block, stretches in drawn_lines(entry, self._look):
            self._put(cursor, block, *stretches)
        self.below = 0.6 * self._look.line_height

    def _draw_thinking(self, cursor: QTextCursor, entry: ThinkingEntry) -> None:
        look = self._look
        said = entry.text.strip()
        preview = said[-_PREVIEW_CHARS:] if entry.growing else said.partition("\n")[0]
        head = tr("Thinking", "going on") if entry.growing else tr("Thought")
        self._put(
            cursor,
            look.block(above=0.9, indent=0.8, backdrop=Backdrop.CARD, group=1),
            (f"{head}  ", look.small_bold),
            ("" if entry.unfolded else one_line(preview, _PREVIEW_CHARS), look.small),
        )
        if entry.unfolded:
            for place, line in enumerate(_cut_lines(said, SHOWN_PROMPT_CHARS)):
                block = look.block(above=0 if place else 0.4, indent=0.8, backdrop=Backdrop.CARD, group=1)
                self._put(cursor, block, (line, look.muted))
        self.below = 0.6 * look.line_height

    def _draw_call(self, cursor: QTextCursor, entry: CallEntry) -> None:
        look = self._look
        failed = entry.state in ("error", "refused")
        took = f"  {duration(entry.elapsed_ms / 1000)}" if entry.elapsed_ms else ""
        if entry.state == "running":
            took = "  " + tr("running…")
        self._put(
            cursor,
            look.block(above=0.9, indent=0.8, backdrop=Backdrop.CARD, group=1),
            (f"{CALL_SIGNS[entry.state]}  ", look.danger if failed else look.accent),
            (f"{entry.name}  ", look.danger if failed else look.small_bold),
            (entry.arguments, look.small_code),
            (took, look.small),
        )
        if entry.asked:
            block = look.block(above=0.1, indent=2.0, backdrop=Backdrop.CARD, group=1)
            self._put(cursor, block, (tr("Waits for your approval."), look.warning))
        if entry.is_task:
            self._draw_task(cursor, entry)
        elif entry.unfolded:
            self._draw_panel(cursor, tr("Arguments"), arguments_in_full(entry.input), look.small_code)
            told = look.danger_code if failed else look.small_code
            self._draw_panel(cursor, tr("Result"), entry.output or tr("None yet."), told)
        elif entry.detail:
            block = look.block(above=0.1, indent=2.0, backdrop=Backdrop.CARD, group=1)
            self._put(cursor, block, (entry.detail, look.danger if failed else look.small))
        self.below = 0.6 * look.line_height

    def _draw_task(self, cursor: QTextCursor, entry: CallEntry) -> None:
        """What a sub-agent is doing; unfolded its task, its own conversation, and what it answered."""
        look = self._look
        if entry.state == "running" and entry.doing:
            block = look.block(above=0.1, indent=2.0, backdrop=Backdrop.CARD, group=1)
            self._put(cursor, block, (entry.doing, look.small))
        if entry.unfolded:
            self._draw_panel(cursor, tr("Task"), task_of(entry), look.muted)
            for block, stretches in drawn_steps(entry, look):
                self._put(cursor, block, *stretches)
            told = look.danger if entry.state in ("error", "refused") else look.muted
            self._draw_panel(cursor, tr("Result"), entry.output or tr("None yet."), told)
        elif entry.detail:
            block = look.block(above=0.1, indent=2.0, backdrop=Backdrop.CARD, group=1)
            self._put(cursor, block, (entry.detail, look.danger))

    def _draw_panel(self, cursor: QTextCursor, title: str, text: str, look: QTextCharFormat) -> None:
        card = Backdrop.CARD
        self._put(
            cursor,
            self._look.block(above=0.5, indent=0.8, backdrop=card, group=1),
            (title, self._look.small_bold),
        )
        for line in _cut_lines(text, SHOWN_OUTPUT_CHARS):
            self._put(cursor, self._look.block(indent=0.8, backdrop=card, group=1), (line, look))
        hidden = len(text) - SHOWN_OUTPUT_CHARS
        if hidden > 0:
            sentence = tr("… and {0} more characters, which the model read too.").format(f"{hidden:,}")
            self._put(
                cursor, self._look.block(indent=0.8, backdrop=card, group=1), (sentence, self._look.small)
            )

    def _draw_notice(self, cursor: QTextCursor, entry: NoticeEntry) -> None:
        look = self._look
        colour = look.small if entry.within else look.danger if entry.failed else look.warning
        self._put(cursor, look.block(above=0.6), (entry.sentence, colour))
        if entry.next_step:
            self._put(cursor, look.block(), (entry.next_step, look.small))
        self.below = room_for_notice_buttons(look) if entry.has_buttons else 0.0

    def _draw_trouble(self, cursor: QTextCursor, entry: TroubleEntry) -> None:
        look, card = self._look, Backdrop.CARD
        self._put(
            cursor,
            look.block(above=0.9, indent=0.8, backdrop=card, group=1),
            ("↷  ", look.warning),
            (trouble_line(entry.incidents), look.small),
        )
        if entry.unfolded:
            for detail in trouble_details(entry.incidents):
                self._put(
                    cursor, look.block(above=0.4, indent=2.0, backdrop=card, group=1), (detail, look.small)
                )
        self.below = 0.6 * look.line_height

    def _draw_metrics(self, cursor: QTextCursor, entry: MetricsEntry) -> None:
        line = metrics_line(
            model=entry.model,
            ttft_s=entry.ttft_s,
            tokens_per_s=entry.tokens_per_s,
            cost_usd=entry.cost_usd,
        )
        self._put(cursor, self._look.block(above=0.6), (line, self._look.small))
        self.below = 0.3 * self._look.line_height
        line_px = self._look.width_of(line, self._look.small)
        if not buttons_fit_beside(line_px, self._width_px):
            self.below += theme.grown(BUTTON_PX)

    def _put(
        self, cursor: QTextCursor, block: QTextBlockFormat, *stretches: tuple[str, QTextCharFormat]
    ) -> None:
        self._start_block(cursor, block)
        for text, look in stretches:
            cursor.insertText(text, look)

    def _start_block(self, cursor: QTextCursor, block: QTextBlockFormat) -> None:
        if self._is_first:
            # Qt leaves out the margin above a document's first block: it is the row's.
            self.above = block.topMargin()
            block.setTopMargin(0)
            cursor.setBlockFormat(block)
            self._is_first = False
        else:
            cursor.insertBlock(block, self._look.text)
        keep_shaped(cursor)


def keep_shaped(cursor: QTextCursor) -> None:
    """Let the cursor's block keep its letters' shapes from layout to paint; Qt would find them twice."""
    cursor.block().layout().setCacheEnabled(True)


def _cut_lines(text: str, most_chars: int) -> list[str]:
    """The lines of the first `most_chars` characters, overlong ones broken."""
    lines: list[str] = []
    for line in text[:most_chars].split("\n"):
        starts = range(0, max(1, len(line)), _LONGEST_OUTPUT_LINE_CHARS)
        lines += [line[start : start + _LONGEST_OUTPUT_LINE_CHARS] for start in starts]
    return lines
