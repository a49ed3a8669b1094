"""A new session with the first part of another one's conversation: messages and the runs they belong to.

Copies get run ids of their own, so that either session can be deleted, and no cost, which was paid
once. Called by `store.py`, which opens the transaction.
"""

from __future__ import annotations

from typing import Any

import msgspec

from roku_desktop.engine.errors import NotFoundError, SessionBusyError
from roku_desktop.engine.events import TurnFinished
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.records import SessionSummary
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import compactions
from roku_desktop.engine.storage.beginnings import create
from roku_desktop.engine.storage.closing import close_run
from roku_desktop.engine.storage.sessions import change, summary_of

_RUNS_IN_ORDER = (
    "SELECT run_id, min(position), max(position) FROM messages WHERE session_id = ? AND position <= ? "
    "GROUP BY run_id ORDER BY min(position)"
)
_COPY_MESSAGES = (
    "INSERT INTO messages (session_id, run_id, position, role, created_at, body, search_text) "
    "SELECT ?, ?, position, role, created_at, body, search_text FROM messages "
    "WHERE session_id = ? AND position BETWEEN ? AND ?"
)


def fork(
    db: Any, session_id: str, run_id: str, *, with_run: bool, new_session_id: str, at: float
) -> SessionSummary:
    """Copy what was said up to the end of a run, or up to before its prompt, at `at` Unix seconds.

    Raises `SessionBusyError` while the run goes on, `NotFoundError` if it is not there.
    """
    source = summary_of(db, session_id)
    end = _end_of_copy(db, session_id, run_id, with_run=with_run)
    forked = msgspec.structs.replace(
        source,
        session_id=new_session_id,
        created_at=at,
        updated_at=at,
        pinned=False,
        parent_run_id="",
        parent_call_id="",
        title=source.title if end else "",
    )
    create(db, forked)
    columns = [name for (_, name, *_) in db.execute_sql("PRAGMA table_info(runs)").fetchall()]
    last_run_id = ""
    for old_run_id, first, last in db.execute_sql(_RUNS_IN_ORDER, (session_id, end)).fetchall():
        last_run_id = new_id("run")
        _copy_run(db, columns, old_run_id, last_run_id, new_session_id)
        db.execute_sql(_COPY_MESSAGES, (new_session_id, last_run_id, session_id, first, last))
    compactions.copy(db, session_id, new_session_id, end)
    change(
        db,
        new_session_id,
        message_count=end,
        last_run_id=last_run_id,
        provider=source.provider,
        model=source.model,
    )
    if with_run:  # one that waits for a person does so in the source alone
        close_run(
            db, TurnFinished(session_id=new_session_id, run_id=last_run_id, at=at, outcome="interrupted")
        )
    return summary_of(db, new_session_id)


def _end_of_copy(db: Any, session_id: str, run_id: str, *, with_run: bool) -> int:
    """The position of the last message to copy."""
    first, last, status = db.execute_sql(
        "SELECT min(position), max(position), (SELECT status FROM runs WHERE run_id = ?) FROM messages "
        "WHERE session_id = ? AND run_id = ?",
        (run_id, session_id, run_id),
    ).fetchone()
    if first is None:
        raise NotFoundError(
            said(
                "There is no run {run_id} in the session {session_id}.", run_id=run_id, session_id=session_id
            )
        )
    if with_run and status == "running":
        raise SessionBusyError(said("An answer is still being written there: wait for its end, or stop it."))
    return int(last) if with_run else int(first) - 1


def _copy_run(db: Any, columns: list[str], old_run_id: str, run_id: str, session_id: str) -> None:
    new = {"run_id": run_id, "session_id": session_id, "cost_usd": None}
    kept = [name for name in columns if name not in new]
    db.execute_sql(
        f"INSERT INTO runs ({', '.join([*new, *kept])}) SELECT ?, ?, ?, {', '.join(kept)} "  # noqa: S608  our own names
        "FROM runs WHERE run_id = ?",
        (*new.values(), old_run_id),
    )
