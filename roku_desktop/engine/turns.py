"""The running turns of a process: how one is accepted, begins, goes on after a cut, and is found again.

Owns the map from sessions to their turns and what happens between a prompt and its loop; `session.py`
owns a turn's life, `service.py` is the facade that calls this.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from roku_desktop.engine.approval.gate import Gate
from roku_desktop.engine.context.session_context import SessionContexts
from roku_desktop.engine.context.turn_context import TurnContext, TurnPlace
from roku_desktop.engine.context.windows import ContextWindows
from roku_desktop.engine.decisions import Consent
from roku_desktop.engine.dispatch import Dispatcher
from roku_desktop.engine.errors import EngineClosingError, RokuError, RunNotResumableError, SessionBusyError
from roku_desktop.engine.events import Event, PromptAccepted, TurnFinished
from roku_desktop.engine.ground import Allotted, Ground, Grounds
from roku_desktop.engine.identity import new_run_id
from roku_desktop.engine.loop import TurnLoop, TurnPlan
from roku_desktop.engine.memory.memories import Memories
from roku_desktop.engine.memory.prompt import as_read
from roku_desktop.engine.messages import AssistantMessage, Attachment, Message, UserMessage
from roku_desktop.engine.ports import Clock, Price, Store
from roku_desktop.engine.records import (
    Conversation,
    Instructions,
    RunRecord,
    SessionSummary,
)
from roku_desktop.engine.recovery import told_if_lost
from roku_desktop.engine.routing.chooser import ModelChooser
from roku_desktop.engine.routing.pause import Pause
from roku_desktop.engine.routing.router import Router
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.sentences import said
from roku_desktop.engine.session import Turn, TurnStart
from roku_desktop.engine.settings import EngineSettings, ToolSettings
from roku_desktop.engine.steps import StepAllowance
from roku_desktop.engine.sub_agents import Parent, SubAgents
from roku_desktop.engine.tools.agent import AgentTool
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.tools.remember import RememberTool

_CONTINUE: Final = (
    "Your previous answer was cut off. Continue it exactly where it stopped, without repeating any of it."
)
_DAY_S: Final = 86_400


class Turns:
    """Begins turns, one per session at a time, and ends them all when the program ends."""

    def __init__(
        self,
        settings: EngineSettings,
        *,
        store: Store,
        chooser: ModelChooser,
        router: Router,
        clock: Clock,
        price: Price,
        publish: Callable[[Event], None],
        windows: ContextWindows,
        tools: Callable[[ToolSettings], ToolCatalogue],
        pause: Pause,
        memories: Memories,
        instructions: Callable[[Path], tuple[Instructions, ...]],
    ) -> None:
        self._store = store
        self._router = router
        self._clock = clock
        self._price = price
        self._publish = publish
        self._tools = tools
        self._pause = pause
        self._windows = windows
        self._contexts = SessionContexts(clock)
        self._memories = memories
        self.grounds = Grounds(store, chooser, clock, instructions)
        self._running: dict[str, Turn] = {}
        self._standing: dict[str, Ground] = {}
        self._accepting = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self.gate = Gate(store.journal, clock, publish)
        self.use(settings)

    def use(self, settings: EngineSettings) -> None:
        """Begin later turns with these settings."""
        self.settings = settings
        self.gate.expire_after_s = settings.approvals.expire_after_days * _DAY_S
        self.__dict__.pop("_dispatcher", None)
        self.__dict__.pop("_sub_agents_dispatcher", None)

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        """Made for the first turn: a start needs no tool."""
        sub_agents = SubAgents(self, self._store)
        return self._dispatcher_with(
            self._sub_agents_dispatcher.catalogue.plus(AgentTool(sub_agents.carry_out))
        )

    @cached_property
    def _sub_agents_dispatcher(self) -> Dispatcher:
        """A sub-agent has none of its own."""
        return self._dispatcher_with(self._tools(self.settings.tools).plus(RememberTool(self._memories)))

    def _dispatcher_with(self, catalogue: ToolCatalogue) -> Dispatcher:
        return Dispatcher(
            catalogue=catalogue,
            clock=self._clock,
            max_result_bytes=self.settings.tools.default_max_bytes,
            store=self._store,
            gate=self.gate,
            propagate=self.settings.telemetry.propagate,
        )

    def _dispatcher_of(self, summary: SessionSummary) -> Dispatcher:
        return self._sub_agents_dispatcher if summary.parent_run_id else self._dispatcher

    @property
    def catalogue(self) -> ToolCatalogue:
        return self._dispatcher.catalogue

    def of_session(self, session_id: str) -> Turn | None:
        return self._running.get(session_id)

    def of_run(self, run_id: str) -> Turn | None:
        return next((turn for turn in self._running.values() if turn.run_id == run_id), None)

    async def aclose(self) -> None:
        """Stop every turn as `interrupted` and wait until all is stored.

        A prompt that is just being stored becomes a turn first, which is stopped like the others.
        """
        self._closing = True
        await self._idle.wait()
        for turn in self._running.values():
            turn.stop("interrupted")
        await asyncio.gather(*(turn.result() for turn in self._running.values()), return_exceptions=True)

    async def stop(self, session_id: str) -> TurnFinished | None:
        """Stop the turn that runs there and wait for its end."""
        turn = self._running.get(session_id)
        if turn is None:
            return await self._stop_parked(session_id)
        turn.stop()
        return await turn.result()

    async def _stop_parked(self, session_id: str) -> TurnFinished | None:
        """A turn that waits for a person ends without what it asked for."""
        run = await self._store.last_run(session_id)
        if run is None or run.status != "parked":
            return None
        ended = await self._store.finish_run(
            TurnFinished(session_id=session_id, run_id=run.run_id, at=self._clock.now(), outcome="cancelled")
        )
        self._publish(ended)
        return ended

    async def ask(
        self,
        session_id: str,
        prompt: str,
        choice: ModelChoice,
        consent: Consent,
        lent: Allotted | None = None,
        *,
        images: Sequence[Attachment] = (),
    ) -> Turn:
        """Store the prompt and begin its turn; see `Engine.ask`. `lent`: to a sub-agent, whose task it is."""
        entered_at_s = self._clock.monotonic()
        if lent is None:  # a sub-agent is a part of a turn that is under way, and waits like it
            self._pause.refuse_prompts()
        self._refuse_if_busy(session_id)
        beginning = await self._store.beginning(session_id)
        summary = beginning.summary
        run_id = new_run_id(summary.parent_run_id)
        async with self._memories.recalling(prompt, beginning) as recalling:
            ground = await self.grounds.lay(
                beginning, choice, consent, self.settings.loop, run_id=run_id, lent=lent
            )
            kept = await self._router.sight.keep(session_id, images, ground.chosen)
            recollection = await recalling
        accepted = PromptAccepted(
            session_id=session_id,
            run_id=run_id,
            at=self._clock.now(),
            message=UserMessage(text=prompt, recalled=as_read(recollection.recalled), images=kept),
            parent_run_id=summary.parent_run_id,
            parent_call_id=summary.parent_call_id,
        )
        start = TurnStart(session_id=session_id, run_id=run_id, entered_at_s=entered_at_s)
        with self._taking_a_prompt():
            await self._accept(accepted, lambda: self._store.append([accepted]))
            turn = self._begin(start, accepted, ground)
        if recollection.is_worth_telling:
            self._publish(recollection.event(accepted))
        return turn

    async def resume(
        self, run_id: str, choice: ModelChoice, consent: Consent, lent: Allotted | None = None
    ) -> Turn:
        """Let an unfinished run go on; see `Engine.resume`."""
        entered_at_s = self._clock.monotonic()
        with told_if_lost(run_id, self._clock, self._publish):
            record = await self._store.run(run_id)
            self._refuse_if_busy(record.session_id)
            await self._refuse_if_over(record)
            beginning = await self._store.beginning(record.session_id)
        summary = beginning.summary
        ground = await self.grounds.lay(
            beginning, choice, consent, self.settings.loop, run_id=run_id, record=record, lent=lent
        )
        last = await self._store.messages(record.session_id, limit=1)
        accepted = PromptAccepted(
            session_id=record.session_id,
            run_id=run_id,
            at=self._clock.now(),
            message=_nudge(last[-1].message if last else None),
            resumed=True,
            parent_run_id=summary.parent_run_id,
            parent_call_id=summary.parent_call_id,
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
            return self._begin(start, accepted, ground)

    # For sub-agents

    def parent_of(self, run_id: str) -> Parent:
        """Of the turn that runs now."""
        ground = self._standing[run_id]
        return Parent(
            workspace=ground.summary.workspace,
            plan=ground.summary.plan,
            chosen=ground.chosen,
            consent=ground.consent,
            steps=ground.steps,
            purse=ground.purse,
        )

    async def begin_below(self, parent: Parent, session_id: str, task: str, steps: StepAllowance) -> Turn:
        lent = Allotted(purse=parent.purse, steps=steps)
        return await self.ask(session_id, task, parent.chosen, parent.consent, lent)

    async def go_on_below(self, parent: Parent, run_id: str, steps: StepAllowance) -> Turn:
        lent = Allotted(purse=parent.purse, steps=steps)
        return await self.resume(run_id, parent.chosen, parent.consent, lent)

    async def _refuse_if_over(self, record: RunRecord) -> None:
        if record.status == "completed":
            raise RunNotResumableError(
                said("The run {run_id} is complete; there is nothing to resume.", run_id=record.run_id)
            )
        newest = await self._store.last_run(record.session_id)
        if newest is not None and newest.run_id != record.run_id:
            raise RunNotResumableError(
                said(
                    "The conversation went on after the run {run_id}, so it can't be resumed.",
                    run_id=record.run_id,
                )
            )

    def _refuse_if_busy(self, session_id: str) -> None:
        if session_id in self._running:
            raise SessionBusyError(said("An answer is still being written in this session."))

    @contextlib.contextmanager
    def _taking_a_prompt(self) -> Iterator[None]:
        """`aclose` waits for the end of the block, which is short; later ones are refused."""
        if self._closing:
            raise EngineClosingError(said("The program is ending: start it again to go on."))
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

    def _begin(self, start: TurnStart, accepted: PromptAccepted, ground: Ground) -> Turn:
        dispatcher = self._dispatcher_of(ground.summary)
        plan = TurnPlan(
            session_id=accepted.session_id,
            run_id=accepted.run_id,
            workspace=Path(ground.summary.workspace),
            system=ground.system,
            tools=dispatcher.catalogue.specs(),
            budgets=self.settings.loop,
            steps=ground.steps,
            steps_used=ground.record.steps if ground.record else 0,
            recoveries_used=ground.record.recoveries if ground.record else 0,
            thinking_budget_tokens=ground.thinking_budget_tokens,
            consent=ground.consent,
        )
        route = self._router.route(
            ground.chosen, session_id=start.session_id, run_id=start.run_id, purse=ground.purse
        )

        async def events() -> AsyncGenerator[Event, None]:
            conversation = await self._store.conversation(plan.session_id)
            loop = TurnLoop(
                plan,
                conversation.messages,
                route=route,
                context=self.context_of(plan.place, conversation),
                dispatcher=dispatcher,
                clock=self._clock,
            )
            async with contextlib.aclosing(loop.run()) as happening:
                async for event in happening:
                    yield event

        turn = Turn(
            start,
            events,
            store=self._store,
            publish=self._publish_turn,
            clock=self._clock,
            price=self._price,
            skip_wait=route.skip_wait,
        )
        self._running[start.session_id] = turn
        self._standing[start.run_id] = ground
        self._publish(accepted)
        return turn

    async def place_of(self, summary: SessionSummary, run_id: str = "") -> TurnPlace:
        """What goes with the history of that session."""
        return TurnPlace(
            session_id=summary.session_id,
            run_id=run_id,
            system=await self.grounds.system(summary),
            tools=self._dispatcher_of(summary).catalogue.specs(),
        )

    def context_of(self, place: TurnPlace, conversation: Conversation) -> TurnContext:
        """How that session's history is sent."""
        return TurnContext(
            place,
            conversation.context,
            session=self._contexts.of(place.session_id),
            windows=self._windows,
            settings=self.settings.context,
            clock=self._clock,
        )

    def _publish_turn(self, event: Event) -> None:
        if isinstance(event, TurnFinished):
            self._running.pop(event.session_id, None)
            self._standing.pop(event.run_id, None)
            self.gate.parked(event.run_id)
        self._publish(event)


def _nudge(last: Message | None) -> UserMessage | None:
    """What a model must be told to go on after `last`; None where the history itself asks for an answer."""
    if isinstance(last, AssistantMessage) and last.text.strip() and not last.tool_calls:
        return UserMessage(text=_CONTINUE, origin="runtime")
    return None
