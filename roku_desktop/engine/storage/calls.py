"""Calls of an answer that is not complete yet: that they started, and their results. Called by `runs.py`."""

from __future__ import annotations

from typing import Any, assert_never

from roku_desktop.engine.events import ToolFinished, ToolsAnswered, ToolStarted
from roku_desktop.engine.messages import ToolResult
from roku_desktop.engine.storage import approvals
from roku_desktop.engine.storage.codec import decode_result, encode
from roku_desktop.engine.storage.messages import add_message
from roku_desktop.engine.storage.tables import Call, Run


def note(db: Any, event: ToolStarted | ToolFinished | ToolsAnswered) -> None:
    """Store what happened to a call. Raises `ApprovalNotOpenError` for a start that is not allowed."""
    match event:
        case ToolStarted():
            if event.approval_id:
                approvals.start(db, event)
            _start(db, event)
        case ToolFinished():
            if event.approval_id:
                approvals.finish(db, event)
            _finish(db, event)
        case ToolsAnswered():
            add_message(db, event.session_id, event.run_id, event.at, event.message)
            approvals.hand(db, event.run_id, event.step)
            Call.delete().where((Call.run_id == event.run_id) & (Call.step == event.step)).execute(db)
        case _:
            assert_never(event)


def results_of(db: Any, run_id: str, step: int) -> dict[str, ToolResult]:
    """What is known of that step's calls, by their id."""
    rows = db.execute_sql(
        "SELECT call_id, result FROM calls WHERE run_id = ? AND step = ? AND result IS NOT NULL",
        (run_id, step),
    ).fetchall()
    return {call_id: decode_result(result) for call_id, result in rows}


def keep_result(db: Any, run_id: str, step: int, result: ToolResult, *, at: float, tier: str = "") -> None:
    """A refused call never started, so its row may not be there yet."""
    db.execute_sql(
        "INSERT INTO calls (run_id, step, call_id, tier, finished_at, result) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET finished_at = excluded.finished_at, result = excluded.result",
        (run_id, step, result.call_id, tier or "requires_approval", at, encode(result)),
    )


def _start(db: Any, event: ToolStarted) -> None:
    Call.insert(
        run_id=event.run_id,
        step=event.step,
        call_id=event.call.call_id,
        tier=event.tier,
        started_at=event.at,
    ).on_conflict_replace().execute(db)


def _finish(db: Any, event: ToolFinished) -> None:
    keep_result(db, event.run_id, event.step, event.result, at=event.at, tier=event.tier)
    if event.result.outcome == "error":
        Run.update(recoveries=Run.recoveries + 1).where(Run.run_id == event.run_id).execute(db)
