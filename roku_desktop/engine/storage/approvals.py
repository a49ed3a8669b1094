"""The journal of approvals: each step of one is a conditional UPDATE, so that one caller wins.

Owns the rows of `approvals` and what of them goes into the audit log, in the same transaction. What a
run's end does to them stands here too; `closing.py` asks for it. Called by `runs.py`, `closing.py`
and `journal.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from roku_desktop.engine.decisions import (
    OPEN,
    WAITING,
    Approval,
    ApprovalRequest,
    ApprovalState,
    Decision,
    Resolution,
)
from roku_desktop.engine.errors import ApprovalNotOpenError, CorruptDatabaseError, NotFoundError
from roku_desktop.engine.events import ApprovalRequested, ToolFinished, ToolStarted
from roku_desktop.engine.execution import digest_of
from roku_desktop.engine.messages import ToolResult
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import audit
from roku_desktop.engine.storage.codec import decode_result, encode
from roku_desktop.engine.storage.instances import Instances

_decode_request: Final = msgspec.json.Decoder(ApprovalRequest).decode
_decode_decision: Final = msgspec.json.Decoder(Decision).decode

_SELECT: Final = (
    "SELECT a.session_id, a.run_id, a.step, a.state, a.digest, a.requested_at, a.shown_at, a.decided_at, "
    "a.started_at, a.finished_at, a.request, a.decision, a.result, a.instance_id, a.approval_id, s.title "
    "FROM approvals AS a JOIN sessions AS s USING (session_id) "
)
_NOT_OPEN: Final[dict[str, str]] = {
    "requested": said("The approval {approval_id} still waits for a decision."),
    "shown": said("The approval {approval_id} still waits for a decision."),
    "approved": said("The approval {approval_id} was approved already."),
    "rejected": said("The approval {approval_id} was rejected already."),
    "expired": said("The approval {approval_id} has expired: nobody decided in time."),
    "withdrawn": said("The approval {approval_id} was withdrawn, because its turn was stopped."),
    "replaced": said(
        "The approval {approval_id} was replaced by a newer one, because something had changed."
    ),
    "started": said("The approval {approval_id} was started already."),
    "unknown": said(
        "The approval {approval_id} was started, and how it ended is not known: resolve it as rerun, done or "
        "skip."
    ),
    "finished": said("The approval {approval_id} was carried out or answered already."),
    "handed": said("The approval {approval_id} was carried out or answered already."),
}


# Steps of an approval


def request(db: Any, event: ApprovalRequested, instances: Instances) -> None:
    """Ask; a rule's decision comes along. A replaced approval must still be unused."""
    asked, decision = event.request, event.decision
    if asked.replaces:
        _move(db, asked.replaces, "replaced", held=("approved",))
        audit.write(db, event.at, "replaced", approval_id=asked.replaces, by=asked.approval_id)
    db.execute_sql(
        "INSERT INTO approvals (approval_id, session_id, run_id, step, call_id, state, digest, "
        "requested_at, expires_at, instance_id, request) VALUES (?, ?, ?, ?, ?, 'requested', ?, ?, ?, ?, ?)",
        (
            asked.approval_id,
            event.session_id,
            event.run_id,
            event.step,
            asked.call.call_id,
            asked.digest,
            event.at,
            asked.expires_at,
            instances.own_id,
            encode(asked),
        ),
    )
    audit.write(
        db,
        event.at,
        "requested",
        approval_id=asked.approval_id,
        session_id=event.session_id,
        run_id=event.run_id,
        call_id=asked.call.call_id,
        tool=asked.execution.tool,
        digest=asked.digest,
        changes=asked.changes,
    )
    if decision is not None:
        decide(db, asked.approval_id, decision, event.at)


def show(db: Any, approval_id: str, at: float) -> None:
    """It is on a screen. Later times, and those of decided ones, change nothing."""
    changed = db.execute_sql(
        "UPDATE approvals SET state = 'shown', shown_at = ? WHERE approval_id = ? AND state = 'requested'",
        (at, approval_id),
    ).rowcount
    if changed:
        audit.write(db, at, "shown", approval_id=approval_id)


def decide(db: Any, approval_id: str, decision: Decision, at: float) -> None:
    """Raises `ApprovalNotOpenError`, or `NotFoundError`; of several callers one decides."""
    state: ApprovalState = "approved" if decision.verdict == "approve" else "rejected"
    _move(
        db,
        approval_id,
        state,
        held=("requested", "shown"),
        decided_at=at,
        decision=encode(decision),
    )
    audit.write(
        db,
        at,
        state,
        approval_id=approval_id,
        who=decision.who,
        origin=decision.origin,
        reach=decision.reach,
        rule_id=decision.rule_id,
        comment=decision.comment,
    )


def start(db: Any, event: ToolStarted) -> None:
    """Use an approval up, before anything happens. Raises `ApprovalNotOpenError`: then nothing may."""
    _move(
        db,
        event.approval_id,
        "started",
        held=("approved",),
        where=" AND digest = ? AND run_id = ?",
        more=(event.digest, event.run_id),
        started_at=event.at,
    )
    audit.write(db, event.at, "started", approval_id=event.approval_id, digest=event.digest)


def finish(db: Any, event: ToolFinished) -> None:
    """The call has its result, whether it ran or was refused, also before anybody decided."""
    held = ("requested", "shown", "approved", "rejected", "expired", "withdrawn", "started")
    _move(
        db,
        event.approval_id,
        "finished",
        held=held,
        finished_at=event.at,
        result=encode(event.result),
    )
    audit.write(db, event.at, "finished", approval_id=event.approval_id, outcome=event.result.outcome)


def hand(db: Any, run_id: str, step: int) -> None:
    """The model is given the results of that step."""
    db.execute_sql(
        "UPDATE approvals SET state = 'handed' WHERE run_id = ? AND step = ? AND state <> 'replaced'",
        (run_id, step),
    )


def resolve(
    db: Any,
    approval_id: str,
    resolution: Resolution,
    at: float,
    *,
    result: ToolResult | None,
    who: Decision,
) -> None:
    """Let an unknown outcome be run again (approved as before), or give it that result."""
    columns: dict[str, Any] = {"finished_at": at, "result": encode(result)} if result else {}
    _move(db, approval_id, "finished" if result else "approved", held=("unknown",), **columns)
    audit.write(db, at, "resolved", approval_id=approval_id, how=resolution, who=who.who, origin=who.origin)


def expire(db: Any, now: float) -> list[tuple[str, str, str]]:
    """Whatever was not decided in time counts as refused: (approval, session, run) of each."""
    rows = db.execute_sql(
        "UPDATE approvals SET state = 'expired', decided_at = ? "
        "WHERE state IN ('requested', 'shown') AND expires_at <= ? RETURNING approval_id, session_id, run_id",
        (now, now),
    ).fetchall()
    for approval_id, _, _ in rows:
        audit.write(db, now, "expired", approval_id=approval_id)
    return [(approval_id, session_id, run_id) for approval_id, session_id, run_id in rows]


# The end of a run


def holds_open(db: Any, run_id: str) -> bool:
    """Whether the run, or a sub-agent of it, waits for a person, or for what a person allowed."""
    sql = (
        f"SELECT 1 FROM approvals WHERE (run_id = ? OR run_id IN ({RUNS_BELOW})) "  # noqa: S608  words of ours
        f"AND state IN {_listed(OPEN)} LIMIT 1"
    )
    return db.execute_sql(sql, (run_id, run_id)).fetchone() is not None


def lose_track(db: Any, run_id: str, at: float) -> None:
    """The process is gone or going: what it had started has an unknown end."""
    _move_all(db, run_id, "unknown", ("started",), at)


def withdraw(db: Any, run_id: str, at: float) -> set[str]:
    """The run ends for good; returns the ids of calls that had been started."""
    rows = db.execute_sql(
        "SELECT call_id FROM approvals WHERE run_id = ? AND state IN ('started', 'unknown')", (run_id,)
    ).fetchall()
    _move_all(db, run_id, "withdrawn", OPEN, at)
    return {call_id for (call_id,) in rows}


# Reading


def of_id(db: Any, approval_id: str, instances: Instances) -> Approval:
    for row in db.execute_sql(_SELECT + "WHERE a.approval_id = ?", (approval_id,)).fetchall():
        return _approval(row, instances)
    raise NotFoundError(said("There is no approval {approval_id}.", approval_id=approval_id))


def of_step(db: Any, run_id: str, step: int, instances: Instances) -> list[Approval]:
    """Those that count, one for each call at most."""
    where = "WHERE a.run_id = ? AND a.step = ? AND a.state <> 'replaced'"
    return _all(db.execute_sql(_SELECT + where, (run_id, step)).fetchall(), instances)


def open_ones(db: Any, instances: Instances) -> list[Approval]:
    """All that wait for a person, or were decided and not used yet, oldest first.

    One that can't be read is left out: `findings` names it, and it can't be decided.
    """
    where = f"WHERE a.state IN {_listed((*WAITING, 'approved'))} ORDER BY a.requested_at, a.approval_id"
    found = []
    for row in db.execute_sql(_SELECT + where).fetchall():
        try:
            found.append(_approval(row, instances))
        except (msgspec.DecodeError, UnicodeDecodeError, CorruptDatabaseError):
            continue
    return found


def findings(db: Any, *, open_only: bool = False) -> list[str]:
    """A sentence for each approval whose row was damaged."""
    where = f" WHERE state IN {_listed(OPEN)}" if open_only else ""
    rows = db.execute_sql(f"SELECT approval_id, digest, request FROM approvals{where}").fetchall()  # noqa: S608  words of ours
    return [
        f"The approval {approval_id} can't be read or was changed; it can't be carried out."
        for approval_id, digest, body in rows
        if not _is_whole(digest, body)
    ]


def _approval(row: tuple[Any, ...], instances: Instances) -> Approval:
    (session_id, run_id, step, state, digest, *times, body, decision, result, instance_id, own_id, title) = (
        row
    )
    asked = _decode_request(body)
    if not digest == asked.digest == digest_of(asked.execution) or asked.approval_id != own_id:
        raise CorruptDatabaseError(
            said(
                "The stored approval {own_id} was changed after it was asked, so it will not be carried out.",
                own_id=own_id,
            )
        )
    requested_at, shown_at, decided_at, started_at, finished_at = times
    return Approval(
        session_id=session_id,
        run_id=run_id,
        step=step,
        request=asked,
        state=state,
        requested_at=requested_at,
        shown_at=shown_at,
        decided_at=decided_at,
        started_at=started_at,
        finished_at=finished_at,
        decision=_decode_decision(decision) if decision else None,
        result=decode_result(result) if result else None,
        restarted=not instances.is_alive(instance_id),
        session_title=title,
    )


def _all(rows: Iterable[tuple[Any, ...]], instances: Instances) -> list[Approval]:
    return [_approval(row, instances) for row in rows]


def _is_whole(digest: str, body: bytes) -> bool:
    try:
        asked = _decode_request(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return bool(digest == asked.digest == digest_of(asked.execution))


def _move(
    db: Any,
    approval_id: str,
    state: ApprovalState,
    *,
    held: tuple[str, ...],
    where: str = "",
    more: tuple[Any, ...] = (),
    **columns: Any,
) -> None:
    """Go on to `state` from one of `held`, or raise; this is what lets one of several callers win."""
    changed = {"state": state, **columns}
    sets = ", ".join(f"{name} = ?" for name in changed)
    cursor: sqlite3.Cursor = db.execute_sql(
        f"UPDATE approvals SET {sets} WHERE approval_id = ? AND state IN {_listed(held)}{where}",  # noqa: S608  words of ours
        (*changed.values(), approval_id, *more),
    )
    if cursor.rowcount != 1:
        raise _not_open(db, approval_id)


def _move_all(db: Any, run_id: str, state: ApprovalState, held: tuple[str, ...], at: float) -> None:
    rows = db.execute_sql(
        f"UPDATE approvals SET state = ? WHERE run_id = ? AND state IN {_listed(held)} RETURNING approval_id",  # noqa: S608  words of ours
        (state, run_id),
    ).fetchall()
    for (approval_id,) in rows:
        audit.write(db, at, state, approval_id=approval_id)


def _not_open(db: Any, approval_id: str) -> ApprovalNotOpenError | NotFoundError:
    row = db.execute_sql("SELECT state FROM approvals WHERE approval_id = ?", (approval_id,)).fetchone()
    if row is None:
        return NotFoundError(
            said(
                "There is no approval {approval_id}; its session may have been deleted.",
                approval_id=approval_id,
            )
        )
    return ApprovalNotOpenError(said(_NOT_OPEN[row[0]], approval_id=approval_id))


def _listed(states: Iterable[str]) -> str:
    """States as SQL; they are words of ours, never a person's."""
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


RUNS_BELOW: Final = (
    "SELECT runs.run_id FROM runs JOIN sessions ON sessions.session_id = runs.session_id "
    "WHERE sessions.parent_run_id = ? AND sessions.parent_run_id <> ''"
)
"""The runs of the sub-agents that a run has begun."""

# The first condition is that of the index of open ones.
_ASKED_RUNS: Final = (
    f"SELECT run_id FROM approvals WHERE state IN {_listed(OPEN)} AND state IN {_listed(WAITING)}"  # noqa: S608  words of ours
)
WAITING_RUNS: Final = (
    f"{_ASKED_RUNS} UNION SELECT parent_run_id FROM sessions "  # noqa: S608  a query of ours
    f"WHERE parent_run_id <> '' AND last_run_id IN ({_ASKED_RUNS})"
)
"""The query for the runs that wait for a person, themselves or by a sub-agent."""
