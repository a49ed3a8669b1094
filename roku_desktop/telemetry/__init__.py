"""How well the agent is doing: measures the engine's events, keeps, shows and exports what they say.

Knows the engine's vocabulary (events, errors, messages) and nothing else of ours: it never moves the
engine, and the engine never knows that it is watched. `app.py` puts it together.
"""

from typing import Final

COLLECTOR_KEY: Final = "otlp"
"""The name under which the keyring holds the collector's key, beside those of the providers."""
