"""What is kept about sessions and runs, as the faces see it. Written by `storage/`, read by all."""

from __future__ import annotations

from typing import Literal

import msgspec

from roku_desktop.engine.errors import Failure
from roku_desktop.engine.messages import Usage

RunStatus = Literal["running", "completed", "failed", "cancelled", "interrupted", "parked"]
SessionState = Literal["idle", "running", "waiting", "interrupted", "failed"]


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the session list. `state` is that of the newest run; times are Unix seconds."""

    session_id: str
    title: str
    workspace: str
    created_at: float
    updated_at: float
    state: SessionState = "idle"
    pinned: bool = False
    message_count: int = 0


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One turn. `steps` and `recoveries` are what of the budgets is used; `instance_id` names the
    process that owns a running one."""

    run_id: str
    session_id: str
    status: RunStatus
    started_at: float
    instance_id: str
    provider: str = ""
    model: str = ""
    finished_at: float | None = None
    steps: int = 0
    recoveries: int = 0
    usage: Usage = Usage()
    ttft_s: float | None = None
    cost_usd: float | None = None
    failure: Failure | None = None


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """A message that matches. `snippet` is plain text; `highlights` are (start, end) in it."""

    session_id: str
    session_title: str
    message_id: int
    position: int
    role: str
    created_at: float
    snippet: str
    highlights: tuple[tuple[int, int], ...] = ()
