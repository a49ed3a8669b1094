"""The rows that the running turn changes: each event of a session as what becomes of its newest rows.

Deltas grow the last row, an answer replaces what streamed, calls change their state, the end of a run adds
its own rows, and going on with a run takes them away. `model.py` adds what is stored above them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import msgspec
from PySide6.QtCore import QObject

from roku_desktop.engine import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    CompactComplete,
    ConfigReloaded,
    ContextEvent,
    DiskLow,
    Event,
    FailedOver,
    Incident,
    MemoryHealthChanged,
    MemoryRecalled,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
    ModelSwitched,
    OutputSlotEscalated,
    PromptAccepted,
    RecoveryFailed,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    SessionChanged,
    StepStarted,
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
    CompactionEntry,
    Entry,
    MetricsEntry,
    NoticeEntry,
    ThinkingEntry,
    TroubleEntry,
    answered,
    end_of_event,
    ending,
    entries_of_answer,
    entries_of_prompt,
    entry_of_call,
    entry_of_compaction,
    entry_of_continuation,
    reads_same,
)
from roku_desktop.ui.transcript.entry_list import EntryList


class LiveRows(EntryList):
    """The newest entries of one session, as its turn runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = 0

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
            case CompactComplete() | MidCompactLayer1Ran() | MidCompactLayer2Ran():
                self._settle()
                self._append([entry_of_compaction(event.compaction)])
                self._step_start = len(self._entries)
            case OutputSlotEscalated():
                self._settle()
                self._append([entry_of_continuation(event.run_id)])
                self._step_start = len(self._entries)
            case (
                BudgetNear()
                | BreakerChanged()
                | DiskLow()
                | RecoveryFailed()
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
        if event.message is not None:
            self._append(entries_of_prompt(event.run_id, event.message))
        self._step_start = self._begin_of_open_calls(event.run_id)

    def _reopen_run(self, run_id: str) -> None:
        """The run goes on: the notice and the figures that closed it go away."""
        keep = len(self._entries)
        while keep and (
            _closes_run(self._entries[keep - 1], run_id)
            or isinstance(self._entries[keep - 1], CompactionEntry)
        ):
            keep -= 1
        compactions = [entry for entry in self._entries[keep:] if isinstance(entry, CompactionEntry)]
        self._remove_from(keep)
        self._append(compactions)

    def _begin_of_open_calls(self, run_id: str) -> int:
        """Where a run that goes on left its calls, whose results are still to come; else the end."""
        row = len(self._entries)
        while row and isinstance(call := self._entries[row - 1], CallEntry) and call.run_id == run_id:
            row -= 1
        return row

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
        if isinstance(shown, CallEntry) and isinstance(entry, CallEntry):
            kept = {"unfolded": shown.unfolded, "doing": shown.doing, "below": shown.below}
            entry = msgspec.structs.replace(entry, **kept)
        elif isinstance(shown, ThinkingEntry) and isinstance(entry, ThinkingEntry):
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


def _closes_run(entry: Entry, run_id: str) -> bool:
    closes = isinstance(entry, MetricsEntry) or (isinstance(entry, NoticeEntry) and not entry.within)
    return closes and entry.run_id == run_id
