"""The engine's facade: opens, lists, resumes and stops sessions, and owns the running turns.

Both faces (`ui/`, `cli/`) speak to `Engine` and listen to its events; `app.py` builds it. All calls
belong to one event loop. Listeners are called on that loop, after the event is on disk, in order;
they must not block.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from roku_desktop.engine.context.prompt import system_prompt
from roku_desktop.engine.dispatch import Dispatcher
from roku_desktop.engine.errors import EngineClosingError, RokuError, RunNotResumableError, SessionBusyError
from roku_desktop.engine.events import (
    ConfigReloaded,
    Event,
    ModelSwitched,
    PromptAccepted,
    SessionChange,
    SessionChanged,
    TurnFinished,
)
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.loop import TurnLoop, TurnPlan
from roku_desktop.engine.messages import AssistantMessage, Message, StoredMessage, UserMessage
from roku_desktop.engine.ports import Clock, ModelInfo, Provider, Providers, Store
from roku_desktop.engine.records import ProviderStatus, RunRecord, SearchHit, SessionSummary, StorageUse
from roku_desktop.engine.routing.chooser import ModelChooser
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice
from roku_desktop.engine.session import Price, Turn, TurnStart
from roku_desktop.engine.settings import EngineSettings
from roku_desktop.engine.tools.catalogue import standard_catalogue

_log = logging.getLogger(__name__)

Listener = Callable[[Event], None]

_CONTINUE: Final = (
    "Your previous answer was cut off. Continue it exactly where it stopped, without repeating any of it."
)


class Engine:
    """Everything a face can do. Errors are `RokuError`s with a sentence for a person."""

    def __init__(
        self,
        *,
        settings: EngineSettings,
        store: Store,
        providers: Providers,
        clock: Clock,
        price: Price,
    ) -> None:
        self._settings = settings
        self._store = store
        self._providers = providers
        self._clock = clock
        self._price = price
        self._turns: dict[str, Turn] = {}
        self._listeners: list[Listener] = []
        self._accepting = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self._chooser = ModelChooser(settings.llm, store=store, providers=providers)
        self._use_tools(settings)

    # Life

    async def start(self) -> list[TurnFinished]:
        """Close what a killed process left running; returns how, so that a face can offer to resume."""
        return await self._store.recover()

    async def aclose(self) -> None:
        """Stop every turn as `interrupted`, wait until all is stored, free all.

        A prompt that is just being stored becomes a turn first, which is stopped like the others.
        """
        self._closing = True
        await self._idle.wait()
        for turn in self._turns.values():
            turn.stop("interrupted")
        await asyncio.gather(*(turn.result() for turn in self._turns.values()), return_exceptions=True)
        await self._providers.aclose()
        await self._store.aclose()

    @property
    def settings(self) -> EngineSettings:
        return self._settings

    async def reconfigure(self, settings: EngineSettings, warnings: Sequence[str] = ()) -> None:
        """Use other settings from the next turn on."""
        await self._providers.reconfigure(settings)
        self._settings = settings
        self._use_tools(settings)
        self._publish(
            ConfigReloaded(session_id="", run_id="", at=self._clock.now(), warnings=tuple(warnings))
        )

    def report_config_problem(self, problem: str) -> None:
        """A changed configuration can't be used; the last good one stays in force."""
        self._config_reloaded(problem=problem)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every event from now on; returns what ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    # Sessions

    async def create_session(self, workspace: Path, title: str = "") -> SessionSummary:
        summary = await self._store.create_session(workspace=str(workspace), title=title)
        self._session_changed(summary.session_id, "created", summary.title)
        return summary

    async def session(self, session_id: str) -> SessionSummary:
        return await self._store.session(session_id)

    async def sessions(self, *, limit: int = 100, before: float | None = None) -> list[SessionSummary]:
        return await self._store.sessions(limit=limit, before=before)

    async def find_sessions(self, text: str, *, limit: int = 20) -> list[SessionSummary]:
        """Sessions by words of their titles; `search` finds by what was written in them."""
        return await self._store.find_sessions(text, limit=limit)

    async def messages(
        self, session_id: str, *, before_position: int | None = None, limit: int = 200
    ) -> list[StoredMessage]:
        return await self._store.messages(session_id, before_position=before_position, limit=limit)

    async def search(self, text: str, *, limit: int = 50) -> list[SearchHit]:
        return await self._store.search(text, limit=limit)

    async def rename_session(self, session_id: str, title: str) -> None:
        await self._store.rename_session(session_id, title)
        self._session_changed(session_id, "renamed", title)

    async def pin_session(self, session_id: str, pinned: bool) -> None:
        await self._store.pin_session(session_id, pinned)
        self._session_changed(session_id, "pinned")

    async def delete_session(self, session_id: str) -> None:
        """Stop its turn, if any, and delete it with all that belongs to it."""
        turn = self._turns.get(session_id)
        if turn is not None:
            turn.stop()
            await turn.result()
        await self._store.delete_session(session_id)
        self._session_changed(session_id, "deleted")

    # Turns

    async def ask(self, session_id: str, prompt: str, *, choice: ModelChoice = NO_CHOICE) -> Turn:
        """Take a prompt. When this returns the prompt is on disk and published, and the turn runs.

        Raises `SessionBusyError` while a turn runs there (also in another process), and whatever
        keeps the model from being chosen; in these cases nothing is stored.
        """
        entered_at_s = self._clock.monotonic()
        self._refuse_if_busy(session_id)
        summary = await self._store.session(session_id)
        chosen, provider = await self._chooser.for_turn(summary, choice)
        run_id = new_id("run")
        accepted = PromptAccepted(
            session_id=session_id, run_id=run_id, at=self._clock.now(), message=UserMessage(text=prompt)
        )
        start = TurnStart(session_id=session_id, run_id=run_id, entered_at_s=entered_at_s)
        with self._taking_a_prompt():
            await self._accept(accepted, lambda: self._store.append([accepted]))
            return self._begin(start, accepted, self._plan(accepted, summary, chosen), provider)

    async def resume(self, run_id: str, *, choice: ModelChoice = NO_CHOICE) -> Turn:
        """Go on with a run that was interrupted, failed or cancelled, under its own id and budgets.

        Only the newest run of a session can go on: raises `RunNotResumableError` for others.
        """
        entered_at_s = self._clock.monotonic()
        record = await self._store.run(run_id)
        self._refuse_if_busy(record.session_id)
        await self._refuse_if_over(record)
        summary = await self._store.session(record.session_id)
        remembered = ModelChoice(record.provider, record.model)
        chosen, provider = await self._chooser.for_turn(summary, choice, remembered)
        last = await self._store.messages(record.session_id, limit=1)
        accepted = PromptAccepted(
            session_id=record.session_id,
            run_id=run_id,
            at=self._clock.now(),
            message=_nudge(last[-1].message if last else None),
            resumed=True,
        )
        start = TurnStart(
            session_id=record.session_id,
            run_id=run_id,
            entered_at_s=entered_at_s,
            usage=record.usage,
            cost_usd=record.cost_usd if record.usage.output_tokens else 0.0,
        )
        with self._taking_a_prompt():
            await self._accept(accepted, lambda: self._store.reopen_run(accepted))
            return self._begin(start, accepted, self._plan(accepted, summary, chosen, record), provider)

    def turn(self, session_id: str) -> Turn | None:
        """The turn that runs there in this process, if any."""
        return self._turns.get(session_id)

    async def stop(self, session_id: str) -> TurnFinished | None:
        """Stop the turn that runs there and wait for its end."""
        turn = self._turns.get(session_id)
        if turn is None:
            return None
        turn.stop()
        return await turn.result()

    async def run(self, run_id: str) -> RunRecord:
        return await self._store.run(run_id)

    async def last_run(self, session_id: str) -> RunRecord | None:
        return await self._store.last_run(session_id)

    async def runs(self, *, limit: int = 50) -> list[RunRecord]:
        return await self._store.runs(limit=limit)

    # Models

    async def providers(self, *, discover: bool = True) -> list[ProviderStatus]:
        return await self._providers.statuses(discover=discover)

    async def models(self, provider: str) -> list[ModelInfo]:
        return await self._providers.models(provider)

    async def current_model(self, session_id: str = "") -> ModelChoice:
        """What would answer next there, or in a new session; no model where only the provider knows it."""
        return await self._chooser.current(session_id)

    async def choose_model(self, choice: ModelChoice, session_id: str = "") -> None:
        """A person's switch, for this session and as the default of new ones.

        Raises `ProviderPinned`, or `ConfigurationError` for a name that is not known.
        """
        await self._chooser.remember(choice, session_id)
        self._publish(
            ModelSwitched(
                session_id=session_id,
                run_id="",
                at=self._clock.now(),
                provider=choice.provider,
                model=choice.model,
            )
        )

    # Preferences and storage

    async def preference(self, name: str) -> str | None:
        return await self._store.preference(name)

    async def set_preference(self, name: str, value: str | None) -> None:
        await self._store.set_preference(name, value)

    async def storage_usage(self) -> list[StorageUse]:
        return await self._store.usage()

    async def prune_storage(self) -> list[StorageUse]:
        return await self._store.prune()

    async def storage_problems(self) -> list[str]:
        return await self._store.problems()

    # Inside

    def _use_tools(self, settings: EngineSettings) -> None:
        self._catalogue = standard_catalogue(settings.tools)
        self._dispatcher = Dispatcher(
            catalogue=self._catalogue,
            clock=self._clock,
            max_result_bytes=settings.tools.default_max_bytes,
        )

    def _publish(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001  one face's bug must not end another's turn; it is reported
                _log.exception("a listener failed on %s", type(event).__name__)

    def _session_changed(self, session_id: str, change: SessionChange, title: str = "") -> None:
        self._publish(
            SessionChanged(session_id=session_id, run_id="", at=self._clock.now(), change=change, title=title)
        )

    def _config_reloaded(self, *, problem: str = "", warnings: tuple[str, ...] = ()) -> None:
        at = self._clock.now()
        self._publish(ConfigReloaded(session_id="", run_id="", at=at, problem=problem, warnings=warnings))

    async def _refuse_if_over(self, record: RunRecord) -> None:
        if record.status == "completed":
            raise RunNotResumableError(f"The run {record.run_id} is complete; there is nothing to resume.")
        newest = await self._store.last_run(record.session_id)
        if newest is not None and newest.run_id != record.run_id:
            raise RunNotResumableError(
                f"The conversation went on after the run {record.run_id}, so it can't be resumed."
            )

    def _refuse_if_busy(self, session_id: str) -> None:
        if session_id in self._turns:
            raise SessionBusyError("An answer is still being written in this session.")

    @contextlib.contextmanager
    def _taking_a_prompt(self) -> Iterator[None]:
        """`aclose` waits for the end of the block, which is short; later ones are refused."""
        if self._closing:
            raise EngineClosingError("The program is ending: start it again to go on.")
        self._accepting += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._accepting -= 1
            if not self._accepting:
                self._idle.set()

    async def _accept(self, accepted: PromptAccepted, storing: Callable[[], Awaitable[None]]) -> None:
        """Store the start of a run; one that nobody will drive is closed again at once."""
        try:
            await storing()
        except asyncio.CancelledError:
            closing = TurnFinished(
                session_id=accepted.session_id,
                run_id=accepted.run_id,
                at=self._clock.now(),
                outcome="cancelled",
            )
            with contextlib.suppress(RokuError):
                await self._store.finish_run(closing)
            raise

    def _plan(
        self,
        accepted: PromptAccepted,
        summary: SessionSummary,
        choice: ModelChoice,
        record: RunRecord | None = None,
    ) -> TurnPlan:
        workspace = Path(summary.workspace)
        return TurnPlan(
            session_id=accepted.session_id,
            run_id=accepted.run_id,
            workspace=workspace,
            model=choice.model,
            system=system_prompt(workspace, self._clock),
            tools=self._catalogue.specs(),
            budgets=self._settings.loop,
            steps_used=record.steps if record else 0,
            recoveries_used=record.recoveries if record else 0,
            thinking_budget_tokens=self._settings.llm.thinking_budget_tokens,
        )

    def _begin(self, start: TurnStart, accepted: PromptAccepted, plan: TurnPlan, provider: Provider) -> Turn:
        dispatcher = self._dispatcher

        async def events() -> AsyncGenerator[Event, None]:
            history = await self._store.history(plan.session_id)
            loop = TurnLoop(plan, history, provider=provider, dispatcher=dispatcher, clock=self._clock)
            async with contextlib.aclosing(loop.run()) as happening:
                async for event in happening:
                    yield event

        turn = Turn(
            start, events, store=self._store, publish=self._publish_turn, clock=self._clock, price=self._price
        )
        self._turns[start.session_id] = turn
        self._publish(accepted)
        return turn

    def _publish_turn(self, event: Event) -> None:
        if isinstance(event, TurnFinished):
            self._turns.pop(event.session_id, None)
        self._publish(event)


def _nudge(last: Message | None) -> UserMessage | None:
    """What a model must be told to go on after `last`; None where the history itself asks for an answer."""
    if isinstance(last, AssistantMessage) and last.text.strip():
        return UserMessage(text=_CONTINUE, origin="runtime")
    return None
