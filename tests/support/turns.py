"""Events of a turn, as the loop yields them, for tests that store or show them.

`Turn` counts its own time, so that no test depends on the clock.
"""

from __future__ import annotations

import itertools
from typing import Any

from roku_desktop.engine.decisions import ApprovalRequest, Decision
from roku_desktop.engine.errors import RateLimit
from roku_desktop.engine.events import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalRequested,
    AttemptFailed,
    FailedOver,
    Incident,
    Outcome,
    PromptAccepted,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
)
from roku_desktop.engine.execution import Execution, Preview, Scope, digest_of
from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolOutcome,
    ToolResult,
    Usage,
    UserMessage,
)

PROVIDER = "scripted"
MODEL = "scripted-1"


class Turn:
    """Makes the events of one run; each is a tenth of a second later than the one before."""

    def __init__(self, session_id: str, run_id: str = "run_1", *, began_at: float = 1000.0) -> None:
        self.session_id = session_id
        self.run_id = run_id
        self._times = itertools.count()
        self._began_at = began_at

    def prompt(self, text: str = "What is on this machine?", *, resumed: bool = False) -> PromptAccepted:
        return PromptAccepted(**self._here(), message=UserMessage(text=text), resumed=resumed)

    def resumed(self) -> PromptAccepted:
        return PromptAccepted(**self._here(), message=None, resumed=True)

    def step(self, step: int = 1) -> StepStarted:
        return StepStarted(**self._here(), step=step, provider=PROVIDER, model=MODEL)

    def sent(self, step: int = 1, *, attempt: int = 1) -> RequestSent:
        return RequestSent(**self._here(), step=step, provider=PROVIDER, model=MODEL, attempt=attempt)

    def first_byte(self, step: int = 1) -> ResponseStarted:
        return ResponseStarted(**self._here(), step=step, provider=PROVIDER)

    def text(self, text: str, step: int = 1) -> TextDelta:
        return TextDelta(**self._here(), step=step, text=text)

    def thinking(self, text: str, step: int = 1) -> ThinkingDelta:
        return ThinkingDelta(**self._here(), step=step, text=text)

    def answer(self, text: str = "", step: int = 1, *, calls: tuple[ToolCall, ...] = ()) -> AnswerCompleted:
        words: tuple[AssistantPart, ...] = (TextPart(text=text),) if text else ()
        message = AssistantMessage(
            parts=(*words, *calls),
            provider=PROVIDER,
            model=MODEL,
            stop_reason="tool_use" if calls else "end_turn",
            usage=Usage(input_tokens=100, output_tokens=10),
        )
        return AnswerCompleted(**self._here(), step=step, message=message)

    def asked(self, request: ApprovalRequest, step: int = 1) -> ApprovalRequested:
        return ApprovalRequested(**self._here(), step=step, request=request)

    def decided(self, approval_id: str) -> ApprovalDecided:
        return ApprovalDecided(**self._here(), approval_id=approval_id, decision=Decision(verdict="approve"))

    def tool_started(self, call: ToolCall, step: int = 1) -> ToolStarted:
        return ToolStarted(**self._here(), step=step, call=call, tier="safe")

    def tool_finished(
        self, call: ToolCall, content: str = "fine", step: int = 1, *, outcome: ToolOutcome = "ok"
    ) -> ToolFinished:
        result = result_of(call, content, outcome)
        return ToolFinished(**self._here(), step=step, call=call, tier="safe", result=result)

    def tools_answered(self, *results: ToolResult, step: int = 1) -> ToolsAnswered:
        return ToolsAnswered(**self._here(), step=step, message=ToolMessage(results=results))

    def finished(self, outcome: Outcome = "completed", **more: Any) -> TurnFinished:
        return TurnFinished(**self._here(), outcome=outcome, **more)

    def _here(self) -> dict[str, Any]:
        at = self._began_at + next(self._times) / 10
        return {"session_id": self.session_id, "run_id": self.run_id, "at": at}


MADE_UP = "read_the_canary_0e44"
"""A tool that a model made up."""


def call(number: int) -> ToolCall:
    return ToolCall(call_id=f"call_{number}", name="Read", arguments=f'{{"path": "file{number}"}}')


def asked_and_decided(turn: Turn, tool_call: ToolCall) -> tuple[ApprovalRequested, ApprovalDecided]:
    """That call asks, and a person allows it."""
    execution = Execution(tool=tool_call.name, mode="direct", action="exec", cwd="/w", scope=Scope(root="/w"))
    request = ApprovalRequest(
        approval_id=f"apr_{tool_call.call_id}",
        call=tool_call,
        workspace="/w",
        execution=execution,
        digest=digest_of(execution),
        preview=Preview(kind="command", title="Run it"),
        reason="It can change something.",
        expires_at=2000.0,
    )
    return turn.asked(request), turn.decided(request.approval_id)


def result_of(tool_call: ToolCall, content: str = "fine", outcome: ToolOutcome = "ok") -> ToolResult:
    return ToolResult(call_id=tool_call.call_id, name=tool_call.name, content=content, outcome=outcome)


def trouble(turn: Turn) -> list[Incident]:
    """A failed attempt, a wait and a hop of that run."""
    here: dict[str, Any] = {"session_id": turn.session_id, "run_id": turn.run_id, "at": 1000.0, "step": 1}
    failure = RateLimit("slow down", provider="a", status=429, retry_after_s=2).failure()
    return [
        AttemptFailed(**here, provider="a", model="a-1", attempt=1, failure=failure),
        RetryScheduled(
            **here, provider="a", model="a-1", attempt=2, wait_s=2, until=1002.0, reason="RateLimit"
        ),
        FailedOver(
            **here,
            from_provider="a",
            from_model="a-1",
            to_provider="b",
            to_model="b-1",
            reason="RateLimit",
            message="slow down",
        ),
    ]
