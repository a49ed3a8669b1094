"""The open session: what it is doing, what a person can do about it. No widgets.

Owns the state that Send, Stop, Resume and Retry depend on, and feeds the transcript model from
stored pages and live events. Calls go through `bridge.py`; `steering/middle.py` connects it to the window.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    Attachment,
    CompactComplete,
    Event,
    FailedOver,
    Failure,
    ImageRef,
    PromptAccepted,
    RequestSent,
    RetryScheduled,
    SessionSummary,
    TurnFinished,
)
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.opened_session import MESSAGE_PAGE_SIZE, MessagePage, OpenedSession
from roku_desktop.ui.transcript.entries import PromptEntry, Remedy, RunEnd, end_of_event, end_of_record
from roku_desktop.ui.transcript.model import TranscriptModel

_REMEDIES: Final[tuple[Remedy, ...]] = ("resume", "retry")
State = Literal["idle", "loading", "sending", "writing"]

# Far ones are let go of: a long conversation takes the memory of what is read of it.
MOST_LOADED_MESSAGES: Final = 10 * MESSAGE_PAGE_SIZE


class Conversation(QObject):
    """One session at a time; "" is a new one that has no prompt yet.

    Attributes:
        state: `sending` until a prompt is on disk, `writing` while the turn runs.
        images: what goes with the next prompt.
        unfinished: the newest run, where it ended badly and could go on.
        waiting: what the running turn waits for before it asks again, if it does.

    Signals:
        changed: `state`, `unfinished` or `waiting` changed.
        opened: another session (id) is shown.
        accepted: a prompt (its text) is on disk.
        images_taken: those of the prompt are on disk, too.
        draft_wanted: a prompt (its text) is to be edited in a session (id) that is being opened.
        images_wanted: images (`ImageRef`s) of that prompt, which the session (id) has.
        refused: a prompt or resumption was not taken (`Failure`).
    """

    changed = Signal()
    opened = Signal(str)
    accepted = Signal(str)
    images_taken = Signal()
    draft_wanted = Signal(str, str)
    images_wanted = Signal(str, object)
    refused = Signal(object)

    def __init__(
        self, bridge: Bridge, transcript: TranscriptModel, workspace: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._transcript = transcript
        self._workspace = workspace
        self._loading: tuple[int, int] | None = None
        self._reading_at = 0
        self._draft = ""
        self._draft_images: Sequence[ImageRef] = ()
        self.session_id = ""
        self.images: Sequence[Attachment] = ()
        self.summary: SessionSummary | None = None
        self.state: State = "idle"
        self.unfinished: RunEnd | None = None
        self.waiting: RetryScheduled | None = None
        bridge.happened.connect(self._happened)
        bridge.session_opened.connect(self._show)
        bridge.session_created.connect(self._created)
        bridge.session_changed.connect(self._session_changed)
        bridge.session_gone.connect(self._gone)
        bridge.forked.connect(self._show_fork)
        bridge.page_loaded.connect(self._show_loaded)
        bridge.refused.connect(self._stop_loading)
        bridge.turn_refused.connect(self._turn_refused)

    @property
    def transcript(self) -> TranscriptModel:
        return self._transcript

    @property
    def workspace(self) -> str:
        return self.summary.workspace if self.summary is not None else str(self._workspace)

    def use_workspace(self, workspace: Path) -> None:
        """New sessions work there."""
        self._workspace = workspace
        self.changed.emit()

    # What a person wants

    def new(self) -> None:
        """Leave for an empty conversation; its session is made with its first prompt."""
        self._bridge.drop_opening()
        self._transcript.clear()
        self.summary, self._loading = None, None
        self._leave_for("", "idle")

    def open(self, session_id: str) -> None:
        if session_id != self.session_id or self.state == "idle":
            self._leave_for(session_id, "loading")
            self._bridge.open_session(session_id)

    def send(self, prompt: str) -> None:
        if self.state == "idle" and prompt.strip():
            self._set(state="sending", unfinished=None)
            self._bridge.ask(self.session_id, prompt, self._workspace, images=self.images)

    def stop(self) -> None:
        if self.state in ("sending", "writing"):
            self._bridge.stop(self.session_id)

    def skip_wait(self) -> None:
        """Ask the alternative now instead of waiting."""
        if self.waiting is not None:
            self._bridge.supply.skip_wait(self.waiting.run_id)

    def resume(self) -> None:
        """Let the unfinished run go on."""
        if self.unfinished is not None and self.state == "idle":
            run_id = self.unfinished.run_id
            self._set(state="sending", unfinished=None)
            self._bridge.resume(self.session_id, run_id)

    def retry(self) -> None:
        """Ask the prompt of the unfinished run again, as a new turn."""
        if self.unfinished is not None and self.state == "idle":
            run_id = self.unfinished.run_id
            self._set(state="sending", unfinished=None)
            self._bridge.ask(self.session_id, "", self._workspace, again=run_id)

    def act_on_run(self, how: str, run_id: str) -> None:
        """Go on with a run, or from it in a new session, while this one stays as it is.

        "resume" and "retry" are for the unfinished one. "fork" begins behind a run's answer; "regenerate"
        asks its prompt again; "edit" lets it be changed first.
        """
        match how:
            case "resume":
                self.resume()
            case "retry":
                self.retry()
            case "fork":
                self._bridge.fork(self.session_id, run_id, with_run=True)
            case "regenerate":
                self._bridge.fork(self.session_id, run_id, with_run=False, again=True)
            case "star" | "unstar":
                self._bridge.archive.star(run_id, starred=how == "star")
            case "edit":
                self._draft, self._draft_images = self._transcript.prompt_of(run_id)
                self._bridge.fork(self.session_id, run_id, with_run=False)

    def ask_about(self, calls: Collection[tuple[str, str]]) -> None:
        """These calls (run, call) wait for what a person says."""
        self._transcript.ask_about(calls)

    def load_page(self, position: int) -> None:
        """Load the messages around a position that is not loaded; one page at a time."""
        gap = self._transcript.gap_at(position)
        if gap is not None and self._loading is None:
            self._loading = page_around(position, gap)
            self._reading_at = position
            self._bridge.load_page(self.session_id, *self._loading)

    def prompts(self) -> list[str]:
        """The prompts shown, oldest first."""
        return [entry.text for entry in self._transcript.entries() if isinstance(entry, PromptEntry)]

    # What the engine says

    def _show(self, opened: OpenedSession) -> None:
        if opened.summary.session_id != self.session_id:
            return
        self.summary = opened.summary
        self._loading = None
        page = opened.page
        self._transcript.show_page(page.messages, page.runs, page.incidents, page.compactions)
        self._set(state="idle", unfinished=None)
        if opened.live:
            self._apply(opened.live)
        elif opened.last_run is not None:
            self._set(state="idle", unfinished=_if_unfinished(end_of_record(opened.last_run)))
        self.opened.emit(self.session_id)

    def _show_fork(self, session_id: str) -> None:
        draft, self._draft = self._draft, ""
        images, self._draft_images = self._draft_images, ()
        self.open(session_id)
        if draft:
            self.draft_wanted.emit(session_id, draft)
        if images:
            self.images_wanted.emit(session_id, images)

    def _show_loaded(self, page: MessagePage) -> None:
        if page.session_id == self.session_id and self._loading == (page.first, page.last):
            self._loading = None
            self._transcript.fill_gap(
                page.first, page.last, page.messages, page.runs, page.incidents, page.compactions
            )
            self._transcript.forget_far_pages(self._reading_at, MOST_LOADED_MESSAGES)

    def _stop_loading(self, _failure: Failure) -> None:
        self._loading = None  # scrolling on tries again

    def _happened(self, events: Sequence[Event]) -> None:
        if self.state != "loading":  # what happens meanwhile comes with the session
            self._apply([event for event in events if event.session_id == self.session_id])

    def _apply(self, events: Sequence[Event]) -> None:
        for event in events:
            if not event.run_id and not isinstance(event, CompactComplete):  # one made by hand has no run
                continue
            self._transcript.apply(event)
            if isinstance(event, PromptAccepted):
                self._set(state="writing", unfinished=None)
                if event.message is not None and event.message.origin == "person":
                    if event.message.images:
                        self.images_taken.emit()
                    self.accepted.emit(event.message.text)
            elif isinstance(event, RetryScheduled):
                self._wait_for(event)
            elif isinstance(event, RequestSent | FailedOver):
                self._wait_for(None)
            elif isinstance(event, TurnFinished):
                self._set(state="idle", unfinished=_if_unfinished(end_of_event(event, steps=0)))

    def _created(self, session_id: str) -> None:
        if not self.session_id and self.state == "sending":
            self.session_id = session_id
            self.opened.emit(session_id)

    def _session_changed(self, summary: SessionSummary) -> None:
        if summary.session_id == self.session_id:
            self.summary = summary
            self.changed.emit()

    def _gone(self, session_id: str) -> None:
        if session_id == self.session_id:
            self.new()

    def _turn_refused(self, session_id: str, failure: Failure) -> None:
        if session_id != self.session_id or self.state != "sending":
            return
        self._set(state="idle", unfinished=None)
        if failure.kind != "Cancelled":
            self.refused.emit(failure)
        if session_id:
            self.open(session_id)  # shows what is on disk, be it that the prompt was still stored

    # State

    def _leave_for(self, session_id: str, state: State) -> None:
        self.session_id = session_id
        self._set(state=state, unfinished=None)
        if not session_id:
            self.opened.emit("")

    def _wait_for(self, waiting: RetryScheduled | None) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.changed.emit()

    def _set(self, *, state: State, unfinished: RunEnd | None) -> None:
        if state != "writing":
            self._wait_for(None)
        if (state, unfinished) != (self.state, self.unfinished):
            self.state, self.unfinished = state, unfinished
            self._transcript.offer(unfinished.run_id if unfinished else "", _REMEDIES)
            self.changed.emit()


def page_around(position: int, gap: tuple[int, int], size: int = MESSAGE_PAGE_SIZE) -> tuple[int, int]:
    """The first and last position of the page to load: at an end of the gap if `position` is near it."""
    first, last = gap
    if position - first < size:
        return first, min(last, first + size - 1)
    if last - position < size:
        return max(first, last - size + 1), last
    return position - size // 4, position - size // 4 + size - 1


def _if_unfinished(end: RunEnd) -> RunEnd | None:
    return end if end.status in ("failed", "cancelled", "interrupted") else None
