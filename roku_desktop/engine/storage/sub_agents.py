"""Sessions of sub-agents: found by the call that began them. Called by `store.py`."""

from __future__ import annotations

from typing import Any

from roku_desktop.engine.records import SessionSummary, Used
from roku_desktop.engine.storage.approvals import RUNS_BELOW
from roku_desktop.engine.storage.sessions import summary_of


def of_call(db: Any, run_id: str, call_id: str) -> SessionSummary | None:
    row = db.execute_sql(
        "SELECT session_id FROM sessions WHERE parent_run_id = ? AND parent_call_id = ?", (run_id, call_id)
    ).fetchone()
    return None if row is None else summary_of(db, row[0])


def used_below(db: Any, run_id: str) -> Used:
    """What the sub-agents of a run have used."""
    steps, tokens, cost_usd = db.execute_sql(
        "SELECT coalesce(sum(steps), 0), coalesce(sum(input_tokens + output_tokens), 0), "  # noqa: S608  a query of ours
        f"coalesce(sum(cost_usd), 0.0) FROM runs WHERE run_id IN ({RUNS_BELOW})",
        (run_id,),
    ).fetchone()
    return Used(steps=steps, tokens=tokens, cost_usd=cost_usd)
