"""Cells, spans and lines of the log as OTLP's protobuf messages, the same bytes for HTTP and gRPC. Pure.

Metrics are cumulative: each request holds the process's totals, made from the cells that the
Prometheus page shows, so the two agree to the last count, and a request that was lost is made good by
the next. Called by the exporter, in its thread: the messages take 60 ms to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_service
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_service
from opentelemetry.proto.common.v1 import common_pb2 as common
from opentelemetry.proto.logs.v1 import logs_pb2 as logs
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics
from opentelemetry.proto.resource.v1 import resource_pb2 as resource_message
from opentelemetry.proto.trace.v1 import trace_pb2 as trace

from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.cells import Cell
from roku_desktop.telemetry.export.plan import Signal
from roku_desktop.telemetry.logs.line import Level, LogLine
from roku_desktop.telemetry.trace_line import RUN, SESSION, Value
from roku_desktop.telemetry.traces import SCOPE, Span

_WHOLE: Final = frozenset({table.SERVER_PORT, table.HTTP_STATUS})
"""Attributes that the conventions want as numbers; cells hold texts."""
_KINDS: Final = {"internal": trace.Span.SPAN_KIND_INTERNAL, "client": trace.Span.SPAN_KIND_CLIENT}
_SEVERITIES: Final[Mapping[Level, tuple[logs.SeverityNumber.ValueType, str]]] = {
    "debug": (logs.SEVERITY_NUMBER_DEBUG, "DEBUG"),
    "info": (logs.SEVERITY_NUMBER_INFO, "INFO"),
    "warning": (logs.SEVERITY_NUMBER_WARN, "WARN"),
    "error": (logs.SEVERITY_NUMBER_ERROR, "ERROR"),
}
_SAMPLED: Final = 1
_CUMULATIVE: Final = metrics.AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE


def metrics_request(
    cells: Sequence[Cell], resource: Mapping[str, str], *, began_at: float, at: float
) -> bytes:
    """An `ExportMetricsServiceRequest` of the totals from `began_at` to `at`, Unix seconds."""
    by_name: dict[str, list[Cell]] = {}
    for cell in cells:
        by_name.setdefault(cell.instrument.name, []).append(cell)
    times = (_nanoseconds(began_at), _nanoseconds(at))
    scope = metrics.ScopeMetrics(
        scope=common.InstrumentationScope(name=SCOPE),
        metrics=[_metric(of_one, *times) for of_one in by_name.values()],
    )
    message = metrics.ResourceMetrics(resource=_resource(resource), scope_metrics=[scope])
    return bytes(metrics_service.ExportMetricsServiceRequest(resource_metrics=[message]).SerializeToString())


def traces_request(spans: Iterable[Span], resource: Mapping[str, str]) -> bytes:
    """An `ExportTraceServiceRequest` of spans that have ended."""
    scope = trace.ScopeSpans(
        scope=common.InstrumentationScope(name=SCOPE), spans=[_span(span) for span in spans]
    )
    message = trace.ResourceSpans(resource=_resource(resource), scope_spans=[scope])
    return bytes(trace_service.ExportTraceServiceRequest(resource_spans=[message]).SerializeToString())


def logs_request(lines: Iterable[LogLine], resource: Mapping[str, str]) -> bytes:
    """An `ExportLogsServiceRequest`; each part of the program is a scope of its own."""
    by_component: dict[str, list[LogLine]] = {}
    for line in lines:
        by_component.setdefault(line.component, []).append(line)
    scopes = [
        logs.ScopeLogs(
            scope=common.InstrumentationScope(name=f"{SCOPE}.{component}"),
            log_records=[_log_record(line) for line in of_one],
        )
        for component, of_one in by_component.items()
    ]
    message = logs.ResourceLogs(resource=_resource(resource), scope_logs=scopes)
    return bytes(logs_service.ExportLogsServiceRequest(resource_logs=[message]).SerializeToString())


def request_of(signal: Signal, payload: bytes) -> Any:
    """The message again that these bytes are."""
    match signal:
        case "metrics":
            return metrics_service.ExportMetricsServiceRequest.FromString(payload)
        case "traces":
            return trace_service.ExportTraceServiceRequest.FromString(payload)
        case "logs":
            return logs_service.ExportLogsServiceRequest.FromString(payload)


def rejected_items(signal: Signal, answer: bytes) -> int:
    """How many items a collector that took the request says it did not keep; 0 where it can't be read."""
    from google.protobuf.message import DecodeError

    try:
        match signal:
            case "metrics":
                measured = metrics_service.ExportMetricsServiceResponse.FromString(answer)
                return int(measured.partial_success.rejected_data_points)
            case "traces":
                traced = trace_service.ExportTraceServiceResponse.FromString(answer)
                return int(traced.partial_success.rejected_spans)
            case "logs":
                logged = logs_service.ExportLogsServiceResponse.FromString(answer)
                return int(logged.partial_success.rejected_log_records)
    except DecodeError:
        return 0


def _metric(cells: Sequence[Cell], began_ns: int, at_ns: int) -> metrics.Metric:
    instrument = cells[0].instrument
    metric = metrics.Metric(name=instrument.name, unit=instrument.unit, description=instrument.meaning)
    if instrument.kind == "histogram":
        metric.histogram.aggregation_temporality = _CUMULATIVE
        metric.histogram.data_points.extend(_distribution(cell, began_ns, at_ns) for cell in cells)
        return metric
    points = [
        metrics.NumberDataPoint(
            attributes=_attributes(dict(cell.attributes)),
            start_time_unix_nano=began_ns,
            time_unix_nano=at_ns,
            as_double=cell.total,
        )
        for cell in cells
    ]
    if instrument.kind == "counter":
        metric.sum.aggregation_temporality = _CUMULATIVE
        metric.sum.is_monotonic = True
        metric.sum.data_points.extend(points)
    else:
        metric.gauge.data_points.extend(points)
    return metric


def _distribution(cell: Cell, began_ns: int, at_ns: int) -> metrics.HistogramDataPoint:
    return metrics.HistogramDataPoint(
        attributes=_attributes(dict(cell.attributes)),
        start_time_unix_nano=began_ns,
        time_unix_nano=at_ns,
        count=cell.count,
        sum=cell.total,
        bucket_counts=cell.buckets,
        explicit_bounds=cell.instrument.boundaries,
    )


def _span(span: Span) -> trace.Span:
    assert span.ended_at is not None, "only spans that have ended are exported"
    error = {table.ERROR_TYPE: span.error} if span.error else {}
    message = trace.Span(
        trace_id=bytes.fromhex(span.trace_id),
        span_id=bytes.fromhex(span.span_id),
        parent_span_id=bytes.fromhex(span.parent_id),
        name=span.name,
        kind=_KINDS[span.kind],
        start_time_unix_nano=_nanoseconds(span.began_at),
        end_time_unix_nano=_nanoseconds(span.ended_at),
        attributes=_attributes({**span.attributes, **error}),
        events=[
            trace.Span.Event(
                name=moment.name,
                time_unix_nano=_nanoseconds(moment.at),
                attributes=_attributes(moment.attributes),
            )
            for moment in span.events
        ],
    )
    if span.error:
        message.status.code = trace.Status.STATUS_CODE_ERROR
        message.status.message = span.error
    return message


def _log_record(line: LogLine) -> logs.LogRecord:
    number, text = _SEVERITIES[line.level]
    named: dict[str, Value] = {
        SESSION: line.session_id,
        RUN: line.run_id,
        table.PROVIDER: line.provider,
        table.TOOL: line.tool,
        "exception.type" if line.stack else table.ERROR_TYPE: line.error,
        "exception.stacktrace": "\n".join(line.stack),
    }
    told = {f"roku.{name}": value for name, value in line.attributes.items()}
    return logs.LogRecord(
        time_unix_nano=_nanoseconds(line.at),
        observed_time_unix_nano=_nanoseconds(line.at),
        severity_number=number,
        severity_text=text,
        body=common.AnyValue(string_value=line.message),
        attributes=_attributes({name: value for name, value in (named | told).items() if value != ""}),
        trace_id=bytes.fromhex(line.trace_id),
        span_id=bytes.fromhex(line.span_id),
        flags=_SAMPLED if line.trace_id else 0,
    )


def _resource(attributes: Mapping[str, str]) -> resource_message.Resource:
    return resource_message.Resource(attributes=_attributes(attributes))


def _attributes(named: Mapping[str, Value] | Mapping[str, str]) -> list[common.KeyValue]:
    return [common.KeyValue(key=name, value=_value(name, value)) for name, value in named.items()]


def _value(name: str, value: Value) -> common.AnyValue:
    match value:
        case bool():
            return common.AnyValue(bool_value=value)
        case int():
            return common.AnyValue(int_value=value)
        case float():
            return common.AnyValue(double_value=value)
        case str() if name in _WHOLE and value.isdecimal():
            return common.AnyValue(int_value=int(value))
        case str():
            return common.AnyValue(string_value=value)
        case list():
            texts = [common.AnyValue(string_value=one) for one in value]
            return common.AnyValue(array_value=common.ArrayValue(values=texts))


def _nanoseconds(at: float) -> int:
    return round(at * 1e9)
