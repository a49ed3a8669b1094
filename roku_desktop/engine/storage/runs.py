"""Runs: what each event changes in the tables. `apply` is one event's share of a transaction.

Owns the life of a run's row from the accepted prompt on; its end stands in `closing.py`. Called by
`store.py`, which opens the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, assert_never

from roku_desktop.engine.compactions import ContextEvent
from roku_desktop.engine.errors import NotFoundError, RunNotResumableError, SessionBusyError
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
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import approvals, calls, compactions, costs, incidents
from roku_desktop.engine.storage.closing import close_run, death_of, finish_step
from roku_desktop.engine.storage.codec import USAGE_COLUMNS, run_record
from roku_desktop.engine.storage.instances import Instances
from roku_desktop.engine.storage.sessions import add_message, summary_of, title_if_untitled
from roku_desktop.engine.storage.sessions import unknown as unknown_session
from roku_desktop.engine.storage.tables import Run, Session

# What stands before a first word is plain SQL: peewee takes longer to build a query than SQLite to run it.
_NEWEST_IS: Final = "UPDATE sessions SET last_run_id = ? WHERE session_id = ?"
_BEGIN: Final = (
    "INSERT INTO runs (run_id, session_id, status, started_at, accepted_at, instance_id) "
    "VALUES (?, ?, 'running', ?, ?, ?)"
)
_RUNNING_IN: Final = "SELECT run_id, instance_id FROM runs WHERE session_id = ? AND status = 'running'"
_PARKED_IN: Final = "SELECT 1 FROM runs WHERE session_id = ? AND status = 'parked' AND run_id <> ? LIMIT 1"
_START_STEP: Final = (
    "INSERT OR REPLACE INTO steps (run_id, step, provider, model, started_at, estimated_tokens) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_COUNT_STEP: Final = "UPDATE runs SET steps = steps + 1, provider = ?, model = ? WHERE run_id = ?"
_ASKS: Final = "UPDATE runs SET provider = ?, model = ? WHERE run_id = ?"
_SENT: Final = (
    "UPDATE steps SET provider = ?, model = ?, attempt = ?, request_sent_at = ?, first_byte_at = NULL "
    "WHERE run_id = ? AND step = ?"
)
_FIRST_BYTE: Final = "UPDATE steps SET first_byte_at = ? WHERE run_id = ? AND step = ?"
_DELTAS: Final = "INSERT INTO deltas (run_id, step, kind, at, text) VALUES "
_DELTA: Final = "(?, ?, ?, ?, ?)"
# SQLite takes 32 766 parameters in a statement; a longer batch goes the long way.
MAX_DELTAS_AT_ONCE: Final = 1000


def deltas_only(events: Sequence[Event]) -> tuple[str, list[Any]] | None:
    """The one statement that stores these events, if they are deltas and nothing else."""
    if len(events) > MAX_DELTAS_AT_ONCE:
        return None
    values: list[Any] = []
    for event in events:
        if not isinstance(event, TextDelta | ThinkingDelta):
            return None
        values += _delta(event)
    return _DELTAS + ", ".join([_DELTA] * len(events)), values


def apply(db: Any, event: Event, instances: Instances) -> None:  # noqa: C901  one case per event
    """Store one event. Raises `SessionBusyError`, `NotFoundError`."""
    match event:
        case PromptAccepted():
            accept(db, event, instances)
        case StepStarted() | RequestSent() | ResponseStarted():
            _note_progress(db, event)
        case AttemptFailed() | RetryScheduled() | FailedOver():
            incidents.add(db, event)
        case TextDelta() | ThinkingDelta():
            _add_delta(db, event)
        case AnswerCompleted():
            _complete_answer(db, event)
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


def accept(db: Any, event: PromptAccepted, instances: Instances) -> None:
    """Begin a run, or let an old one go on; the prompt is stored with it."""
    _refuse_if_running(db, event, instances)
    if not db.execute_sql(_NEWEST_IS, (event.run_id, event.session_id)).rowcount:
        raise unknown_session(event.session_id)
    if event.resumed:
        _reopen(db, event, instances)
    else:
        begun = (event.run_id, event.session_id, event.at, event.at, instances.own_id)
        db.execute_sql(_BEGIN, begun)
    if event.message is not None:
        add_message(db, event.session_id, event.run_id, event.at, event.message)
        title_if_untitled(db, event.session_id, event.message)


def record_of(db: Any, run_id: str) -> RunRecord:
    for row in Run.select().where(Run.run_id == run_id).namedtuples().execute(db):
        return run_record(row)
    raise unknown(run_id)


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


def unknown(run_id: str) -> NotFoundError:
    return NotFoundError(said("There is no run {run_id}; its session may have been deleted.", run_id=run_id))


def _refuse_if_running(db: Any, event: PromptAccepted, instances: Instances) -> None:
    """Raise `SessionBusyError` if a living process is answering there; close what a dead one left.

    A run that waits for a person has calls without a result, after which no prompt can stand.
    """
    for run_id, instance_id in db.execute_sql(_RUNNING_IN, (event.session_id,)).fetchall():
        if instances.is_alive(instance_id):
            raise SessionBusyError(said("An answer is still being written in this session."))
        close_run(db, death_of(db, record_of(db, run_id)))
    if db.execute_sql(_PARKED_IN, (event.session_id, event.run_id)).fetchone():
        raise SessionBusyError(said("This session waits for an approval: decide on it, or stop its turn."))


def _reopen(db: Any, event: PromptAccepted, instances: Instances) -> None:
    """The condition on the status lets one of several callers win."""
    record = record_of(db, event.run_id)
    if record.status == "completed":
        raise RunNotResumableError(
            said("The run {run_id} is complete; there is nothing to resume.", run_id=event.run_id)
        )
    Run.update(
        status="running",
        accepted_at=event.at,
        finished_at=None,
        failure=None,
        instance_id=instances.own_id,
    ).where((Run.run_id == event.run_id) & (Run.status != "running")).execute(db)


def _note_progress(db: Any, event: StepStarted | RequestSent | ResponseStarted) -> None:
    match event:
        case StepStarted():
            _start_step(db, event)
        case RequestSent():
            _note_request(db, event)
        case ResponseStarted():
            db.execute_sql(_FIRST_BYTE, (event.at, event.run_id, event.step))
        case _:
            assert_never(event)


def _start_step(db: Any, event: StepStarted) -> None:
    step = (event.run_id, event.step, event.provider, event.model, event.at, event.estimated_tokens)
    db.execute_sql(_START_STEP, step)
    db.execute_sql(_COUNT_STEP, (event.provider, event.model, event.run_id))


def _note_request(db: Any, event: RequestSent) -> None:
    sent = (event.provider, event.model, event.attempt, event.at, event.run_id, event.step)
    db.execute_sql(_SENT, sent)
    db.execute_sql(_ASKS, (event.provider, event.model, event.run_id))


def _add_delta(db: Any, event: TextDelta | ThinkingDelta) -> None:
    db.execute_sql(_DELTAS + _DELTA, _delta(event))


def _delta(event: TextDelta | ThinkingDelta) -> tuple[Any, ...]:
    kind = "text" if isinstance(event, TextDelta) else "thinking"
    return (event.run_id, event.step, kind, event.at, event.text)


def _complete_answer(db: Any, event: AnswerCompleted) -> None:
    """The whole answer takes the place of its deltas."""
    usage = event.message.usage
    finish_step(db, event.run_id, event.step, event.at, usage)
    counted = {name: getattr(Run, name) + getattr(usage, name) for name in USAGE_COLUMNS}
    Run.update(**counted).where(Run.run_id == event.run_id).execute(db)
    add_message(db, event.session_id, event.run_id, event.at, event.message)
    costs.add(db, event)
