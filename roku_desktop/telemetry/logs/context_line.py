"""What happens to the context, in words for the log. No text of people or models. Pure; called by
`event_line.py`."""

from __future__ import annotations

import msgspec

from roku_desktop.engine.compactions import (
    AutoCompactCircuitBreakerTripped,
    CacheBreakDetected,
    CompactComplete,
    ContextEvent,
    DigestWritten,
    MicrocompactRan,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
    OutputSlotEscalated,
    ReactiveCompactTriggered,
)
from roku_desktop.telemetry.logs.line import Level


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says; `provider` and `error` are empty where there is none."""

    message: str
    level: Level = "info"
    provider: str = ""
    error: str = ""
    attributes: dict[str, str | int | float | bool] = {}


def context_said(event: ContextEvent) -> Said | None:
    """What to say of an event; None for what is not worth a line."""
    match event:
        case MicrocompactRan(results=results):
            return Said(
                message="older results are sent as a line each",
                level="debug",
                attributes={"results": results},
            )
        case (
            MidCompactLayer1Ran(compaction=compaction)
            | MidCompactLayer2Ran(compaction=compaction)
            | CompactComplete(compaction=compaction)
        ):
            failure = event.failure if isinstance(event, CompactComplete) else None
            return Said(
                message="the beginning of a conversation was shortened",
                level="warning" if failure or compaction.lost else "info",
                provider=compaction.provider,
                error=failure.kind if failure else "",
                attributes={
                    "layer": compaction.layer,
                    "outcome": compaction.outcome,
                    "covers": compaction.covers,
                    "tokens_before": compaction.tokens_before,
                    "tokens_after": compaction.tokens_after,
                    "lost": compaction.lost,
                },
            )
        case ReactiveCompactTriggered(tokens=tokens):
            return Said(
                message="the provider refused a conversation as too long",
                level="warning",
                attributes={"tokens": tokens},
            )
        case AutoCompactCircuitBreakerTripped(failures=failures, until=until):
            return Said(
                message="models are not asked for summaries for a while",
                level="warning",
                attributes={"failures": failures, "until": until},
            )
        case CacheBreakDetected():
            return Said(
                message="the provider read much less from its cache than before",
                provider=event.provider,
                attributes={
                    "cached_before": event.cached_before,
                    "cached_now": event.cached_now,
                    "changed": ", ".join(event.changed),
                },
            )
        case OutputSlotEscalated(continuations=continuations):
            return Said(
                message="an answer reached the limit of its length and goes on",
                attributes={"continuations": continuations},
            )
        case DigestWritten(provider=provider):
            return Said(message="a summary was written ahead of need", provider=provider)
        case _:
            return None
