"""A collector in a thread, for tests of the export: keeps what it is sent and answers as told.

Speaks OTLP over HTTP. `answers` are the status codes of the next requests, 200 when they are used up;
`retry_after` goes with those that are no 200.
"""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector:
    """Attributes:
    url: its endpoint.
    requests: (path, headers, body) of what it took or refused, in order.
    """

    def __init__(self, url: str, answers: Sequence[int]) -> None:
        self.url = url
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answers = list(answers)

    @property
    def bytes_seen(self) -> bytes:
        return b"".join(path.encode() + body for path, _, body in self.requests)

    def spans(self) -> list[Any]:
        messages = [
            ExportTraceServiceRequest.FromString(body)
            for path, _, body in self.requests
            if path == "/v1/traces"
        ]
        return [
            span
            for message in messages
            for resource in message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def log_records(self) -> list[Any]:
        messages = [
            ExportLogsServiceRequest.FromString(body) for path, _, body in self.requests if path == "/v1/logs"
        ]
        return [
            record
            for message in messages
            for resource in message.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]

    def newest_metrics(self) -> dict[str, Any]:
        """Metrics by name, of the last request for them."""
        bodies = [body for path, _, body in self.requests if path == "/v1/metrics"]
        message = ExportMetricsServiceRequest.FromString(bodies[-1])
        return {metric.name: metric for metric in message.resource_metrics[0].scope_metrics[0].metrics}


@contextmanager
def collector(*answers: int) -> Iterator[Collector]:
    """Serve on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            match self.headers.get("content-encoding"):
                case "gzip":
                    body = gzip.decompress(body)
                case "deflate":
                    body = zlib.decompress(body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = found.answers.pop(0) if found.answers else 200
            found.requests.append((self.path, headers, body))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Collector(f"http://127.0.0.1:{server.server_port}", answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
