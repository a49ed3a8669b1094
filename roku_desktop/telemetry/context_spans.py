"""What happens to the context, in a trace: a span for each compaction, an event for the rest.

A compaction is told when it is over, so its span begins and ends in one piece. Pure; called by `spans.py`.
"""

from __future__ import annotations

from roku_desktop.engine import tracing
from roku_desktop.engine.compactions import (
    AutoCompactCircuitBreakerTripped,
    CacheBreakDetected,
    CompactComplete,
    Compaction,
    CompactTriggered,
    ContextEvent,
    DigestWritten,
    MicrocompactRan,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
    OutputSlotEscalated,
    ReactiveCompactTriggered,
)
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.answer_attributes import usage_attributes
from roku_desktop.telemetry.trace_line import Attributes, SpanBegan, SpanEnded, SpanEvent, TraceLine


def context_lines(event: ContextEvent, root: str) -> list[TraceLine]:
    """The lines of an event under the root span of its turn; none where it belongs to no run."""
    if not event.run_id:
        return []
    match event:
        case (
            MidCompactLayer1Ran(compaction=compaction, duration_s=duration_s)
            | MidCompactLayer2Ran(compaction=compaction, duration_s=duration_s)
            | CompactComplete(compaction=compaction, duration_s=duration_s)
        ):
            return _span(event, root, compaction, duration_s)
        case MicrocompactRan():
            return [
                _moment(event, root, "microcompact", results=event.results, tokens_freed=event.tokens_freed)
            ]
        case CompactTriggered():
            return [_moment(event, root, "compact_triggered", cause=event.cause, tokens=event.tokens)]
        case ReactiveCompactTriggered():
            return [_moment(event, root, "compact_triggered", cause="exceeded", tokens=event.tokens)]
        case AutoCompactCircuitBreakerTripped():
            return [_moment(event, root, "compact_breaker_tripped", failures=event.failures)]
        case CacheBreakDetected():
            changed = ", ".join(event.changed)
            return [
                _moment(
                    event,
                    root,
                    "cache_break",
                    changed=changed,
                    cached_before=event.cached_before,
                    cached_now=event.cached_now,
                )
            ]
        case OutputSlotEscalated():
            return [_moment(event, root, "output_continued", continuations=event.continuations)]
        case DigestWritten():
            return [_moment(event, root, "digest_written", covers=event.digest.covers)]
        case _:
            return []


def _span(event: ContextEvent, root: str, compaction: Compaction, duration_s: float) -> list[TraceLine]:
    trace = tracing.trace_id_of(event.run_id)
    span = tracing.span_id_of(event.run_id, "compaction", compaction.compaction_id)
    attributes: Attributes = {
        table.LAYER: compaction.layer,
        table.OUTCOME: compaction.outcome,
        "roku.covers": compaction.covers,
        "roku.tokens_before": compaction.tokens_before,
        "roku.tokens_after": compaction.tokens_after,
    }
    if compaction.provider:
        attributes |= {
            table.PROVIDER: compaction.provider,
            table.RESPONSE_MODEL: compaction.model,
            **usage_attributes(compaction.usage),
        }
    error = event.failure.kind if isinstance(event, CompactComplete) and event.failure else ""
    began = SpanBegan(
        trace=trace,
        span=span,
        at=event.at - duration_s,
        name="compact",
        parent=root,
        attributes=attributes,
    )
    return [began, SpanEnded(trace=trace, span=span, at=event.at, error=error)]


def _moment(event: ContextEvent, root: str, name: str, **attributes: str | int) -> SpanEvent:
    return SpanEvent(
        trace=tracing.trace_id_of(event.run_id),
        span=root,
        at=event.at,
        name=name,
        attributes={f"roku.{key}": value for key, value in attributes.items() if value != ""},
    )
