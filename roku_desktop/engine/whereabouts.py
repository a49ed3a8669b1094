"""Where in the work the running code is, so that a line of the log says what it belongs to.

Entered by a turn, by each attempt at a model and by each call of a tool; every one of them has a task
of its own or ends with its turn's, so nothing has to be left. Read by whoever writes a line.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

import msgspec


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """What is empty is not known. `span_id` is that of the attempt, the call or the turn."""

    session_id: str = ""
    run_id: str = ""
    span_id: str = ""
    provider: str = ""
    tool: str = ""


_NOWHERE: Final = Whereabouts()
_current: Final[ContextVar[Whereabouts]] = ContextVar("whereabouts")


def whereabouts() -> Whereabouts:
    """Those of the running task."""
    return _current.get(_NOWHERE)


def enter(place: Whereabouts) -> None:
    """From now on this task, and what it starts, is there."""
    _current.set(place)
