"""What every event has; a module of its own, so that events can stand in more than one."""

from __future__ import annotations

import msgspec


class EventBase(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """Where and when. `at` is Unix seconds."""

    session_id: str
    run_id: str
    at: float
