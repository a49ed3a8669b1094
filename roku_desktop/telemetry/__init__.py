"""How well the agent is doing: measures the engine's events, keeps, shows and exports what they say.

Knows the engine's vocabulary (events, errors, messages) and nothing else of ours: it never moves the
engine, and the engine never knows that it is watched. `app.py` puts it together.
"""

from collections.abc import Mapping
from typing import Final

COLLECTOR_KEY: Final = "otlp"
"""The name under which the keyring holds the collector's key, beside those of the providers."""
CAPTURE_VARIABLE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


def captures_content(environ: Mapping[str, str], wanted: bool) -> bool:
    """Whether prompts, answers and what tools get and say are recorded; the variable wins over the file."""
    said = environ.get(CAPTURE_VARIABLE, "").strip().lower()
    return wanted if not said else said == "true"
