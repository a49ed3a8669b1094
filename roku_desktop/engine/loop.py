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
from typing import assert_never

import msgspec

from roku_desktop.engine.decisions import Consent
from roku_desktop.engine.dispatch import Dispatcher
from roku_desktop.engine.errors import BudgetExceeded
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
from roku_desktop.engine.messages import AssistantMessage, Message, ToolMessage
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
from roku_desktop.engine.settings import LoopSettings


class TurnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn starts from. `steps_used` and `recoveries_used` are > 0 where an old run goes on."""

    session_id: str
    run_id: str
    workspace: Path
    system: SystemPrompt
    tools: tuple[ToolSpec, ...]
    budgets: LoopSettings
    steps_used: int = 0
    recoveries_used: int = 0
    thinking_budget_tokens: int | None = None
    consent: Consent = Consent()


class TurnLoop:
    """The loop of one turn; used once."""

    def __init__(
        self,
        plan: TurnPlan,
        history: Sequence[Message],
        *,
        route: Route,
        dispatcher: Dispatcher,
        clock: Clock,
    ) -> None:
        self._plan = plan
        self._route = route
        self._dispatcher = dispatcher
        self._clock = clock
        self._history: list[Message] = list(history)
        self._recoveries = plan.recoveries_used

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
        for step in range(self._plan.steps_used + 1, self._plan.budgets.initial_step_budget + 1):
            async with aclosing(self._ask_model(step)) as events:
                async for event in events:
                    yield event
            if not self._newest_answer().tool_calls:
                return
            async with aclosing(self._run_tools(step)) as events:
                async for event in events:
                    yield event
            self._check_recovery_budget()
        raise BudgetExceeded(
            f"The turn used all of its {self._plan.budgets.initial_step_budget} steps without an answer.",
            provider=self._route.current.provider,
            model=self._route.current.model,
        )

    async def _ask_model(self, step: int) -> AsyncGenerator[Event, None]:
        session_id, run_id, now = self._plan.session_id, self._plan.run_id, self._clock.now
        route = self._route
        text_delta = partial(TextDelta, session_id=session_id, run_id=run_id, step=step)
        thinking_delta = partial(ThinkingDelta, session_id=session_id, run_id=run_id, step=step)
        yield StepStarted(
            session_id=session_id,
            run_id=run_id,
            at=now(),
            step=step,
            provider=route.current.provider,
            model=route.current.model,
        )
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
            messages=tuple(self._history),
            tools=self._plan.tools,
            thinking_budget_tokens=self._plan.thinking_budget_tokens,
        )

    def _check_recovery_budget(self) -> None:
        budget = self._plan.budgets.initial_recovery_budget
        if self._recoveries > budget:
            raise BudgetExceeded(
                f"{self._recoveries} tool calls of this turn failed; it may recover from {budget}.",
                provider=self._route.current.provider,
                model=self._route.current.model,
            )
