"""The open session's transcript as a list model: stored pages at its head, live events at its end.

Rows are entries (`entries.py`). It only ever inserts at the start (older pages), inserts at the
end, changes the rows of the running turn, and takes away the end of a run that goes on. Knows no
engine, no loop and no widget; `conversation.py` feeds it, `transcript_view.py` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from roku_desktop.engine import (
    AnswerCompleted,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    ConfigReloaded,
    Event,
    FailedOver,
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
)
from roku_desktop.ui.entries import (
    AnswerEntry,
    CallEntry,
    CallState,
    Entry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    ThinkingEntry,
    answered,
    end_of_event,
    ending,
    entries_of_answer,
    entries_of_page,
    entry_of_call,
)

ENTRY_ROLE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()


class TranscriptModel(QAbstractListModel):
    """Entries of one session.

    Attributes:
        first_position: the position of the oldest stored message shown, None while there is none.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._step_start = 0
        self._steps = 0
        self._oldest_page: Sequence[StoredMessage] = ()
        self.first_position: int | None = None

    def entries(self) -> Sequence[Entry]:
        return tuple(self._entries)

    def entry(self, row: int) -> Entry:
        return self._entries[row]

    # Qt

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        return _plain_text(entry) if role == Qt.ItemDataRole.DisplayRole else None

    # Stored pages

    def show_page(self, page: Sequence[StoredMessage], runs: Mapping[str, RunRecord]) -> None:
        """Start over with the newest stored messages of a session, oldest first."""
        self.beginResetModel()
        self._entries = entries_of_page(page, runs)
        self._step_start, self._steps = len(self._entries), 0
        self._oldest_page, self.first_position = page, page[0].position if page else None
        self.endResetModel()

    def clear(self) -> None:
        self.show_page((), {})

    def prepend_page(self, page: Sequence[StoredMessage], runs: Mapping[str, RunRecord]) -> None:
        """Add the messages before the oldest one shown."""
        entries = entries_of_page(page, runs, following=self._oldest_page)
        if page:
            self._oldest_page, self.first_position = page, page[0].position
        if entries:
            self.beginInsertRows(_ROOT, 0, len(entries) - 1)
            self._entries[:0] = entries
            self._step_start += len(entries)
            self.endInsertRows()

    # Live events

    def apply(self, event: Event) -> None:  # noqa: C901  one case per event is its clearest form
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
            case RequestSent() | ResponseStarted() | ModelSwitched() | SessionChanged() | ConfigReloaded():
                pass
            case AttemptFailed() | RetryScheduled() | FailedOver() | BudgetNear() | BreakerChanged():
                pass  # told elsewhere, not in the transcript yet
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

    def _grow(self, piece: AnswerEntry | ThinkingEntry) -> None:
        row = len(self._entries) - 1
        last = self._entries[row] if row >= self._step_start else None
        if isinstance(last, AnswerEntry | ThinkingEntry) and last.growing and type(last) is type(piece):
            self._set(row, msgspec.structs.replace(last, text=last.text + piece.text))
        else:
            self._settle()
            self._append([piece])

    def _replace_step(self, entries: list[Entry]) -> None:
        """The whole answer is here: what streamed is settled, and only what differs is drawn anew."""
        shown = self._entries[self._step_start :]
        same = 0
        while same < min(len(shown), len(entries)) and _reads_same(shown[same], entries[same]):
            self._set(self._step_start + same, entries[same])
            same += 1
        self._remove_from(self._step_start + same)
        self._append(entries[same:])

    def _set_call(self, entry: CallEntry) -> None:
        row = self._row_of_call(entry.call_id)
        if row is None:
            self._append([entry])
        else:
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

    # Rows

    def _append(self, entries: Sequence[Entry]) -> None:
        if entries:
            start = len(self._entries)
            self.beginInsertRows(_ROOT, start, start + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()

    def _set(self, row: int, entry: Entry) -> None:
        if self._entries[row] != entry:
            self._entries[row] = entry
            index = self.index(row)
            self.dataChanged.emit(index, index)

    def _remove_from(self, row: int) -> None:
        if row < len(self._entries):
            self.beginRemoveRows(_ROOT, row, len(self._entries) - 1)
            del self._entries[row:]
            self.endRemoveRows()


def _closes_run(entry: Entry, run_id: str) -> bool:
    return isinstance(entry, NoticeEntry | MetricsEntry) and entry.run_id == run_id


def _reads_same(shown: Entry, entry: Entry) -> bool:
    if isinstance(shown, AnswerEntry):
        return isinstance(entry, AnswerEntry) and shown.text == entry.text
    if isinstance(shown, ThinkingEntry):
        return isinstance(entry, ThinkingEntry) and shown.text == entry.text
    return False


def _plain_text(entry: Entry) -> str:
    match entry:
        case PromptEntry(text=text) | ThinkingEntry(text=text) | AnswerEntry(text=text):
            return text
        case CallEntry(name=name, arguments=arguments):
            return f"{name} {arguments}"
        case NoticeEntry(sentence=sentence):
            return sentence
        case MetricsEntry(model=model):
            return model
        case _:
            assert_never(entry)
