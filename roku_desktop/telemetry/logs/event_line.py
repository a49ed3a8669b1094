"""From the engine's events to lines of the log: which are worth one, how loud, and with what in it.

Closed over the events, like `metering.py`. No text of people, models, pages or files is in a line: names
of ours and of the configuration, classes, counts and times alone. Pure; called by the recording.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from roku_desktop.engine import tracing
from roku_desktop.engine.compactions import ContextEvent
from roku_desktop.engine.event_base import EventBase
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
from roku_desktop.telemetry.logs.context_line import context_said
from roku_desktop.telemetry.logs.line import Level, LogLine
from roku_desktop.telemetry.measurement import MAX_CHARS, UNKNOWN_TOOL, KnowsTool

Value = str | int | float | bool | None


def event_line(event: Event, knows_tool: KnowsTool) -> LogLine | None:  # noqa: C901, PLR0912  # one case per event
    """The line of an event; None for what is not worth one."""
    match event:
        case (
            TextDelta()
            | ThinkingDelta()
            | ResponseStarted()
            | RequestSent()
            | ToolsAnswered()
            | SessionChanged()
        ):
            return None
        case PromptAccepted(resumed=resumed):
            return _line(event, "info", "engine.turns", "a turn begins", resumed=resumed)
        case StepStarted(step=step, provider=provider, model=model):
            span = tracing.step_span_of(event.run_id, step)
            return _line(
                event,
                "debug",
                "engine.loop",
                "a model is asked",
                span,
                provider=provider,
                step=step,
                model=model,
            )
        case AttemptFailed():
            return _attempt_failed(event)
        case RetryScheduled():
            return _retry(event)
        case FailedOver():
            return _failed_over(event)
        case AnswerCompleted(step=step, message=message):
            return _line(
                event,
                "debug",
                "engine.loop",
                "an answer is complete",
                tracing.step_span_of(event.run_id, step),
                provider=message.provider,
                input_tokens=message.usage.input_tokens,
                output_tokens=message.usage.output_tokens,
                stop_reason=message.stop_reason,
            )
        case ToolStarted(call=call, tier=tier):
            span = tracing.tool_span_of(event.run_id, event.step, call.call_id)
            tool = call.name if knows_tool(call.name) else UNKNOWN_TOOL
            return _line(event, "debug", "engine.tools", "a tool starts", span, tool=tool, risk=tier)
        case ToolFinished():
            return _tool_finished(event, knows_tool)
        case ApprovalRequested(request=request, decision=decision):
            tool = request.call.name if knows_tool(request.call.name) else UNKNOWN_TOOL
            by = "a rule" if decision is not None else None
            return _line(
                event, "info", "engine.approval", "an approval is asked for", tool=tool, answered_by=by
            )
        case ApprovalDecided(decision=decision):
            return _line(
                event, "info", "engine.approval", "an approval was decided", decision=decision.verdict
            )
        case ApprovalExpired():
            return _line(event, "info", "engine.approval", "an approval expired: nobody decided")
        case ApprovalResolved(resolution=resolution):
            said = "a person said what became of a call"
            return _line(event, "info", "engine.approval", said, resolution=resolution)
        case TurnFinished():
            return _turn_finished(event)
        case BudgetNear(scope=scope, unit=unit, spent=spent, limit=limit):
            said = f"most of the budget of a {scope} is used"
            return _line(event, "warning", "engine.budget", said, unit=unit, spent=spent, limit=limit)
        case BreakerChanged(provider=provider, before=before, after=after, reason=reason):
            return _line(
                event,
                "warning" if after == "open" else "info",
                "engine.routing",
                "a breaker changed its state",
                provider=provider,
                error=reason,
                before=before,
                after=after,
            )
        case ModelSwitched(provider=provider, model=model):
            said = "a person chose another model"
            return _line(event, "info", "engine.routing", said, provider=provider, model=model)
        case ConfigReloaded(problem=problem, warnings=warnings):
            said = "a changed configuration can't be used" if problem else "the configuration was read again"
            return _line(event, "warning" if problem else "info", "config", said, warnings=len(warnings))
        case DiskLow(free_bytes=free_bytes, is_over=is_over):
            said = "the disk has room again" if is_over else "the disk is low: what can wait stops growing"
            return _line(event, "info" if is_over else "warning", "storage", said, free_bytes=free_bytes)
        case ContextEvent():
            return _context(event)
        case RecoveryFailed():
            return _line(event, "error", "engine.turns", "a run could not be loaded", error=event.error)
        case MemoryRecalled():
            return _line(
                event,
                "warning" if event.fell_back or event.skipped else "debug",
                "engine.memory",
                "nothing was recalled in time" if event.skipped else "memories were recalled",
                backend=event.backend,
                count=event.count,
                fell_back=event.fell_back,
                duration_s=event.duration_s,
            )
        case MemoryHealthChanged(backend=backend, before=before, after=after):
            return _line(
                event,
                "info" if after == "healthy" else "warning",
                "engine.memory",
                "the memory service changed its state",
                backend=backend,
                before=before,
                after=after,
            )
        case WindowReady(startup_s=startup_s):
            return _line(event, "info", "ui", "the first prompt can be typed", startup_s=startup_s)
        case _:
            assert_never(event)


def _context(event: ContextEvent) -> LogLine | None:
    said = context_said(event)
    if said is None:
        return None
    line = _line(event, said.level, "engine.context", said.message, provider=said.provider, error=said.error)
    return msgspec.structs.replace(line, attributes=said.attributes)


def _attempt_failed(event: AttemptFailed) -> LogLine:
    return _line(
        event,
        "warning",
        "engine.providers",
        "a request to a model failed",
        tracing.attempt_span_of(event.run_id, event.step, event.attempt, event.provider),
        provider=event.provider,
        error=event.failure.kind,
        model=event.model,
        attempt=event.attempt,
        status=event.failure.status,
    )


def _retry(event: RetryScheduled) -> LogLine:
    return _line(
        event,
        "info",
        "engine.routing",
        "the same model is asked again after a wait",
        tracing.step_span_of(event.run_id, event.step),
        provider=event.provider,
        error=event.reason,
        wait_s=event.wait_s,
        attempt=event.attempt,
    )


def _failed_over(event: FailedOver) -> LogLine:
    return _line(
        event,
        "warning",
        "engine.routing",
        "another model goes on with the turn",
        tracing.step_span_of(event.run_id, event.step),
        provider=event.from_provider,
        error=event.reason,
        to_provider=event.to_provider,
        to_model=event.to_model,
        initiator=event.initiator,
    )


def _tool_finished(event: ToolFinished, knows_tool: KnowsTool) -> LogLine:
    outcome = event.result.outcome
    return _line(
        event,
        "warning" if outcome == "error" else "info",
        "engine.tools",
        "a call of a tool has its result",
        tracing.tool_span_of(event.run_id, event.step, event.call.call_id),
        tool=event.call.name if knows_tool(event.call.name) else UNKNOWN_TOOL,
        outcome=outcome,
        risk=event.tier,
        elapsed_ms=event.result.elapsed_ms,
    )


def _turn_finished(event: TurnFinished) -> LogLine:
    return _line(
        event,
        "error" if event.outcome == "failed" else "info",
        "engine.turns",
        "a turn has ended",
        provider=event.provider,
        error=event.failure.kind if event.failure else "",
        outcome=event.outcome,
        duration_s=event.duration_s,
        ttft_s=event.ttft_s,
        model=event.model,
    )


def _line(
    event: EventBase,
    level: Level,
    component: str,
    message: str,
    span: str = "",
    *,
    provider: str = "",
    tool: str = "",
    error: str = "",
    **attributes: Value,
) -> LogLine:
    run = event.run_id
    return LogLine(
        at=event.at,
        level=level,
        component=component,
        message=message,
        session_id=event.session_id,
        run_id=run,
        trace_id=tracing.trace_id_of(run) if run else "",
        span_id=span or (tracing.root_span_of(run) if run else ""),
        provider=provider,
        tool=tool,
        error=error,
        attributes={
            name: value[:MAX_CHARS] if isinstance(value, str) else value
            for name, value in attributes.items()
            if value is not None and value != ""
        },
    )
