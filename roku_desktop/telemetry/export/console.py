"""Shows what would be exported on stderr, one JSON object per request (`OTEL_TRACES_EXPORTER=console`).

OpenTelemetry's SDKs write to stdout; here that belongs to the answer. Called by the exporter.
"""

from __future__ import annotations

import sys

from roku_desktop.telemetry.export.encoding import request_of
from roku_desktop.telemetry.export.plan import Signal


def show(signal: Signal, payload: bytes) -> None:
    """Write one request; a stream that nobody reads any more is no trouble."""
    from google.protobuf.json_format import MessageToJson

    text = MessageToJson(request_of(signal, payload), indent=None)
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
