"""A run up to its first answer: accepted, a step begun, text as it comes, all of it. Plain SQL, no peewee.

Loading peewee, and building a query with it, takes longer than SQLite takes to answer, and whoever asks
waits for what stands here. Each function is one event's share of a transaction; called by `store.py` and
`runs.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, assert_never

from roku_desktop.engine.errors import NotFoundError, RunNotResumableError, SessionBusyError
from roku_desktop.engine.events import (
    AnswerCompleted,
    Event,
    PromptAccepted,
    RequestSent,
    ResponseStarted,
    StepStarted,
    TextDelta,
    ThinkingDelta,
)
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import answers
from roku_desktop.engine.storage.instances import Instances
from roku_desktop.engine.storage.messages import add_message, title_if_untitled, unknown_session

Early = (
    PromptAccepted | StepStarted | RequestSent | ResponseStarted | TextDelta | ThinkingDelta | AnswerCompleted
)

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
_REOPEN: Final = (
    "UPDATE runs SET status = 'running', accepted_at = ?, finished_at = NULL, failure = NULL, "
    "instance_id = ? WHERE run_id = ? AND status <> 'running'"
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


def early_only(events: Sequence[Event]) -> list[Early] | None:
    """These events, if they are of those that are stored here and no others."""
    early = [event for event in events if isinstance(event, Early)]
    return early if len(early) == len(events) else None


def apply_all(db: Any, events: Sequence[Early], instances: Instances) -> None:
    for event in events:
        apply(db, event, instances)


def apply(db: Any, event: Early, instances: Instances) -> None:
    """Store one event. Raises `SessionBusyError`, `NotFoundError`."""
    match event:
        case PromptAccepted():
            accept(db, event, instances)
        case StepStarted():
            _start_step(db, event)
        case RequestSent():
            _note_request(db, event)
        case ResponseStarted():
            db.execute_sql(_FIRST_BYTE, (event.at, event.run_id, event.step))
        case TextDelta() | ThinkingDelta():
            db.execute_sql(_DELTAS + _DELTA, _delta(event))
        case AnswerCompleted():
            answers.complete(db, event)
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


def unknown_run(run_id: str) -> NotFoundError:
    return NotFoundError(said("There is no run {run_id}; its session may have been deleted.", run_id=run_id))


def _refuse_if_running(db: Any, event: PromptAccepted, instances: Instances) -> None:
    """Raise `SessionBusyError` if a living process is answering there; close what a dead one left.

    A run that waits for a person has calls without a result, after which no prompt can stand.
    """
    for run_id, instance_id in db.execute_sql(_RUNNING_IN, (event.session_id,)).fetchall():
        if instances.is_alive(instance_id):
            raise SessionBusyError(said("An answer is still being written in this session."))
        from roku_desktop.engine.storage.closing import close_dead

        close_dead(db.peewee, run_id)
    if db.execute_sql(_PARKED_IN, (event.session_id, event.run_id)).fetchone():
        raise SessionBusyError(said("This session waits for an approval: decide on it, or stop its turn."))


def _reopen(db: Any, event: PromptAccepted, instances: Instances) -> None:
    """The condition on the status lets one of several callers win."""
    found = db.execute_sql("SELECT status FROM runs WHERE run_id = ?", (event.run_id,)).fetchone()
    if found is None:
        raise unknown_run(event.run_id)
    if found[0] == "completed":
        raise RunNotResumableError(
            said("The run {run_id} is complete; there is nothing to resume.", run_id=event.run_id)
        )
    db.execute_sql(_REOPEN, (event.at, instances.own_id, event.run_id))


def _start_step(db: Any, event: StepStarted) -> None:
    step = (event.run_id, event.step, event.provider, event.model, event.at, event.estimated_tokens)
    db.execute_sql(_START_STEP, step)
    db.execute_sql(_COUNT_STEP, (event.provider, event.model, event.run_id))


def _note_request(db: Any, event: RequestSent) -> None:
    sent = (event.provider, event.model, event.attempt, event.at, event.run_id, event.step)
    db.execute_sql(_SENT, sent)
    db.execute_sql(_ASKS, (event.provider, event.model, event.run_id))


def _delta(event: TextDelta | ThinkingDelta) -> tuple[Any, ...]:
    kind = "text" if isinstance(event, TextDelta) else "thinking"
    return (event.run_id, event.step, kind, event.at, event.text)
