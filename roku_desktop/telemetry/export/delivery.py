"""One request to a collector, over HTTP or gRPC. Blocks; called by the exporter in its thread.

Retrying is the exporter's business: here an attempt ends as taken, to be tried later, or refused for
good, as OTLP's specification sorts the answers. Certificates are always verified.
"""

from __future__ import annotations

import gzip
import http.client
import os
import ssl
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from roku_desktop.telemetry.export.plan import Destination, Signal

_LATER: Final = frozenset({429, 502, 503, 504})
_LATER_GRPC: Final = frozenset(
    {"CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "OUT_OF_RANGE", "UNAVAILABLE", "DATA_LOSS"}
    | {"RESOURCE_EXHAUSTED"}
)
_METHODS: Final[Mapping[Signal, str]] = {
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}
_MAX_ANSWER_BYTES: Final = 64 * 1024
_MAX_WAIT_S: Final = 3_600.0


class Taken(msgspec.Struct, frozen=True):
    """The collector has it; `answer` may say that it kept only a part."""

    answer: bytes


class Later(msgspec.Struct, frozen=True):
    """It may go well later; `wait_s` is what the collector asked for, 0 = it did not say."""

    why: str
    wait_s: float = 0.0


class Refused(msgspec.Struct, frozen=True):
    """The same request would be refused again."""

    why: str


Outcome = Taken | Later | Refused


class Delivery:
    """The way to one destination. `bearer` is the key from the keyring, where there is one."""

    def __init__(self, destination: Destination, signal: Signal, bearer: str = "") -> None:
        self._destination = destination
        self._signal: Signal = signal
        self._headers = {name.lower(): value for name, value in destination.headers.items()}
        if bearer:
            self._headers.setdefault("authorization", f"Bearer {bearer}")
        self._opener: urllib.request.OpenerDirector | None = None
        self._channel: Any = None

    def send(self, payload: bytes) -> Outcome:
        """Send once, for at most the destination's timeout per step of the exchange."""
        try:
            if self._destination.protocol == "grpc":
                return self._send_grpc(payload)
            return self._send_http(payload)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Later(type(error).__name__)

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()

    def _send_http(self, payload: bytes) -> Outcome:
        headers = {**self._headers, "content-type": "application/x-protobuf"}
        compression = self._destination.compression
        if compression != "none":
            payload = gzip.compress(payload, 6) if compression == "gzip" else zlib.compress(payload)
            headers["content-encoding"] = compression
        request = urllib.request.Request(  # noqa: S310  # only http and https have handlers
            self._destination.url, payload, headers, method="POST"
        )
        try:
            with self._ready_opener().open(request, timeout=self._destination.timeout_s) as answer:
                body = answer.read(_MAX_ANSWER_BYTES)
                if answer.length and len(body) < _MAX_ANSWER_BYTES:  # how much is missing
                    return Later("IncompleteRead")
                return Taken(body)
        except urllib.error.HTTPError as error:
            with error:
                why = f"HTTP {error.code}"
                if error.code in _LATER:
                    return Later(why, _seconds(error.headers.get("retry-after")))
                return Refused(why)

    def _ready_opener(self) -> urllib.request.OpenerDirector:
        if self._opener is None:
            handlers: list[urllib.request.BaseHandler] = [
                urllib.request.ProxyHandler(),
                urllib.request.HTTPHandler(),
                urllib.request.HTTPDefaultErrorHandler(),
                urllib.request.HTTPErrorProcessor(),
                urllib.request.UnknownHandler(),
            ]
            if self._destination.url.startswith("https:"):
                handlers.append(urllib.request.HTTPSHandler(context=self._tls()))
            self._opener = urllib.request.OpenerDirector()
            for handler in handlers:
                self._opener.add_handler(handler)
        return self._opener

    def _tls(self) -> ssl.SSLContext:
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._destination.ca_file:
            context.load_verify_locations(cafile=self._destination.ca_file)
        if self._destination.client_certificate:
            context.load_cert_chain(
                self._destination.client_certificate, self._destination.client_key or None
            )
        return context

    def _send_grpc(self, payload: bytes) -> Outcome:
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # else its C core writes to stderr
        try:
            import grpc
        except ImportError:
            return Refused("gRPC is not installed")
        if self._channel is None:
            self._channel = self._open_channel(grpc)
        call = self._channel.unary_unary(_METHODS[self._signal])
        kinds = {"gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}
        try:
            answer: bytes = call(
                payload,
                timeout=self._destination.timeout_s,
                metadata=tuple(self._headers.items()),
                compression=kinds.get(self._destination.compression),
            )
        except grpc.RpcError as error:
            code: str = error.code().name
            return Later(code) if code in _LATER_GRPC else Refused(code)
        return Taken(answer)

    def _open_channel(self, grpc: Any) -> Any:
        parts = urlsplit(self._destination.url)
        if parts.scheme == "http":
            return grpc.insecure_channel(parts.netloc)
        credentials = grpc.ssl_channel_credentials(
            root_certificates=_roots(self._destination.ca_file),
            private_key=_content(self._destination.client_key),
            certificate_chain=_content(self._destination.client_certificate),
        )
        return grpc.secure_channel(parts.netloc, credentials)


def _roots(ca_file: str) -> bytes | None:
    """The system's authorities with one of a company's own; None = those that come with gRPC.

    gRPC verifies by itself and takes nothing but PEM.
    """
    found = next((path for path in _bundles() if path.is_file()), None)
    if found is not None:
        roots = found.read_bytes()
    else:  # Windows
        system = ssl.create_default_context().get_ca_certs(binary_form=True)
        roots = "".join(map(ssl.DER_cert_to_PEM_cert, system)).encode()
    own = _content(ca_file)
    return (roots + b"\n" + own if own else roots) or None


def _bundles() -> list[Path]:
    """Where Linux and macOS keep the system's authorities in one file."""
    paths = ssl.get_default_verify_paths()
    own = [paths.cafile, f"{paths.capath}/ca-certificates.crt" if paths.capath else None]
    usual = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"]
    return [Path(path) for path in (*own, *usual) if path]


def _content(path: str) -> bytes | None:
    return Path(path).read_bytes() if path else None


def _seconds(retry_after: str | None) -> float:
    """A date, which collectors hardly send, counts as not said."""
    try:
        return min(max(float(retry_after or 0), 0.0), _MAX_WAIT_S)
    except ValueError:
        return 0.0
