"""A trace as a tree of spans: from its lines, to a waterfall for people and to OTLP for tools. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, assert_never

import msgspec

from roku_desktop.telemetry.trace_line import (
    Attributes,
    SpanBegan,
    SpanEnded,
    SpanEvent,
    SpanKind,
    TraceLine,
    Value,
)

SCOPE: Final = "roku_desktop"
_OTLP_KINDS: Final[Mapping[SpanKind, int]] = {"internal": 1, "client": 3}
_OTLP_ERROR: Final = 2


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened within a span, at Unix seconds."""

    name: str
    at: float
    attributes: Attributes


class Span(msgspec.Struct, kw_only=True):
    """`ended_at` is None where the run was cut before its end. Children in the order they began."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: SpanKind
    began_at: float
    ended_at: float | None = None
    error: str = ""
    attributes: Attributes = msgspec.field(default_factory=dict)
    events: list[Moment] = msgspec.field(default_factory=list)
    children: list[Span] = msgspec.field(default_factory=list)

    @property
    def duration_s(self) -> float | None:
        return None if self.ended_at is None else max(self.ended_at - self.began_at, 0.0)


def spans_of(lines: Iterable[TraceLine]) -> list[Span]:
    """Every span of the lines, in the order they began; a span that began twice (resumed) is one."""
    spans: dict[str, Span] = {}
    for line in lines:
        match line:
            case SpanBegan():
                if line.span not in spans:
                    spans[line.span] = _span(line)
            case SpanEvent():
                if line.span in spans:
                    moment = Moment(name=line.name, at=line.at, attributes=line.attributes)
                    spans[line.span].events.append(moment)
            case SpanEnded():
                if line.span in spans:
                    span = spans[line.span]
                    span.ended_at, span.error = line.at, line.error
                    span.attributes = {**span.attributes, **line.attributes}
            case _:
                assert_never(line)
    for span in spans.values():
        parent = spans.get(span.parent_id)
        if parent is not None:
            parent.children.append(span)
    return list(spans.values())


def roots_of(spans: Iterable[Span]) -> list[Span]:
    known = list(spans)
    ids = {span.span_id for span in known}
    return [span for span in known if span.parent_id not in ids]


def otlp_of(spans: Iterable[Span], resource: Mapping[str, Value]) -> dict[str, Any]:
    """The spans as an `ExportTraceServiceRequest` in OTLP's JSON encoding (opentelemetry-proto 1.x).

    One that never ended ends where its last event is, marked as an error: a collector refuses spans
    without an end.
    """
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _otlp_attributes(resource)},
                "scopeSpans": [{"scope": {"name": SCOPE}, "spans": [_otlp_span(span) for span in spans]}],
            }
        ]
    }


def _span(line: SpanBegan) -> Span:
    return Span(
        trace_id=line.trace,
        span_id=line.span,
        parent_id=line.parent,
        name=line.name,
        kind=line.kind,
        began_at=line.at,
        attributes=dict(line.attributes),
    )


def _otlp_span(span: Span) -> dict[str, Any]:
    last_sign = max((moment.at for moment in span.events), default=span.began_at)
    error = span.error or ("unfinished" if span.ended_at is None else "")
    document: dict[str, Any] = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "name": span.name,
        "kind": _OTLP_KINDS[span.kind],
        "startTimeUnixNano": _nanoseconds(span.began_at),
        "endTimeUnixNano": _nanoseconds(last_sign if span.ended_at is None else span.ended_at),
        "attributes": _otlp_attributes({**span.attributes, **({"error.type": error} if error else {})}),
        "events": [
            {
                "name": moment.name,
                "timeUnixNano": _nanoseconds(moment.at),
                "attributes": _otlp_attributes(moment.attributes),
            }
            for moment in span.events
        ],
        "status": {"code": _OTLP_ERROR, "message": error} if error else {},
    }
    if span.parent_id:
        document["parentSpanId"] = span.parent_id
    return document


def _nanoseconds(at: float) -> str:
    return str(round(at * 1e9))


def _otlp_attributes(attributes: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _otlp_value(value)} for name, value in attributes.items()]


def _otlp_value(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [_otlp_value(one) for one in value]}}
