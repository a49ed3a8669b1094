"""The open session's transcript as a list model: stored pages at its head, live rows at its end.

Rows are entries (`entries.py`). Messages that are not loaded are one row, a gap, which a page can be
put into and which pages far from the reader become again. What the running turn does to its rows is
`live_rows.py`'s. Knows no engine, no loop and no widget; `conversation.py` feeds it, `view.py` shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import ImageRef, Incident, RunRecord, StoredMessage
from roku_desktop.ui.transcript.entries import (
    FOLDING,
    AnswerEntry,
    CallEntry,
    Entry,
    GapEntry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    Remedy,
)
from roku_desktop.ui.transcript.live_rows import LiveRows
from roku_desktop.ui.transcript.pages import Pages, PageSpan

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.finding import Hit
    from roku_desktop.ui.transcript.page_entries import TimedCompaction


class TranscriptModel(LiveRows):
    """Entries of one session.

    Signals:
        page_shown: a page was put into a gap; the positions of its first and last message.
        below_wanted: the ids of a call (its run's first) whose sub-agent's conversation is to be shown.
    """

    page_shown = Signal(int, int)
    below_wanted = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages = Pages()

    def prompt_of(self, run_id: str) -> tuple[str, tuple[ImageRef, ...]]:
        """The prompt a run answers and its images, "" if it is not loaded."""
        prompts = (
            (entry.text, entry.images)
            for entry in self._entries
            if isinstance(entry, PromptEntry) and entry.run_id == run_id
        )
        return next(prompts, ("", ()))

    def fold(self, row: int) -> None:
        """Unfold a card, or fold it again."""
        entry = self._entries[row]
        if isinstance(entry, FOLDING):
            self._set(row, msgspec.structs.replace(entry, unfolded=not entry.unfolded))
        if isinstance(entry, CallEntry) and entry.is_task and not entry.unfolded:
            self.below_wanted.emit(entry.run_id, entry.call_id)

    def show_star(self, run_id: str, starred: bool) -> None:
        """A person marked the answer of a run, or took the mark away."""
        for row, entry in enumerate(self._entries):
            if isinstance(entry, MetricsEntry) and entry.run_id == run_id:
                self._set(row, msgspec.structs.replace(entry, starred=starred))

    def newest_answer(self) -> tuple[str, bool]:
        """The run of the last answer that is shown, and whether it has a star; "" without any."""
        for entry in reversed(self._entries):
            if isinstance(entry, MetricsEntry):
                return entry.run_id, entry.starred
        return "", False

    # Sub-agents

    def show_doing(self, run_id: str, call_id: str, doing: str) -> None:
        """What the sub-agent of a call is doing now, in a few words."""
        self._change_call(run_id, call_id, doing=doing)

    def show_below(self, run_id: str, call_id: str, entries: Sequence[Entry]) -> None:
        """What has become of the call's task so far."""
        self._change_call(run_id, call_id, below=tuple(entries))

    def renew_below(self, run_id: str, call_id: str) -> None:
        """More has become of a call's task: wanted where a person looks at it."""
        row = self._row_of(run_id, call_id)
        entry = None if row is None else self._entries[row]
        if isinstance(entry, CallEntry) and entry.unfolded:
            self.below_wanted.emit(run_id, call_id)

    def _change_call(self, run_id: str, call_id: str, **changed: object) -> None:
        row = self._row_of(run_id, call_id)
        if row is not None:
            self._set(row, msgspec.structs.replace(self._entries[row], **changed))

    def _row_of(self, run_id: str, call_id: str) -> int | None:
        for row in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[row]
            if isinstance(entry, CallEntry) and (entry.run_id, entry.call_id) == (run_id, call_id):
                return row
        return None

    # What can be done now

    def offer(self, run_id: str, remedies: tuple[Remedy, ...]) -> None:
        """Let the end of this run, and of no other, offer what helps; only to try again where there is
        nothing of its answer that could go on."""
        partial = any(isinstance(entry, AnswerEntry) and entry.run_id == run_id for entry in self._entries)
        for row, entry in enumerate(self._entries):
            if isinstance(entry, NoticeEntry) and not entry.within:
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
        compactions: Sequence[TimedCompaction] = (),
    ) -> None:
        """Start over with the newest stored messages of a session, oldest first."""
        from roku_desktop.ui.transcript.page_entries import entries_of_page

        self.beginResetModel()
        of_page = entries_of_page(page, runs, incidents=incidents, compactions=compactions)
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

    def fill_gap(  # noqa: PLR0917  a page and where it belongs
        self,
        first: int,
        last: int,
        page: Sequence[StoredMessage],
        runs: Mapping[str, RunRecord],
        incidents: Mapping[str, Sequence[Incident]] = {},
        compactions: Sequence[TimedCompaction] = (),
    ) -> None:
        """Show the messages from position `first` to `last`, which lie in one gap.

        `page` may go on behind `last`, which tells how runs and calls at its end go on.
        """
        from roku_desktop.ui.transcript.page_entries import entries_of_page

        hole = self._pages.span_at(first)
        if hole is None or hole.loaded or not hole.holds(last):
            return  # it was filled, or another session is shown
        inside = [stored for stored in page if first <= stored.position <= last]
        following = [stored for stored in page if stored.position > last]
        of_page = entries_of_page(
            inside, runs, following=following, incidents=incidents, compactions=compactions
        )
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


def _entry_of_gap(first: int, last: int) -> GapEntry:
    return GapEntry(run_id="", first=first, last=last)
