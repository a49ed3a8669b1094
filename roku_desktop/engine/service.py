"""The engine's facade: opens, lists, resumes and stops sessions, and tells listeners.

Both faces (`ui/`, `cli/`) speak to `Engine` and listen to its events; `app.py` builds it. All calls
belong to one event loop. Listeners are called on that loop, after the event is on disk, in order;
they must not block.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roku_desktop.engine.compactions import Compaction, ContextRecord
from roku_desktop.engine.decisions import Consent
from roku_desktop.engine.events import (
    ConfigReloaded,
    DiskLow,
    Incident,
    ModelSwitched,
    SessionChange,
    SessionChanged,
    TurnFinished,
    WindowReady,
)
from roku_desktop.engine.keeping import Keeping
from roku_desktop.engine.listeners import Listener, Listeners
from roku_desktop.engine.messages import Attachment, ImageRef, StoredMessage
from roku_desktop.engine.ports import Clock, ModelInfo, Price, Providers, Store
from roku_desktop.engine.records import (
    BreakerState,
    CostRow,
    Instructions,
    ModelPrice,
    ProviderStatus,
    RunRecord,
    SearchHit,
    SessionSummary,
    local_day,
)
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice
from roku_desktop.engine.settings import EngineSettings, MemorySettings, Thinking, ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue

if TYPE_CHECKING:
    from roku_desktop.engine.approvals import Approvals
    from roku_desktop.engine.images.folder import ImageFolder
    from roku_desktop.engine.machinery import Machinery
    from roku_desktop.engine.memory.memories import Memories
    from roku_desktop.engine.memory_ports import MemoryService
    from roku_desktop.engine.routing.pause import Pause
    from roku_desktop.engine.routing.retry import Spread
    from roku_desktop.engine.session import Turn
    from roku_desktop.engine.turns import Turns


class Engine(Keeping):
    """Everything a face can do. Errors are `RokuError`s with a sentence for a person."""

    def __init__(
        self,
        *,
        settings: EngineSettings,
        store: Store,
        providers: Providers,
        clock: Clock,
        price: Price,
        spread: Spread | None = None,
        tools: Callable[[ToolSettings], ToolCatalogue] = standard_catalogue,
        memory_service: Callable[[MemorySettings], MemoryService | None] = lambda _settings: None,
        instructions: Callable[[Path], tuple[Instructions, ...]] = lambda _workspace: (),
        images: Callable[[], ImageFolder | None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._providers = providers
        self._clock = clock
        self._listeners = Listeners()
        self._publish = self._listeners.publish
        self._before_closing: list[Callable[[], Awaitable[None]]] = []
        self._price = price
        self._spread = spread
        self._tools = tools
        self._memory_service = memory_service
        self._instructions = instructions
        self._make_images = images

    @cached_property
    def _images(self) -> ImageFolder | None:
        return self._make_images()

    @cached_property
    def _machinery(self) -> Machinery:
        from roku_desktop.engine.machinery import Machinery

        return Machinery(
            self._settings,
            store=self._store,
            providers=self._providers,
            clock=self._clock,
            price=self._price,
            publish=self._publish,
            spread=self._spread,
            tools=self._tools,
            memory_service=self._memory_service,
            instructions=self._instructions,
            images=self._images,
        )

    @property
    def _running(self) -> Turns | None:
        """The turns of this process; None before there ever was one."""
        return self._machinery.turns if "_machinery" in self.__dict__ else None

    @property
    def approvals(self) -> Approvals:
        """Calls that wait for a person: list, decide, resolve; rules; the audit log."""
        return self._machinery.approvals

    @property
    def pause(self) -> Pause:
        """For a person who wants nothing sent to a provider for a while."""
        return self._machinery.pause

    @property
    def memories(self) -> Memories:
        """What is remembered beyond a session: recall, add, change, forget."""
        return self._machinery.memories

    async def instructions(self, workspace: Path) -> tuple[Instructions, ...]:
        """The standing instructions in force there: `ROKU.md` of the home, `.roku.md` of the workspace."""
        return await self._machinery.turns.grounds.instructions(workspace)

    # Life

    async def start(self) -> list[TurnFinished]:
        """Close what a killed process left running; returns how, so that a face can offer to resume."""
        return await self._store.recover()

    async def aclose(self) -> None:
        """Stop every turn as `interrupted`, wait until all is stored, free all."""
        if self._running is not None:
            await self._machinery.aclose()
            await self.memories.aclose()
        for finish in self._before_closing:
            await finish()
        await self._providers.aclose()
        await self._store.aclose()

    @property
    def settings(self) -> EngineSettings:
        return self._settings

    async def reconfigure(self, settings: EngineSettings, warnings: Sequence[str] = ()) -> None:
        """Use other settings from the next turn on."""
        await self._providers.reconfigure(settings)
        self._settings = settings
        if self._running is not None:
            self._machinery.use(settings)
        self._config_reloaded(warnings=tuple(warnings))

    def report_config_problem(self, problem: str) -> None:
        """A changed configuration can't be used; the last good one stays in force."""
        self._config_reloaded(problem=problem)

    def report_disk(self, free_bytes: int, kept_free_bytes: int, *, is_over: bool) -> None:
        """The home's disk is low, or no longer."""
        here: dict[str, Any] = {"session_id": "", "run_id": "", "at": self._clock.now()}
        event = DiskLow(**here, free_bytes=free_bytes, kept_free_bytes=kept_free_bytes, is_over=is_over)
        self._publish(event)

    def before_closing(self, finish: Callable[[], Awaitable[None]]) -> None:
        """Await `finish` when the engine closes: after the last event, while storage still works."""
        self._before_closing.append(finish)

    def report_ready(self, startup_s: float, *, frozen: bool) -> None:
        """A window is ready: the first prompt could be typed and sent."""
        now = self._clock.now()
        self._publish(WindowReady(session_id="", run_id="", at=now, startup_s=startup_s, frozen=frozen))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every event from now on; returns what ends it."""
        return self._listeners.add(listener)

    # Sessions

    async def create_session(self, workspace: Path, title: str = "") -> SessionSummary:
        summary = await self._store.create_session(workspace=str(workspace), title=title)
        self._session_changed(summary.session_id, "created", summary.title)
        return summary

    async def fork_session(self, session_id: str, run_id: str, *, with_run: bool = True) -> SessionSummary:
        """A new session that begins with this one's conversation up to the end of a run.

        Without the run it ends before its prompt, which can then be asked again or otherwise. The old
        session stays as it is. Raises `SessionBusyError` while that run goes on.
        """
        summary = await self._store.fork_session(session_id, run_id, with_run=with_run)
        self._session_changed(summary.session_id, "created", summary.title)
        return summary

    async def session(self, session_id: str) -> SessionSummary:
        return await self._store.session(session_id)

    async def summaries(self, session_ids: Sequence[str]) -> list[SessionSummary]:
        """Those of the sessions that are there, in that order."""
        return await self._store.summaries(session_ids)

    async def sessions(self, *, limit: int = 100, before: float | None = None) -> list[SessionSummary]:
        return await self._store.sessions(limit=limit, before=before)

    async def find_sessions(self, text: str, *, limit: int = 20) -> list[SessionSummary]:
        """Sessions by words of their titles; `search` finds by what was written in them."""
        return await self._store.find_sessions(text, limit=limit)

    async def messages(
        self, session_id: str, *, before_position: int | None = None, limit: int = 200
    ) -> list[StoredMessage]:
        return await self._store.messages(session_id, before_position=before_position, limit=limit)

    async def context(self, session_id: str) -> ContextRecord:
        """How the session is sent to models: its newest compaction, and what requests counted."""
        return await self._store.context(session_id)

    async def compactions(self, session_id: str) -> list[tuple[float, Compaction]]:
        """All that stood for its older part at some time: when (Unix seconds) and what, oldest first."""
        return await self._store.compactions(session_id)

    async def compact(self, session_id: str, *, preview: bool = False) -> Compaction:
        """Send its older part as a summary from now on; a `preview` asks no model and changes nothing.

        Raises `NothingToCompactError` where nothing would be gained, `SessionBusyError` while a turn
        runs there.
        """
        return await self._machinery.compacting.compact(session_id, preview=preview)

    async def sub_agent(self, run_id: str, call_id: str) -> SessionSummary | None:
        """The session in which the task of a call is worked on; it stands in no list and no search."""
        return await self._store.sub_agent(run_id, call_id)

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
        turn = self.turn(session_id)
        if turn is not None:
            turn.stop()
            await turn.result()
        await self._store.delete_session(session_id)
        self._session_changed(session_id, "deleted")

    # Turns

    async def ask(
        self,
        session_id: str,
        prompt: str,
        *,
        choice: ModelChoice = NO_CHOICE,
        consent: Consent | None = None,
        images: Sequence[Attachment] = (),
    ) -> Turn:
        """Take a prompt. When this returns the prompt is on disk and published, and the turn runs.

        Raises `SessionBusyError` while a turn runs there (also in another process), and whatever
        keeps the model from being chosen or the images from being taken; in these cases nothing is stored.
        """
        return await self._machinery.turns.ask(
            session_id, prompt, choice, consent or Consent(), images=images
        )

    def image_path(self, session_id: str, image: ImageRef) -> Path | None:
        """Where an image of that session lies; None where this engine keeps none."""
        return self._images.path_of(session_id, image) if self._images else None

    async def resume(
        self, run_id: str, *, choice: ModelChoice = NO_CHOICE, consent: Consent | None = None
    ) -> Turn:
        """Go on with a run that was interrupted, failed or cancelled, under its own id and budgets.

        Only the newest run of a session can go on: raises `RunNotResumableError` for others.
        """
        return await self._machinery.turns.resume(run_id, choice, consent or Consent())

    def turn(self, session_id: str) -> Turn | None:
        """The turn that runs there in this process, if any."""
        return self._running.of_session(session_id) if self._running else None

    async def stop(self, session_id: str) -> TurnFinished | None:
        """Stop the turn that runs or waits there, and wait for its end; None if there was none."""
        return await self._machinery.turns.stop(session_id)

    async def plan_session(self, session_id: str, plan: bool) -> None:
        """Let only read-only tools run there, from the next answer on; or end that."""
        await self._store.plan_session(session_id, plan)
        self._session_changed(session_id, "planned")

    def painted(self, run_ids: Collection[str]) -> None:
        """A window shows what was published of these runs; the first time counts."""
        for run_id in run_ids:
            turn = self._running.of_run(run_id) if self._running else None
            if turn is not None:
                turn.painted()

    def skip_wait(self, run_id: str) -> bool:
        """Ask the alternative of the last `RetryScheduled` now; False where that run waits for nothing."""
        turn = self._running.of_run(run_id) if self._running else None
        return turn is not None and turn.skip_wait()

    async def incidents(self, run_id: str) -> list[Incident]:
        """Failed attempts, waits and hops of a run, in order; `explanation` makes a sentence of them."""
        return await self._store.incidents(run_id)

    async def run(self, run_id: str) -> RunRecord:
        return await self._store.run(run_id)

    async def last_run(self, session_id: str) -> RunRecord | None:
        return await self._store.last_run(session_id)

    async def runs(self, *, limit: int = 50) -> list[RunRecord]:
        return await self._store.runs(limit=limit)

    # Models

    async def providers(self, *, discover: bool = True) -> list[ProviderStatus]:
        return await self._providers.statuses(discover=discover)

    async def breakers(self) -> dict[str, BreakerState]:
        """The circuit breakers of providers that ever had trouble."""
        return await self._machinery.router.breakers.load()

    async def reset_breaker(self, provider: str) -> None:
        """A person wants that provider asked again at once."""
        await self._machinery.router.breakers.reset(provider)

    async def models(self, provider: str, *, anew: bool = False) -> list[ModelInfo]:
        return await self._providers.models(provider, anew=anew)

    async def current_model(self, session_id: str = "") -> ModelChoice:
        """What would answer next there, or in a new session; no model where only the provider knows it."""
        return await self._machinery.chooser.current(session_id)

    async def choose_model(self, choice: ModelChoice, session_id: str = "") -> None:
        """A person's switch, for this session and as the default of new ones.

        Raises `ProviderPinned`, or `ConfigurationError` for a name that is not known.
        """
        await self._machinery.chooser.remember(choice, session_id)
        self._publish(
            ModelSwitched(
                session_id=session_id,
                run_id="",
                at=self._clock.now(),
                provider=choice.provider,
                model=choice.model,
            )
        )

    async def thinking(self) -> Thinking:
        """How much models are asked to think in turns to come."""
        return await self._machinery.chooser.thinking()

    async def choose_thinking(self, thinking: Thinking) -> None:
        """A person's choice, for all sessions, from the next turn on."""
        await self._machinery.chooser.remember_thinking(thinking)

    async def price_of(self, provider: str, model: str) -> ModelPrice | None:
        """What a model costs as the price list has it; None where it has no price."""
        from roku_desktop.engine.routing.pricing import price_per_million

        return await price_per_million(self._price, provider, model)

    async def costs(self, *, days: int = 1) -> list[CostRow]:
        """What each model cost on each of the last `days` days, today included, newest day first.

        The ledger outlives the sessions; `CostRow.unknown` counts answers without a known price.
        """
        first = local_day(self._clock.now() - (days - 1) * 86_400)
        return await self._store.costs(first)

    # Inside

    def _session_changed(self, session_id: str, change: SessionChange, title: str = "") -> None:
        self._publish(
            SessionChanged(session_id=session_id, run_id="", at=self._clock.now(), change=change, title=title)
        )

    def _config_reloaded(self, *, problem: str = "", warnings: tuple[str, ...] = ()) -> None:
        at = self._clock.now()
        self._publish(ConfigReloaded(session_id="", run_id="", at=at, problem=problem, warnings=warnings))
