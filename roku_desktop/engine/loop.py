"""One turn: ask the model, run what it asks for, go round until it answers.

Yields what happens as events and knows nothing of storage, screens or threads. The caller
(`session.py`) stores each event before it asks for the next, so a yielded `ToolStarted` is on disk
before the tool runs. Trouble with a model is met by the route (`routing/`); what it can't help is a
`ProviderError`. A tool's trouble is a result that the model reads. Cancelling the caller closes the
stream and the tools under way.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Final, assert_never

import msgspec

from roku_desktop.engine.compactions import GO_ON, SMALLER, OutputSlotEscalated
from roku_desktop.engine.context.turn_context import TurnContext, TurnPlace
from roku_desktop.engine.decisions import Consent
from roku_desktop.engine.dispatch import Dispatcher
from roku_desktop.engine.errors import BudgetExceeded, ContextWindowExceeded
from roku_desktop.engine.events import (
    AnswerCompleted,
    AttemptFailed,
    BudgetNear,
    Event,
    FailedOver,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolsAnswered,
)
from roku_desktop.engine.messages import AssistantMessage, Message, ToolMessage, UserMessage
from roku_desktop.engine.ports import (
    Answer,
    ChatRequest,
    Clock,
    FirstByte,
    RequestOnWire,
    SystemPrompt,
    TextChunk,
    ThinkingChunk,
    ToolSpec,
)
from roku_desktop.engine.routing.route import Route
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import LoopSettings
from roku_desktop.engine.steps import StepAllowance

MAX_CONTINUATIONS: Final = 3
"""How often in a turn a model is asked to go on with an answer that reached the limit of its length."""


class TurnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn starts from. `steps` is what it may still take; `steps_used` and `recoveries_used` are
    > 0 where an old run goes on."""

    session_id: str
    run_id: str
    workspace: Path
    system: SystemPrompt
    tools: tuple[ToolSpec, ...]
    budgets: LoopSettings
    steps: StepAllowance
    steps_used: int = 0
    recoveries_used: int = 0
    thinking_budget_tokens: int | None = None
    consent: Consent = Consent()

    @property
    def place(self) -> TurnPlace:
        return TurnPlace(session_id=self.session_id, run_id=self.run_id, system=self.system, tools=self.tools)


class TurnLoop:
    """The loop of one turn; used once."""

    def __init__(
        self,
        plan: TurnPlan,
        history: Sequence[Message],
        *,
        route: Route,
        context: TurnContext,
        dispatcher: Dispatcher,
        clock: Clock,
    ) -> None:
        self._plan = plan
        self._context = context
        self._route = route
        self._dispatcher = dispatcher
        self._clock = clock
        self._history: list[Message] = list(history)
        self._recoveries = plan.recoveries_used
        self._continuations = 0
        self._shrunk = False

    async def run(self) -> AsyncGenerator[Event, None]:
        """Yield the turn's events; returns when the model has answered without asking for tools.

        Raises `ProviderError`: `BudgetExceeded` where the steps or the failed tool calls of this
        turn are used up, any other class where the model could not be asked. Raises `Parked` where a
        person has to decide first; a run that goes on begins with the calls that waited for it.
        """
        if self._ends_with_calls():
            async with aclosing(self._run_tools(self._plan.steps_used)) as events:
                async for event in events:
                    yield event
            self._check_recovery_budget()
        step = self._plan.steps_used
        while self._plan.steps.take():
            step += 1
            async with aclosing(self._ask_model(step)) as events:
                async for event in events:
                    yield event
            newest = self._history[-1]
            if not isinstance(newest, AssistantMessage):
                continue  # the window was exceeded, and what is sent is shorter now
            if not newest.tool_calls:
                if not self._may_go_on(newest):
                    return
                yield self._go_on(newest, step)
                continue
            async with aclosing(self._run_tools(step)) as events:
                async for event in events:
                    yield event
            self._check_recovery_budget()
        raise BudgetExceeded(
            said(
                "The turn used all of its {budget} steps without an answer.",
                budget=self._plan.steps.total,
            ),
            provider=self._route.current.provider,
            model=self._route.current.model,
        )

    async def _ask_model(self, step: int) -> AsyncGenerator[Event, None]:
        """Ask for one answer; without one, the window was exceeded and less is sent with the next step."""
        async with aclosing(self._make_room(step)) as events:
            async for event in events:
                yield event
        yield StepStarted(
            session_id=self._plan.session_id,
            run_id=self._plan.run_id,
            at=self._clock.now(),
            step=step,
            provider=self._route.current.provider,
            model=self._route.current.model,
            estimated_tokens=self._context.estimated_tokens,
        )
        exceeded: ContextWindowExceeded | None = None
        try:
            async with aclosing(self._answer(step)) as events:
                async for event in events:
                    yield event
        except ContextWindowExceeded as error:
            exceeded = error
        if exceeded is not None:
            async with aclosing(self._shrink(step, exceeded)) as events:
                async for event in events:
                    yield event

    async def _answer(self, step: int) -> AsyncGenerator[Event, None]:
        session_id, run_id, now = self._plan.session_id, self._plan.run_id, self._clock.now
        route = self._route
        text_delta = partial(TextDelta, session_id=session_id, run_id=run_id, step=step)
        thinking_delta = partial(ThinkingDelta, session_id=session_id, run_id=run_id, step=step)
        answer: AssistantMessage | None = None
        async with aclosing(route.stream(self._request(), step)) as items:
            async for item in items:
                match item:
                    case TextChunk(text):
                        yield text_delta(at=now(), text=text)
                    case ThinkingChunk(text):
                        yield thinking_delta(at=now(), text=text)
                    case RequestOnWire():
                        yield RequestSent(
                            session_id=session_id,
                            run_id=run_id,
                            at=now(),
                            step=step,
                            provider=route.current.provider,
                            model=route.current.model,
                            attempt=route.attempt,
                        )
                    case FirstByte():
                        yield ResponseStarted(
                            session_id=session_id,
                            run_id=run_id,
                            at=now(),
                            step=step,
                            provider=route.current.provider,
                        )
                    case Answer(message):
                        answer = message
                    case AttemptFailed() | RetryScheduled() | FailedOver() | BudgetNear():
                        yield item
                    case _:
                        assert_never(item)
        assert answer is not None, "a route ends with an answer or an error"
        self._history.append(answer)
        yield AnswerCompleted(session_id=session_id, run_id=run_id, at=now(), step=step, message=answer)
        broken = self._context.answered(step, answer)
        if broken is not None:
            yield broken

    def _make_room(self, step: int) -> AsyncGenerator[Event, None]:
        current = self._route.current
        return self._context.prepare(
            self._history, step, current.provider, current.model, self._route.aside().stream
        )

    async def _shrink(self, step: int, error: ContextWindowExceeded) -> AsyncGenerator[Event, None]:
        """Send much less with the next step. Raises the error where that was done or can't be."""
        if self._shrunk:
            raise error
        self._shrunk = True
        before, current = self._context.view.tokens, self._route.current
        shrinking = self._context.shrink(
            self._history, step, current.provider, current.model, self._route.aside().stream
        )
        async with aclosing(shrinking) as events:
            async for event in events:
                yield event
        if self._context.view.tokens >= before:
            raise error

    def _may_go_on(self, answer: AssistantMessage) -> bool:
        return answer.stop_reason == "max_tokens" and self._continuations < MAX_CONTINUATIONS

    def _go_on(self, answer: AssistantMessage, step: int) -> OutputSlotEscalated:
        """Ask for the rest of an answer that was cut by the limit of its length."""
        self._continuations += 1
        nudge = UserMessage(text=GO_ON if answer.text.strip() else SMALLER, origin="runtime")
        self._history.append(nudge)
        return OutputSlotEscalated(
            session_id=self._plan.session_id,
            run_id=self._plan.run_id,
            at=self._clock.now(),
            step=step,
            message=nudge,
            continuations=self._continuations,
        )

    async def _run_tools(self, step: int) -> AsyncGenerator[Event, None]:
        plan = self._plan
        results: ToolMessage | None = None
        calls = self._dispatcher.answer_calls(
            self._newest_answer().tool_calls,
            workspace=plan.workspace,
            session_id=plan.session_id,
            run_id=plan.run_id,
            step=step,
            consent=plan.consent,
        )
        async with aclosing(calls) as events:
            async for event in events:
                if isinstance(event, ToolsAnswered):
                    results = event.message
                yield event
        assert results is not None, "the dispatcher answers every call"
        self._history.append(results)
        self._recoveries += sum(result.outcome == "error" for result in results.results)

    def _ends_with_calls(self) -> bool:
        newest = self._history[-1] if self._history else None
        return isinstance(newest, AssistantMessage) and bool(newest.tool_calls)

    def _newest_answer(self) -> AssistantMessage:
        answer = self._history[-1]
        assert isinstance(answer, AssistantMessage)
        return answer

    def _request(self) -> ChatRequest:
        return ChatRequest(
            model=self._route.current.model,
            system=self._plan.system,
            messages=self._context.view.messages,
            tools=self._plan.tools,
            thinking_budget_tokens=self._plan.thinking_budget_tokens,
        )

    def _check_recovery_budget(self) -> None:
        budget = self._plan.budgets.initial_recovery_budget
        if self._recoveries > budget:
            raise BudgetExceeded(
                said(
                    "{recoveries} tool calls of this turn failed; it may recover from {budget}.",
                    recoveries=self._recoveries,
                    budget=budget,
                ),
                provider=self._route.current.provider,
                model=self._route.current.model,
            )
