"""How well the agent is doing: measures the engine's events, keeps, shows and exports what they say.

Knows the engine's vocabulary (events, errors, messages) and nothing else of ours: it never moves the
engine, and the engine never knows that it is watched. `app.py` puts it together.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from roku_desktop.engine.settings import EngineSettings

COLLECTOR_KEY: Final = "otlp"
"""The name under which the keyring holds the collector's key, beside those of the providers."""
CAPTURE_VARIABLE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


_CAPTURING: Final = frozenset({"true", "span_only", "event_only", "span_and_event"})
PROPAGATORS_VARIABLE: Final = "OTEL_PROPAGATORS"


def follow_variables(settings: EngineSettings, environ: Mapping[str, str]) -> EngineSettings:
    """The settings with what OpenTelemetry's variables say of content and propagation: they win."""
    telemetry = settings.telemetry
    if said := environ.get(CAPTURE_VARIABLE, "").strip().lower():
        telemetry = msgspec.structs.replace(telemetry, capture_content=said in _CAPTURING)
    if said := environ.get(PROPAGATORS_VARIABLE, "").strip().lower():
        named = {one.strip() for one in said.split(",")}
        telemetry = msgspec.structs.replace(telemetry, propagate="tracecontext" in named)
    return msgspec.structs.replace(settings, telemetry=telemetry)
