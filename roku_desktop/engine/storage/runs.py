"""Runs: what each event changes in the tables. `apply` is one event's share of a transaction.

Owns the life of a run's row from the accepted prompt on; its end stands in `closing.py`. Called by
`store.py`, which opens the transaction.
"""

from __future__ import annotations

from typing import Any, assert_never

from roku_desktop.engine.compactions import ContextEvent
from roku_desktop.engine.events import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    ConfigReloaded,
    DiskLow,
    Event,
    FailedOver,
    MemoryHealthChanged,
    MemoryRecalled,
    ModelSwitched,
    PromptAccepted,
    RecoveryFailed,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    SessionChanged,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
    WindowReady,
)
from roku_desktop.engine.records import RunRecord
from roku_desktop.engine.storage import approvals, calls, compactions, incidents, progress
from roku_desktop.engine.storage.closing import close_run
from roku_desktop.engine.storage.codec import run_record
from roku_desktop.engine.storage.instances import Instances
from roku_desktop.engine.storage.progress import unknown_run
from roku_desktop.engine.storage.sessions import summary_of
from roku_desktop.engine.storage.tables import Run, Session


def apply(db: Any, event: Event, instances: Instances) -> None:
    """Store one event. Raises `SessionBusyError`, `NotFoundError`."""
    match event:
        case (
            PromptAccepted()
            | StepStarted()
            | RequestSent()
            | ResponseStarted()
            | TextDelta()
            | ThinkingDelta()
            | AnswerCompleted()
        ):
            progress.apply(db, event, instances)
        case AttemptFailed() | RetryScheduled() | FailedOver():
            incidents.add(db, event)
        case ToolStarted() | ToolFinished() | ToolsAnswered():
            calls.note(db, event)
        case ApprovalRequested():
            approvals.request(db, event, instances)
        case TurnFinished():
            close_run(db, event)
        case (
            ModelSwitched()
            | SessionChanged()
            | ConfigReloaded()
            | DiskLow()
            | RecoveryFailed()
            | BreakerChanged()
            | BudgetNear()
            | WindowReady()
            | MemoryRecalled()
            | MemoryHealthChanged()
        ):
            pass  # what they tell of is stored by the call that caused it, or follows from what is
        case ContextEvent():
            compactions.note(db, event)
        case ApprovalDecided() | ApprovalExpired() | ApprovalResolved():
            pass  # stored by `journal.py`, which wins or loses the race before it is told
        case _:
            assert_never(event)


def record_of(db: Any, run_id: str) -> RunRecord:
    for row in Run.select().where(Run.run_id == run_id).namedtuples().execute(db):
        return run_record(row)
    raise unknown_run(run_id)


def last_of(db: Any, session_id: str) -> RunRecord | None:
    query = Run.select().join(Session, on=(Session.last_run_id == Run.run_id))
    for row in query.where(Session.session_id == session_id).namedtuples().execute(db):
        return run_record(row)
    summary_of(db, session_id)
    return None


def newest(db: Any, limit: int) -> list[RunRecord]:
    rows = Run.select().order_by(Run.started_at.desc()).limit(limit).namedtuples().execute(db)
    return [run_record(row) for row in rows]


def running(db: Any) -> list[RunRecord]:
    rows = Run.select().where(Run.status == "running").namedtuples().execute(db)
    return [run_record(row) for row in rows]
