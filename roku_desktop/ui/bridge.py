"""Between the engine and the window: events become signals, what a person wants becomes calls.

The only place of `ui/` that calls the engine. Every call is a task of this object, so that quitting
can end them all; what a call brings, or why it was refused, is a signal. Events are handed on in
batches, at most 50 a second and fewer while much text comes or the window needs longer to draw it, with
neighbouring deltas joined. Made by `application.py` when the engine is open; used by `steering/middle.py`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from roku_desktop.engine import (
    Attachment,
    Engine,
    Event,
    Failure,
    ModelChoice,
    NotFoundError,
    Pin,
    RokuError,
    TextDelta,
    ThinkingDelta,
)
from roku_desktop.ui.live_turns import LiveTurns, joined
from roku_desktop.ui.opened_session import read_page, read_session
from roku_desktop.ui.sessions.model import PAGE_SIZE
from roku_desktop.ui.wording import inside_failure

if TYPE_CHECKING:
    from roku_desktop.ui.archive import Archive
    from roku_desktop.ui.supply import Supply
    from roku_desktop.ui.telemetry.reader import TelemetryReader

_log = logging.getLogger(__name__)

# Text that comes in faster steps looks no smoother, and each step is painted.
_FRAME_MS: Final = 1000 / 50
# Nobody reads along where so much text comes in one step; the eye sees it flow at this pace too.
_MUCH_CHARS: Final = 150
_FRAME_OF_MUCH_MS: Final = 1000 / 33
# Drawing may take this share of the time at most; the rest belongs to typing, scrolling and the stream.
_DRAWING_SHARE: Final = 1 / 3

Refused = Callable[[Failure], None]
Work = Callable[[], Coroutine[object, object, None]]


class Bridge(QObject):
    """Signals:
    happened: a batch of events (list[Event]), of all sessions, in order.
    happened_below: the same of sub-agents, whose sessions stand in no list.
    sessions_loaded: a page of the list (list[SessionSummary]) and whether it is the last.
    session_changed: a session's summary, as it is now.
    session_gone: a session (id) that can't be shown any more.
    session_opened: an `OpenedSession`.
    page_loaded: a `MessagePage` that was asked for.
    forked: the id of the session that a fork has made.
    session_created: the id of a new session, before its first prompt.
    turn_refused: session id and `Failure` of a prompt or resumption that was not taken; its kind
        is `Cancelled` where a person stopped it.
    refused: the `Failure` of any other call.
    providers_loaded: list[ProviderStatus].
    models_loaded: provider name, list[ModelInfo], and a `Failure` or None.
    model_known: the `ModelChoice` that answers next in the session that was asked about.
    """

    happened = Signal(object)
    happened_below = Signal(object)
    sessions_loaded = Signal(object, bool)
    session_changed = Signal(object)
    session_gone = Signal(str)
    session_opened = Signal(object)
    page_loaded = Signal(object)
    forked = Signal(str)
    session_created = Signal(str)
    turn_refused = Signal(str, object)
    refused = Signal(object)
    providers_loaded = Signal(object)
    models_loaded = Signal(str, object, object)
    model_known = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._opening: asyncio.Task[None] | None = None
        self._live = LiveTurns()
        self._archive: Archive | None = None
        self._supply: Supply | None = None
        self._telemetry: TelemetryReader | None = None
        self._waiting: list[Event] = []
        self._due_at_ms = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._hand_on)
        self._unsubscribe = engine.subscribe(self._take)

    async def aclose(self) -> None:
        """End all calls and listen no more. Running turns are the engine's to end."""
        self._unsubscribe()
        self._timer.stop()
        if self._telemetry is not None:
            self._telemetry.watch(on=False)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._archive = self._supply = self._telemetry = None  # they hold on to this object
        # Here and not by Python's collector, which may run on a thread that Qt's timers forbid.
        self.deleteLater()

    @property
    def pin(self) -> Pin | None:
        return self._engine.settings.llm.pin

    # Events

    def _take(self, event: Event) -> None:
        self._waiting.append(event)
        if not self._timer.isActive():
            self._timer.start(max(0, round(self._due_at_ms - _now_ms())))

    def _hand_on(self) -> None:
        batch, below = self._live.apart(joined(self._waiting))
        self._waiting = []
        began_ms = _now_ms()
        self._live.note([*batch, *below])
        deltas = [event for event in batch if isinstance(event, TextDelta | ThinkingDelta)]
        much = sum(len(delta.text) for delta in deltas) >= _MUCH_CHARS
        self._due_at_ms = began_ms + (_FRAME_OF_MUCH_MS if much else _FRAME_MS)
        self.happened.emit(batch)
        if below:  # later, because the calls they work for are shown by then
            self.happened_below.emit(below)
        answering = {delta.run_id for delta in deltas}
        QTimer.singleShot(0, partial(self._painted, began_ms, answering))

    def running_below(self) -> list[list[Event]]:
        """What has happened in the turn of each sub-agent that runs, from its `PromptAccepted` on."""
        return self._live.below()

    def _painted(self, began_ms: float, run_ids: set[str]) -> None:
        """What the batch changed has been laid out and painted: the next one comes after a while of rest."""
        took_ms = _now_ms() - began_ms
        self._due_at_ms = max(self._due_at_ms, began_ms + took_ms / _DRAWING_SHARE)
        self._engine.painted(run_ids)

    # Sessions

    def load_sessions(self, before: float | None = None) -> None:
        async def load() -> None:
            page = await self._engine.sessions(limit=PAGE_SIZE, before=before)
            self.sessions_loaded.emit(page, len(page) < PAGE_SIZE)

        self._start(load)

    def refresh_session(self, session_id: str) -> None:
        async def refresh() -> None:
            try:
                self.session_changed.emit(await self._engine.session(session_id))
            except NotFoundError:
                self.session_gone.emit(session_id)

        self._start(refresh)

    def open_session(self, session_id: str) -> None:
        """Read a session to show it. Asking for another one meanwhile drops the first."""

        async def read() -> None:
            try:
                opened = await read_session(self._engine, self._live, self._flush, session_id)
            except NotFoundError:
                self.session_gone.emit(session_id)
                return
            self.session_opened.emit(opened)

        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._start(read)

    def drop_opening(self) -> None:
        """Nobody waits for the session that is being read any more."""
        if self._opening is not None:
            self._opening.cancel()

    def load_page(self, session_id: str, first: int, last: int) -> None:
        """Read the messages from position `first` to `last`, and the one that follows them."""

        async def load() -> None:
            self.page_loaded.emit(await read_page(self._engine, session_id, first, last))

        self._start(load)

    def _flush(self) -> None:
        if self._waiting:
            self._timer.stop()
            self._hand_on()

    @property
    def archive(self) -> Archive:
        """Calls that nobody needs for the first prompt."""
        if self._archive is None:
            from roku_desktop.ui.archive import Archive

            self._archive = Archive(self._engine, self._start)
        return self._archive

    @property
    def supply(self) -> Supply:
        if self._supply is None:
            from roku_desktop.ui.supply import Supply

            self._supply = Supply(self._engine, self._start)
        return self._supply

    @property
    def telemetry(self) -> TelemetryReader:
        """What it can't read is a matter for the log: it asks again."""
        if self._telemetry is None:
            from roku_desktop.ui.telemetry.reader import TelemetryReader

            start = partial(self._start, refused=_log_refusal)
            self._telemetry = TelemetryReader(self._engine, start)
        return self._telemetry

    def rename_session(self, session_id: str, title: str) -> None:
        self._start(partial(self._engine.rename_session, session_id, title))

    def fork(self, session_id: str, run_id: str, *, with_run: bool, again: bool = False) -> None:
        """Go on elsewhere from the end of a run, or from before its prompt, to ask it again there."""

        async def make() -> None:
            prompt = await self.archive.prompt_of(session_id, run_id) if again else None
            forked = await self._engine.fork_session(session_id, run_id, with_run=with_run)
            if prompt is not None and prompt.text:
                await self._engine.ask(forked.session_id, prompt.text, images=prompt.images)
            self.forked.emit(forked.session_id)

        self._start(make)

    def delete_session(self, session_id: str) -> None:
        """One that can't be deleted is there again."""

        def refuse(failure: Failure) -> None:
            self.refused.emit(failure)
            self.refresh_session(session_id)

        self._start(partial(self._engine.delete_session, session_id), refuse)

    # Turns

    def ask(
        self,
        session_id: str,
        prompt: str,
        workspace: Path,
        *,
        again: str = "",
        images: Sequence[Attachment] = (),
    ) -> None:
        """Send a prompt; with an empty `session_id` into a session made for it in `workspace`.

        `again` names a run whose prompt is sent if there is no other.
        """

        async def send() -> None:
            nonlocal session_id
            if not session_id:
                session_id = (await self._engine.create_session(workspace)).session_id
                self._starting[session_id] = task
                self.session_created.emit(session_id)
            if prompt:
                text = await self.archive.with_files(session_id, prompt)
                await self._engine.ask(session_id, text, images=images)
            else:
                asked = await self.archive.prompt_of(session_id, again)
                await self._engine.ask(session_id, asked.text, images=asked.images)

        def refuse(failure: Failure) -> None:
            self.turn_refused.emit(session_id, failure)

        task = self._start_turn(session_id, send, refuse)

    def resume(self, session_id: str, run_id: str) -> None:
        async def go_on() -> None:
            await self._engine.resume(run_id)

        def refuse(failure: Failure) -> None:
            self.turn_refused.emit(session_id, failure)

        self._start_turn(session_id, go_on, refuse)

    def stop(self, session_id: str) -> None:
        """Stop the running turn, or the prompt that is being handed over."""
        starting = self._starting.get(session_id)
        if starting is not None:
            starting.cancel()

        async def end() -> None:
            await self._engine.stop(session_id)

        self._start(end)

    def _start_turn(self, session_id: str, work: Work, refuse: Refused) -> asyncio.Task[None]:
        async def keep_track() -> None:
            try:
                await work()
            except asyncio.CancelledError:
                refuse(_STOPPED)
                raise

        def forget(task: asyncio.Task[None]) -> None:
            self._starting = {key: other for key, other in self._starting.items() if other is not task}

        task = self._start(keep_track, refuse)
        self._starting[session_id] = task
        task.add_done_callback(forget)
        return task

    # Models

    def load_providers(self) -> None:
        """First what is known at once, then again with what is found on this machine."""

        async def load() -> None:
            self.providers_loaded.emit(await self._engine.providers(discover=False))
            self.providers_loaded.emit(await self._engine.providers())

        self._start(load)

    def load_models(self, provider: str) -> None:
        async def load() -> None:
            self.models_loaded.emit(provider, await self._engine.models(provider), None)

        self._start(load, lambda failure: self.models_loaded.emit(provider, [], failure))

    def load_current_model(self, session_id: str) -> None:
        async def load() -> None:
            self.model_known.emit(await self._engine.current_model(session_id))

        self._start(load, lambda _failure: None)  # the same failure is told when a prompt is sent

    def choose_model(self, choice: ModelChoice, session_id: str) -> None:
        self._start(partial(self._engine.choose_model, choice, session_id))

    # Preferences

    async def preferences(self, *names: str) -> list[str | None]:
        return [await self._engine.preference(name) for name in names]

    def remember(self, name: str, value: str | None) -> None:
        self._start(partial(self._engine.set_preference, name, value))

    # Calls

    async def finish(self) -> None:
        """Wait for the calls that have been started."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Work, refused: Refused | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guard(work, refused or self.refused.emit))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guard(self, work: Work, refused: Refused) -> None:
        try:
            await work()
        except RokuError as error:
            refused(error.failure())
        except Exception as error:  # noqa: BLE001  a bug of ours must not end the window; it is told and logged
            _log.exception("a call to the engine failed")
            refused(inside_failure(error))


_STOPPED: Final = Failure(kind="Cancelled", message="")


def _log_refusal(failure: Failure) -> None:
    _log.warning("telemetry can't be read: %s", failure.message)


def _now_ms() -> float:
    return time.monotonic() * 1000
