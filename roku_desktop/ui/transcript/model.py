"""The open session's transcript as a list model: stored pages at its head, live events at its end.

Rows are entries (`entries.py`). Messages that are not loaded are one row, a gap, which a page can be
put into and which pages far from the reader become again. The running turn changes its own rows and
adds new ones at the end; going on with a run takes its end away. Knows no engine, no loop and no
widget; `conversation.py` feeds it, `view.py` shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

import msgspec
from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    ConfigReloaded,
    ContextEvent,
    DiskLow,
    Event,
    FailedOver,
    Incident,
    MemoryHealthChanged,
    MemoryRecalled,
    ModelSwitched,
    PromptAccepted,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    RunRecord,
    SessionChanged,
    StepStarted,
    StoredMessage,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolResult,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
    WindowReady,
)
from roku_desktop.ui.transcript.entries import (
    AnswerEntry,
    CallEntry,
    CallState,
    Entry,
    GapEntry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    Remedy,
    ThinkingEntry,
    TroubleEntry,
    answered,
    end_of_event,
    ending,
    entries_of_answer,
    entries_of_page,
    entry_of_call,
    reads_same,
)
from roku_desktop.ui.transcript.entry_list import EntryList
from roku_desktop.ui.transcript.pages import Pages, PageSpan

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.finding import Hit


class TranscriptModel(EntryList):
    """Entries of one session.

    Signals:
        page_shown: a page was put into a gap; the positions of its first and last message.
    """

    page_shown = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages = Pages()
        self._steps = 0

    def prompt_of(self, run_id: str) -> str:
        """The prompt a run answers, "" if it is not loaded."""
        prompts = (
            entry.text for entry in self._entries if isinstance(entry, PromptEntry) and entry.run_id == run_id
        )
        return next(prompts, "")

    def fold(self, row: int) -> None:
        """Unfold a card, or fold it again."""
        entry = self._entries[row]
        if isinstance(entry, CallEntry | ThinkingEntry | TroubleEntry):
            self._set(row, msgspec.structs.replace(entry, unfolded=not entry.unfolded))

    # What can be done now

    def offer(self, run_id: str, remedies: tuple[Remedy, ...]) -> None:
        """Let the end of this run, and of no other, offer what helps; only to try again where there is
        nothing of its answer that could go on."""
        partial = any(isinstance(entry, AnswerEntry) and entry.run_id == run_id for entry in self._entries)
        for row, entry in enumerate(self._entries):
            if isinstance(entry, NoticeEntry):
                offered = (remedies if partial else remedies[:1]) if entry.run_id == run_id else ()
                self._set(row, msgspec.structs.replace(entry, remedies=offered, partial=partial))

    def ask_about(self, calls: Collection[tuple[str, str]]) -> None:
        """These calls (run, call), and no others, wait for what a person says."""
        for row, entry in enumerate(self._entries):
            if isinstance(entry, CallEntry) and entry.asked != ((entry.run_id, entry.call_id) in calls):
                self._set(row, msgspec.structs.replace(entry, asked=not entry.asked))

    # Stored pages

    def show_page(
        self,
        page: Sequence[StoredMessage],
        runs: Mapping[str, RunRecord],
        incidents: Mapping[str, Sequence[Incident]] = {},
    ) -> None:
        """Start over with the newest stored messages of a session, oldest first."""
        self.beginResetModel()
        of_page = entries_of_page(page, runs, incidents=incidents)
        self._entries = of_page.entries
        self._pages.clear()
        if page:
            self._pages.start_over(page[0].position, page[-1].position, len(self._entries), of_page.starts)
            if page[0].position > 1:
                self._entries.insert(0, _entry_of_gap(1, page[0].position - 1))
        self._step_start, self._steps = len(self._entries), 0
        self.endResetModel()

    def clear(self) -> None:
        self.show_page((), {})

    def gap_at(self, position: int) -> tuple[int, int] | None:
        """The first and last position of the gap that holds this one; None where messages are loaded."""
        span = self._pages.span_at(position)
        return None if span is None or span.loaded else (span.first, span.last)

    def gap_of_row(self, row: int) -> tuple[int, int] | None:
        """The same of a row."""
        entry = self._entries[row]
        return (entry.first, entry.last) if isinstance(entry, GapEntry) else None

    def row_at(self, position: int) -> int:
        """The row where a stored message begins, or its gap."""
        return self._pages.row_at(position)

    # Finding

    @property
    def last_stored(self) -> int:
        """The position of the newest message that was read from storage, or could be; 0 without any."""
        return self._pages.last

    def live_hits(self, sought: str) -> list[Hit]:
        """The places of a text in what has come since the session was opened."""
        from roku_desktop.ui.transcript.finding import hits_in_entries

        return list(hits_in_entries(self._entries[self._pages.rows :], sought))

    def row_of_hit(self, hit: Hit) -> tuple[int, bool]:
        """The row it is in and True, or that of the gap it is in and False."""
        from roku_desktop.ui.transcript.finding import row_of_text

        first = self._pages.row_at(hit.position) if hit.position else self._pages.rows
        if hit.position and self.gap_at(hit.position) is not None:
            return first, False
        row = row_of_text(self._entries, first, hit.text)
        return (first if row is None else row), True

    def fill_gap(
        self,
        first: int,
        last: int,
        page: Sequence[StoredMessage],
        runs: Mapping[str, RunRecord],
        incidents: Mapping[str, Sequence[Incident]] = {},
    ) -> None:
        """Show the messages from position `first` to `last`, which lie in one gap.

        `page` may go on behind `last`, which tells how runs and calls at its end go on.
        """
        hole = self._pages.span_at(first)
        if hole is None or hole.loaded or not hole.holds(last):
            return  # it was filled, or another session is shown
        inside = [stored for stored in page if first <= stored.position <= last]
        following = [stored for stored in page if stored.position > last]
        of_page = entries_of_page(inside, runs, following=following, incidents=incidents)
        entries = of_page.entries
        row = self._pages.row_of(hole)
        self._pages.fill(hole, PageSpan(first, last, len(entries), loaded=True, starts=of_page.starts))
        if hole.first < first:
            self._set(row, _entry_of_gap(hole.first, first - 1))
            behind = [_entry_of_gap(last + 1, hole.last)] if last < hole.last else []
            self._insert(row + 1, [*entries, *behind])
        else:
            self._insert(row, entries)
            if last < hole.last:
                self._set(row + len(entries), _entry_of_gap(last + 1, hole.last))
            else:
                self._remove(row + len(entries), 1)
        self.page_shown.emit(first, last)

    def forget_far_pages(self, position: int, most: int) -> None:
        """Keep at most about `most` stored messages, those around `position` and the newest page."""
        while self._pages.loaded_messages > most:
            page = self._pages.farthest(position)
            if page is None:
                return
            row = self._pages.row_of(page)
            before, after = self._pages.neighbours(page)
            hole = self._pages.drop(page)
            entry = _entry_of_gap(hole.first, hole.last)
            if before is not None:
                self._set(row - 1, entry)
                self._remove(row, page.rows + (1 if after else 0))
            else:
                self._set(row + (page.rows if after else 0), entry)
                self._remove(row if after else row + 1, page.rows - (0 if after else 1))

    # Live events

    def apply(self, event: Event) -> None:  # noqa: C901, PLR0912  one case per event is its clearest form
        """Let an event of this session show; the caller joins neighbouring deltas beforehand."""
        match event:
            case PromptAccepted():
                self._accept(event)
            case StepStarted():
                self._settle()
                self._step_start, self._steps = len(self._entries), self._steps + 1
            case TextDelta(text=text):
                self._grow(AnswerEntry(run_id=event.run_id, text=text, growing=True))
            case ThinkingDelta(text=text):
                self._grow(ThinkingEntry(run_id=event.run_id, text=text, growing=True))
            case AnswerCompleted(message=message):
                self._replace_step(list(entries_of_answer(event.run_id, message, {})))
            case ToolStarted(call=call):
                self._set_call(entry_of_call(event.run_id, call, "running"))
            case ToolFinished(call=call, result=result):
                self._set_call(answered(entry_of_call(event.run_id, call), result))
            case ToolsAnswered(message=message):
                self._answer_calls(message.results)
            case TurnFinished():
                self._finish(event)
            case (
                RequestSent()
                | ResponseStarted()
                | ModelSwitched()
                | SessionChanged()
                | ConfigReloaded()
                | WindowReady()
            ):
                pass
            case ApprovalRequested() | ApprovalDecided() | ApprovalExpired() | ApprovalResolved():
                pass  # shown by the dialog, not in the transcript
            case AttemptFailed() | RetryScheduled() | FailedOver():
                self._add_trouble(event)
            case (
                BudgetNear()
                | BreakerChanged()
                | DiskLow()
                | ContextEvent()
                | MemoryRecalled()
                | MemoryHealthChanged()
            ):
                pass  # told around the transcript
            case _:
                assert_never(event)

    def _accept(self, event: PromptAccepted) -> None:
        self._steps = 0
        if event.resumed:
            self._reopen_run(event.run_id)
            self._steps = 1  # what ran before counts as one, so that no speed is made up over the pause
        if event.message is not None and event.message.origin == "person":
            self._append([PromptEntry(run_id=event.run_id, text=event.message.text)])
        self._step_start = len(self._entries)

    def _reopen_run(self, run_id: str) -> None:
        """The run goes on: the notice and the figures that closed it go away."""
        keep = len(self._entries)
        while keep and _closes_run(self._entries[keep - 1], run_id):
            keep -= 1
        self._remove_from(keep)

    def _add_trouble(self, incident: Incident) -> None:
        """One row for all trouble on the way to an answer; what the answer brings begins below it."""
        self._settle()
        row = len(self._entries) - 1
        last = self._entries[row] if self._entries else None
        if isinstance(last, TroubleEntry) and last.incidents[-1].step == incident.step:
            self._set(row, msgspec.structs.replace(last, incidents=(*last.incidents, incident)))
        else:
            self._append([TroubleEntry(run_id=incident.run_id, incidents=(incident,))])
        self._step_start = len(self._entries)

    def _grow(self, piece: AnswerEntry | ThinkingEntry) -> None:
        row = len(self._entries) - 1
        last = self._entries[row] if row >= self._step_start else None
        if isinstance(last, AnswerEntry | ThinkingEntry) and last.growing and type(last) is type(piece):
            self._grow_last(row, msgspec.structs.replace(last, text=last.text + piece.text))
        else:
            self._settle()
            self._append([piece])
            self._grow_last(len(self._entries) - 1, piece)

    def _grow_last(self, row: int, entry: AnswerEntry | ThinkingEntry) -> None:
        """Show the last entry as `entry`; an answer in as many sections as it has become."""
        if isinstance(entry, ThinkingEntry):
            self._set(row, entry)
            return
        from roku_desktop.ui.transcript.sections import sections_of

        *full, last = (
            msgspec.structs.replace(entry, text=section.text, start=section.start, growing=False)
            for section in sections_of(entry.text, entry.start)
        )
        grown = [*full, msgspec.structs.replace(last, growing=True)]
        self._set(row, grown[0])
        self._append(grown[1:])

    def _replace_step(self, entries: list[Entry]) -> None:
        """The whole answer is here: what streamed is settled, and only what differs is drawn anew."""
        shown = self._entries[self._step_start :]
        same = 0
        while same < min(len(shown), len(entries)) and reads_same(shown[same], entries[same]):
            self._replace(self._step_start + same, entries[same])
            same += 1
        self._remove_from(self._step_start + same)
        self._append(entries[same:])

    def _set_call(self, entry: CallEntry) -> None:
        row = self._row_of_call(entry.call_id)
        if row is None:
            self._append([entry])
        else:
            self._replace(row, entry)

    def _replace(self, row: int, entry: Entry) -> None:
        """A card stays as a person left it."""
        shown = self._entries[row]
        if isinstance(shown, CallEntry | ThinkingEntry) and isinstance(entry, CallEntry | ThinkingEntry):
            entry = msgspec.structs.replace(entry, unfolded=shown.unfolded)
        self._set(row, entry)

    def _answer_calls(self, results: Sequence[ToolResult]) -> None:
        for result in results:
            row = self._row_of_call(result.call_id)
            if row is not None:
                entry = self._entries[row]
                assert isinstance(entry, CallEntry)
                self._set(row, answered(entry, result))

    def _row_of_call(self, call_id: str) -> int | None:
        for row in range(len(self._entries) - 1, self._step_start - 1, -1):
            entry = self._entries[row]
            if isinstance(entry, CallEntry) and entry.call_id == call_id:
                return row
        return None

    def _finish(self, event: TurnFinished) -> None:
        self._settle(calls_as="interrupted")
        self._append(ending(end_of_event(event, self._steps)))
        self._step_start = len(self._entries)

    def _settle(self, calls_as: CallState | None = None) -> None:
        """Nothing of the step grows any more; with `calls_as` its open calls get that state."""
        for row in range(self._step_start, len(self._entries)):
            entry = self._entries[row]
            match entry:
                case AnswerEntry(growing=True) | ThinkingEntry(growing=True):
                    self._set(row, msgspec.structs.replace(entry, growing=False))
                case CallEntry(state="waiting" | "running") if calls_as is not None:
                    self._set(row, msgspec.structs.replace(entry, state=calls_as))
                case _:
                    pass


def _entry_of_gap(first: int, last: int) -> GapEntry:
    return GapEntry(run_id="", first=first, last=last)


def _closes_run(entry: Entry, run_id: str) -> bool:
    return isinstance(entry, NoticeEntry | MetricsEntry) and entry.run_id == run_id
