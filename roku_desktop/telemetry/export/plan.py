"""Where telemetry goes and how often, from the standard variables and runtime.toml. Pure.

The variables of OpenTelemetry win over the file. Without an endpoint and without an exporter named
nothing is exported: unlike the SDKs' default, nobody's machine is asked whether a collector is there.
Called by `app.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args
from urllib.parse import unquote

import msgspec

from roku_desktop.telemetry.export.batch import BatchRule

Signal = Literal["metrics", "traces", "logs"]
Protocol = Literal["http/protobuf", "grpc"]
Compression = Literal["none", "gzip", "deflate"]
SIGNALS: Final[tuple[Signal, ...]] = get_args(Signal)

_DEFAULT_ENDPOINTS: Final[Mapping[Protocol, str]] = {
    "http/protobuf": "http://localhost:4318",
    "grpc": "http://localhost:4317",
}


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """One signal's collector; `url` is whole for HTTP, scheme and host for gRPC."""

    url: str
    protocol: Protocol = "http/protobuf"
    headers: dict[str, str] = {}
    timeout_s: float = 10.0
    compression: Compression = "none"
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""


class ExportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`sampled` is the share of traces that are exported, 0..1; `console` are the signals shown on stderr."""

    destinations: dict[Signal, Destination]
    resource: dict[str, str]
    console: frozenset[Signal] = frozenset()
    metric_interval_s: float = 60.0
    spans: BatchRule = BatchRule()
    logs: BatchRule = BatchRule(delay_s=1.0)
    sampled: float = 1.0

    @property
    def endpoint(self) -> str:
        """Where it goes, for a person: without what tells the signals apart; empty = to the console alone."""
        urls = [one.url.removesuffix(f"/v1/{signal}") for signal, one in self.destinations.items()]
        return ", ".join(dict.fromkeys(urls))

    def wants(self, signal: Signal) -> bool:
        return signal in self.destinations or signal in self.console


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What runtime.toml says; an empty endpoint = nothing is exported by it."""

    endpoint: str = ""
    protocol: str = "http/protobuf"
    signals: tuple[str, ...] = SIGNALS
    ca_file: str = ""


def plan_of(environ: Mapping[str, str], wish: Wish, *, version: str, instance: str) -> ExportPlan | None:
    """Return the plan, None where nothing leaves. Values that can't be read count as not set."""
    if _text(environ, "OTEL_SDK_DISABLED").lower() == "true":
        return None
    found = {signal: _destination(environ, wish, signal) for signal in SIGNALS}
    destinations = {signal: one for signal, one in found.items() if one is not None}
    console = frozenset(signal for signal in SIGNALS if "console" in _exporters(environ, signal))
    if not destinations and not console:
        return None
    return ExportPlan(
        destinations=destinations,
        resource=_resource(environ, version, instance),
        metric_interval_s=_milliseconds(environ, "OTEL_METRIC_EXPORT_INTERVAL", 60_000),
        console=console,
        spans=_rule(environ, "OTEL_BSP", 5_000),
        logs=_rule(environ, "OTEL_BLRP", 1_000),
        sampled=_sampled(environ),
    )


def page_port(environ: Mapping[str, str], wanted: int) -> int:
    """The port of the Prometheus page; 0 = none. The variables win over the file."""
    if _text(environ, "OTEL_SDK_DISABLED").lower() == "true":
        return 0
    if "prometheus" not in _exporters(environ, "metrics"):
        return wanted
    return int(_number(environ, "OTEL_EXPORTER_PROMETHEUS_PORT", wanted or 9_464))


def is_sampled(trace_id: str, share: float) -> bool:
    """Whether a trace is exported; the same answer in every process (TraceIdRatioBased)."""
    return int(trace_id[16:], 16) < share * 2**64


def _destination(environ: Mapping[str, str], wish: Wish, signal: Signal) -> Destination | None:
    def setting(name: str) -> str:
        return _text(environ, f"OTEL_EXPORTER_OTLP_{signal.upper()}_{name}") or _text(
            environ, f"OTEL_EXPORTER_OTLP_{name}"
        )

    protocol: Protocol = "grpc" if (setting("PROTOCOL") or wish.protocol) == "grpc" else "http/protobuf"
    own = _text(environ, f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT")
    general = _text(environ, "OTEL_EXPORTER_OTLP_ENDPOINT")
    exporters = _exporters(environ, signal)
    if not exporters:
        if not (own or general or (wish.endpoint and signal in wish.signals)):
            return None
    elif "otlp" not in exporters:
        return None
    base = general or wish.endpoint or _DEFAULT_ENDPOINTS[protocol]
    url = own or (base if protocol == "grpc" else f"{base.rstrip('/')}/v1/{signal}")
    if "://" not in url:  # gRPC's own spelling
        insecure = setting("INSECURE").lower() == "true"
        url = f"{'http' if insecure else 'https'}://{url}"
    return Destination(
        url=url,
        protocol=protocol,
        headers=_pairs(setting("HEADERS")),
        timeout_s=min(_number({"": setting("TIMEOUT")}, "", 10.0), _export_timeout_s(environ, signal)),
        compression=_compression(setting("COMPRESSION")),
        ca_file=setting("CERTIFICATE") or wish.ca_file,
        client_certificate=setting("CLIENT_CERTIFICATE"),
        client_key=setting("CLIENT_KEY"),
    )


def _compression(named: str) -> Compression:
    """`deflate` is zlib's format, as HTTP means it."""
    match named.lower():
        case "gzip":
            return "gzip"
        case "deflate":
            return "deflate"
        case _:
            return "none"


def _exporters(environ: Mapping[str, str], signal: Signal) -> list[str]:
    named = (one.strip() for one in _text(environ, f"OTEL_{signal.upper()}_EXPORTER").split(","))
    return [one for one in named if one]


def _rule(environ: Mapping[str, str], prefix: str, delay_ms: float) -> BatchRule:
    """`OTEL_BSP_*` for spans, `OTEL_BLRP_*` for lines of the log."""
    max_waiting = int(_number(environ, f"{prefix}_MAX_QUEUE_SIZE", 2_048))
    return BatchRule(
        delay_s=_milliseconds(environ, f"{prefix}_SCHEDULE_DELAY", delay_ms),
        max_items=min(int(_number(environ, f"{prefix}_MAX_EXPORT_BATCH_SIZE", 512)), max_waiting),
        max_waiting=max_waiting,
    )


def _export_timeout_s(environ: Mapping[str, str], signal: Signal) -> float:
    """The longest that an export may take: one request, as OTLP's own timeout."""
    names: Mapping[Signal, str] = {
        "metrics": "OTEL_METRIC_EXPORT_TIMEOUT",
        "traces": "OTEL_BSP_EXPORT_TIMEOUT",
        "logs": "OTEL_BLRP_EXPORT_TIMEOUT",
    }
    return _milliseconds(environ, names[signal], 30_000)


def _resource(environ: Mapping[str, str], version: str, instance: str) -> dict[str, str]:
    resource = {
        "service.name": "roku-desktop",
        "service.version": version,
        "service.instance.id": instance,
        **_pairs(_text(environ, "OTEL_RESOURCE_ATTRIBUTES")),
    }
    if name := _text(environ, "OTEL_SERVICE_NAME"):
        resource["service.name"] = name
    return resource


def _sampled(environ: Mapping[str, str]) -> float:
    sampler = _text(environ, "OTEL_TRACES_SAMPLER").removeprefix("parentbased_")
    if sampler == "always_off":
        return 0.0
    if sampler == "traceidratio":
        return min(_number(environ, "OTEL_TRACES_SAMPLER_ARG", 1.0), 1.0)
    return 1.0


def _pairs(text: str) -> dict[str, str]:
    """`a=1,b=2`, percent-encoded (W3C Baggage); what is no pair is left out."""
    pairs = (part.partition("=") for part in text.split(","))
    return {unquote(name.strip()): unquote(value.strip()) for name, sign, value in pairs if sign}


def _milliseconds(environ: Mapping[str, str], name: str, default: float) -> float:
    return max(_number(environ, name, default) / 1000, 0.01)


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    try:
        number = float(environ.get(name) or default)
    except ValueError:
        return default
    return number if 0 < number < 1e9 else default


def _text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()
