"""From the engine's events to the lines of a trace: a span begins, something happens in it, it ends.

    invoke_agent roku                     one per turn
    ├── chat {model}                      one per step; waits and failovers are events in it
    │   └── attempt                       one per request on the wire
    └── execute_tool {name}               from the request for approval on, where there is one
        ├── approval_wait
        └── invoke_agent roku             a sub-agent's turn

A line is written when it happens and not when its span is over, so the file of a killed run tells how
far it came. No text of people or models is in it, unless `content` captures it. Closed over the events,
like `metering.py`; keeps, per run, what is open. Pure; called by the trace writer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from roku_desktop.engine import tracing
from roku_desktop.engine.compactions import ContextEvent
from roku_desktop.engine.events import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    ConfigReloaded,
    DiskLow,
    Event,
    FailedOver,
    MemoryHealthChanged,
    MemoryRecalled,
    ModelSwitched,
    PromptAccepted,
    RecoveryFailed,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    RiskTier,
    SessionChanged,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
    WindowReady,
)
from roku_desktop.engine.messages import ToolCall
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.answer_attributes import (
    answer_attributes,
    first_token_attributes,
    usage_attributes,
)
from roku_desktop.telemetry.content import Content, known
from roku_desktop.telemetry.context_spans import context_lines
from roku_desktop.telemetry.measurement import MAX_CHARS, UNKNOWN_TOOL, KnowsTool
from roku_desktop.telemetry.trace_line import (
    RUN,
    SESSION,
    Attributes,
    SpanBegan,
    SpanEnded,
    SpanEvent,
    SpanKind,
    TraceLine,
    Value,
)

ATTEMPT: Final = "attempt"
TOOL: Final = "execute_tool"
WAIT: Final = "approval_wait"


class SpanMaker:
    """Makes the lines of all runs of a process."""

    def __init__(self, knows_tool: KnowsTool, content: Content) -> None:
        self._knows_tool = knows_tool
        self._content = content
        self._open: dict[str, dict[str, str]] = {}  # run → its open spans in order, with their names
        self._roots: dict[str, str] = {}
        self._calls: dict[str, dict[str, str]] = {}  # run → its calls, with their spans

    def lines(self, event: Event) -> list[TraceLine]:  # noqa: C901, PLR0912  # one case per event
        match event:
            case TextDelta() | ThinkingDelta():
                return []
            case PromptAccepted():
                return [self._root(event)]
            case StepStarted():
                return [*self._end_open(event), self._step(event)]
            case RequestSent():
                return [self._attempt(event)]
            case ResponseStarted():
                return self._happened(event, "first_byte")
            case AttemptFailed():
                return self._attempt_failed(event)
            case RetryScheduled():
                return [
                    self._in_step(
                        event, "retry", wait_s=event.wait_s, attempt=event.attempt, reason=event.reason
                    )
                ]
            case FailedOver():
                return [self._hop(event)]
            case AnswerCompleted():
                return self._answered(event)
            case ToolStarted():
                return [] if self._is_open(event) else [self._tool(event)]
            case ToolFinished():
                return self._tool_finished(event)
            case TurnFinished():
                return self._finished(event)
            case (
                ToolsAnswered()
                | BudgetNear()
                | BreakerChanged()
                | ModelSwitched()
                | SessionChanged()
                | ConfigReloaded()
                | DiskLow()
                | RecoveryFailed()
                | WindowReady()
                | MemoryRecalled()
                | MemoryHealthChanged()
            ):
                return []
            case ContextEvent():
                return context_lines(event, self._root_of(event.run_id))
            case ApprovalRequested():
                return self._asked(event)
            case ApprovalDecided(decision=decision):
                return self._settled(event, decision.verdict)
            case ApprovalExpired():
                return self._settled(event, "expired")
            case ApprovalResolved(resolution=resolution):
                return self._settled(event, resolution)
            case _:
                assert_never(event)

    def _root_of(self, run_id: str) -> str:
        """The span around what this process does of that run."""
        return self._roots.get(run_id) or tracing.root_span_of(run_id)

    # Spans that begin

    def _begin(
        self,
        event: Event,
        span: str,
        name: str,
        *,
        parent: str = "",
        kind: SpanKind = "internal",
        attributes: Attributes,
    ) -> SpanBegan:
        self._open.setdefault(event.run_id, {})[span] = name
        return SpanBegan(
            trace=tracing.trace_id_of(event.run_id),
            span=span,
            at=event.at,
            name=name,
            parent=parent,
            kind=kind,
            attributes=known(attributes),
        )

    def _root(self, event: PromptAccepted) -> SpanBegan:
        """A run that goes on later has its second part as a child: a span that ended is sent once."""
        first = tracing.root_span_of(event.run_id)
        root = tracing.resumed_span_of(event.run_id, event.at) if event.resumed else first
        self._roots[event.run_id] = root
        return self._begin(
            event,
            root,
            "invoke_agent roku",
            parent=first if event.resumed else self._parent_of(event),
            attributes={
                table.OPERATION: "invoke_agent",
                table.AGENT: "roku",
                SESSION: event.session_id,
                RUN: event.run_id,
                "roku.resumed": event.resumed,
                **self._content.of_prompt(event.message),
            },
        )

    def _parent_of(self, event: PromptAccepted) -> str:
        """Where a sub-agent's turn belongs: to the call that handed the task over."""
        calls = self._calls.get(event.parent_run_id, {})
        return calls.get(event.parent_call_id, "")

    def _step(self, event: StepStarted) -> SpanBegan:
        return self._begin(
            event,
            tracing.step_span_of(event.run_id, event.step),
            f"chat {event.model[:MAX_CHARS]}",
            parent=self._root_of(event.run_id),
            kind="client",
            attributes={
                table.OPERATION: "chat",
                table.PROVIDER: event.provider,
                table.REQUEST_MODEL: event.model,
                "roku.step": event.step,
            },
        )

    def _attempt(self, event: RequestSent) -> SpanBegan:
        return self._begin(
            event,
            tracing.attempt_span_of(event.run_id, event.step, event.attempt, event.provider),
            ATTEMPT,
            parent=tracing.step_span_of(event.run_id, event.step),
            kind="client",
            attributes={
                table.PROVIDER: event.provider,
                table.REQUEST_MODEL: event.model,
                "roku.attempt": event.attempt,
            },
        )

    def _tool(self, event: ToolStarted | ToolFinished) -> SpanBegan:
        return self._call(event, event.call, event.tier, event.step)

    def _call(self, event: Event, call: ToolCall, tier: RiskTier, step: int) -> SpanBegan:
        tool = call.name if self._knows_tool(call.name) else UNKNOWN_TOOL
        span = tracing.tool_span_of(event.run_id, step, call.call_id)
        self._calls.setdefault(event.run_id, {})[call.call_id] = span
        return self._begin(
            event,
            span,
            f"{TOOL} {tool}",
            parent=self._root_of(event.run_id),
            attributes={
                table.OPERATION: "execute_tool",
                table.TOOL: tool,
                table.RISK: tier,
                **self._content.of_call(call),
            },
        )

    def _is_open(self, event: ToolStarted | ToolFinished) -> bool:
        span = tracing.tool_span_of(event.run_id, event.step, event.call.call_id)
        return span in self._open.get(event.run_id, {})

    def _asked(self, event: ApprovalRequested) -> list[TraceLine]:
        """The call's span begins with the question; one that a rule answered waited for nobody."""
        if event.decision is not None:
            return []
        call = event.request.call
        tool_span = tracing.tool_span_of(event.run_id, event.step, call.call_id)
        began: list[TraceLine] = []
        if tool_span not in self._open.get(event.run_id, {}):
            began.append(self._call(event, call, "requires_approval", event.step))
        span = tracing.approval_span_of(event.run_id, event.request.approval_id)
        return [*began, self._begin(event, span, WAIT, parent=tool_span, attributes={})]

    # Within spans

    def _in_step(self, event: RetryScheduled | FailedOver, name: str, **attributes: Value) -> SpanEvent:
        return SpanEvent(
            trace=tracing.trace_id_of(event.run_id),
            span=tracing.step_span_of(event.run_id, event.step),
            at=event.at,
            name=name,
            attributes=known({f"roku.{key}": value for key, value in attributes.items()}),
        )

    def _hop(self, event: FailedOver) -> SpanEvent:
        hop = {
            "from": event.from_provider,
            "to": event.to_provider,
            "reason": event.reason,
            "initiator": event.initiator,
        }
        return self._in_step(event, "failover", **hop)

    def _happened(self, event: ResponseStarted, name: str) -> list[TraceLine]:
        newest = next(reversed(self._open.get(event.run_id, {})), None)
        if newest is None:
            return []
        trace = tracing.trace_id_of(event.run_id)
        return [SpanEvent(trace=trace, span=newest, at=event.at, name=name)]

    # Spans that end

    def _settled(
        self, event: ApprovalDecided | ApprovalExpired | ApprovalResolved, decision: str
    ) -> list[TraceLine]:
        """The wait ends, if it is one of this process."""
        span = tracing.approval_span_of(event.run_id, event.approval_id)
        if span not in self._open.get(event.run_id, {}):
            return []
        return [self._end(event, span, attributes={table.DECISION: decision})]

    def _end(
        self, event: Event, span: str, *, error: str = "", attributes: Attributes | None = None
    ) -> SpanEnded:
        self._open.get(event.run_id, {}).pop(span, None)
        return SpanEnded(
            trace=tracing.trace_id_of(event.run_id),
            span=span,
            at=event.at,
            error=error,
            root=span == self._root_of(event.run_id),
            attributes=known(attributes or {}),
        )

    def _attempt_failed(self, event: AttemptFailed) -> list[TraceLine]:
        span = tracing.attempt_span_of(event.run_id, event.step, event.attempt, event.provider)
        lines: list[TraceLine] = []
        if span not in self._open.get(event.run_id, {}):  # it never reached the wire
            lines.append(
                self._begin(
                    event,
                    span,
                    ATTEMPT,
                    parent=tracing.step_span_of(event.run_id, event.step),
                    kind="client",
                    attributes={table.PROVIDER: event.provider, table.REQUEST_MODEL: event.model},
                )
            )
        failure = event.failure
        status: Attributes = {} if failure.status is None else {table.HTTP_STATUS: failure.status}
        return [*lines, self._end(event, span, error=failure.kind, attributes=status)]

    def _answered(self, event: AnswerCompleted) -> list[TraceLine]:
        step = tracing.step_span_of(event.run_id, event.step)
        open_spans = self._open.get(event.run_id, {})
        attempts = [span for span, name in open_spans.items() if name == ATTEMPT]
        return [
            *(self._end(event, span) for span in attempts),
            self._end(
                event,
                step,
                attributes={**answer_attributes(event.message), **self._content.of_answer(event.message)},
            ),
        ]

    def _tool_finished(self, event: ToolFinished) -> list[TraceLine]:
        span = tracing.tool_span_of(event.run_id, event.step, event.call.call_id)
        began: Iterable[TraceLine] = ()
        if not self._is_open(event):  # refused: it never started
            began = (self._tool(event),)
        outcome = event.result.outcome
        error = "" if outcome == "ok" else outcome
        attributes: Attributes = {table.OUTCOME: outcome, **self._content.of_result(event.result)}
        return [*began, self._end(event, span, error=error, attributes=attributes)]

    def _end_open(self, event: Event) -> list[TraceLine]:
        """A step that ended without an answer ends when the next one begins."""
        root = self._root_of(event.run_id)
        left = [span for span in self._open.get(event.run_id, {}) if span != root]
        return [self._end(event, span) for span in reversed(left)]

    def _finished(self, event: TurnFinished) -> list[TraceLine]:
        error = event.failure.kind if event.failure else ""
        if not error and event.outcome != "completed":
            error = event.outcome
        root = self._root_of(event.run_id)
        waiting = self._waiting(event)
        inner = [span for span in self._open.get(event.run_id, {}) if span not in (root, *waiting)]
        lines: list[TraceLine] = [self._end(event, span, error=error) for span in reversed(inner)]
        lines.append(
            self._end(
                event,
                root,
                error=error,
                attributes={
                    table.OUTCOME: event.outcome,
                    **usage_attributes(event.usage),
                    **first_token_attributes(event.first_token),
                },
            )
        )
        if not waiting:
            self._open.pop(event.run_id, None)
            self._calls.pop(event.run_id, None)
        self._roots.pop(event.run_id, None)
        return lines

    def _waiting(self, event: TurnFinished) -> list[str]:
        """The calls for which the run parks: their spans end when they have a result, whoever brings it."""
        if event.outcome != "parked":
            return []
        open_spans = self._open.get(event.run_id, {})
        return [span for span, name in open_spans.items() if name.startswith(TOOL)]
