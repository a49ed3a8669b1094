"""Sessions of sub-agents: found by the call that began them. Called by `store.py`."""

from __future__ import annotations

from typing import Any

from roku_desktop.engine.records import SessionSummary
from roku_desktop.engine.storage.approvals import RUNS_BELOW
from roku_desktop.engine.storage.sessions import summary_of


def of_call(db: Any, run_id: str, call_id: str) -> SessionSummary | None:
    row = db.execute_sql(
        "SELECT session_id FROM sessions WHERE parent_run_id = ? AND parent_call_id = ?", (run_id, call_id)
    ).fetchone()
    return None if row is None else summary_of(db, row[0])


def steps_below(db: Any, run_id: str) -> int:
    """How many steps the sub-agents of a run have taken."""
    row = db.execute_sql(
        f"SELECT coalesce(sum(steps), 0) FROM runs WHERE run_id IN ({RUNS_BELOW})",  # noqa: S608  a query of ours
        (run_id,),
    ).fetchone()
    return int(row[0])
