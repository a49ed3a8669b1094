"""Circuit breakers on the command line: in words, in JSON, tested and reset by a person.

Called by `providers` and `doctor`.
"""

from __future__ import annotations

import time

from roku_desktop.engine import BreakerState, Engine
from roku_desktop.engine.errors import ConfigurationError

CLOSED = BreakerState()


def words(state: BreakerState, now: float) -> str:
    """Where an open breaker stands and how long; empty for one that lets requests through."""
    wait_s = max(state.until - now, 0.0)
    match state.phase:
        case "closed":
            return ""
        case "half_open" if wait_s:
            return "being tried with one request"
        case "open" if wait_s:
            return f"left alone for {_duration(wait_s)} more"
        case _:
            return "tried with the next request"


def last_failure(state: BreakerState) -> str:
    """The last failure that counted, with its time; empty where there was none."""
    if not state.last_error:
        return ""
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(state.last_error_at))
    return f"the last failure was {state.last_error} at {at}"


def document(state: BreakerState, now: float) -> dict[str, object]:
    """The breaker's part of a provider in JSON. `next_probe_in_s` is null unless it is not closed."""
    return {
        "state": state.phase,
        "failures": state.failures,
        "until": state.until if state.phase != "closed" else None,
        "next_probe_in_s": max(state.until - now, 0.0) if state.phase != "closed" else None,
        "last_error": state.last_error or None,
        "last_error_at": state.last_error_at if state.last_error else None,
    }


async def require_known(engine: Engine, name: str, *, discover: bool) -> None:
    """Raise `ConfigurationError` where no provider has that name."""
    if name in engine.settings.llm.providers:
        return
    known = [status.name for status in await engine.providers(discover=discover)]
    if name not in known:
        raise ConfigurationError(f"There is no provider called {name}. Known here: {', '.join(known)}.")


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"
