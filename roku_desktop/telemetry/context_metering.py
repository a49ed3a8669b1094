"""What compactions are measured as: how many, by which layer, how long, what they freed, what was lost.

Pure; called by `metering.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from roku_desktop.engine.compactions import (
    CompactComplete,
    Compaction,
    ContextEvent,
    DigestWritten,
    MicrocompactRan,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
)
from roku_desktop.engine.messages import Usage
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.instruments import Instrument
from roku_desktop.telemetry.measurement import Measurement, attributes_of

MICRO: Final = "micro"

Named = dict[str, str | int | None]
OfRequest = Callable[..., Named]
"""The attributes of a request to that provider and model."""


def compaction_measured(event: ContextEvent, of_request: OfRequest) -> list[Measurement]:
    """Return what an event about the context adds."""
    match event:
        case MicrocompactRan(tokens_freed=freed):
            named: Named = {table.LAYER: MICRO}
            return [
                _value(table.COMPACTION_COUNT, event.at, 1, {**named, table.OUTCOME: "kept"}),
                _value(table.COMPACTION_TOKENS_FREED, event.at, freed, named),
            ]
        case MidCompactLayer1Ran(compaction=compaction) | MidCompactLayer2Ran(compaction=compaction):
            return _compacted(compaction, event.at, event.duration_s)
        case CompactComplete(compaction=compaction):
            return [
                *_compacted(compaction, event.at, event.duration_s),
                *_summary_failed(event),
                *_written(
                    event.at,
                    of_request(compaction.provider, compaction.model),
                    compaction.usage,
                    event.cost_usd,
                ),
            ]
        case DigestWritten():
            return _written(event.at, of_request(event.provider, event.model), event.usage, event.cost_usd)
        case _:
            return []


def _compacted(compaction: Compaction, at: float, duration_s: float) -> list[Measurement]:
    named: Named = {table.LAYER: compaction.layer}
    measured = [
        _value(table.COMPACTION_COUNT, at, 1, {**named, table.OUTCOME: compaction.outcome}),
        _value(table.COMPACTION_DURATION, at, duration_s, named),
        _value(table.COMPACTION_TOKENS_FREED, at, compaction.tokens_freed, named),
    ]
    if compaction.lost:
        measured.append(_value(table.COMPACTION_VALIDATION_FAILURES, at, 1, named))
    return measured


def _written(at: float, of_request: Named, usage: Usage, cost_usd: float | None) -> list[Measurement]:
    """A summary is a request like any other; the program's own digest is none."""
    if not of_request[table.PROVIDER]:
        return []
    of_model: Named = {name: of_request[name] for name in (table.PROVIDER, table.REQUEST_MODEL)}
    measured = [_value(table.LLM_REQUESTS, at, 1, of_model), _value(table.LLM_SUCCESSES, at, 1, of_model)]
    for kind, tokens in (("input", usage.input_tokens), ("output", usage.output_tokens)):
        if tokens:
            measured.append(_value(table.TOKEN_USAGE, at, tokens, {**of_request, table.TOKEN_TYPE: kind}))
    if usage.cache_read_tokens:
        measured.append(_value(table.LLM_TOKENS_CACHED, at, usage.cache_read_tokens, of_model))
    if cost_usd:
        measured.append(_value(table.LLM_COST, at, cost_usd, of_model))
    return measured


def _summary_failed(event: CompactComplete) -> list[Measurement]:
    failure = event.failure
    if failure is None or not failure.provider:
        return []
    of_model: Named = {table.PROVIDER: failure.provider, table.REQUEST_MODEL: failure.model}
    failed: Named = {table.ERROR_TYPE: failure.kind, table.HTTP_STATUS: failure.status}
    return [
        _value(table.LLM_REQUESTS, event.at, 1, of_model),
        _value(table.LLM_FAILURES, event.at, 1, {**of_model, **failed}),
    ]


def _value(instrument: Instrument, at: float, value: float, named: Named) -> Measurement:
    return Measurement(instrument=instrument, at=at, value=value, attributes=attributes_of(named))
