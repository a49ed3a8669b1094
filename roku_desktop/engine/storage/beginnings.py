"""A new session, what a turn there begins with, and the conversation it goes on with, each in one go.

Read by `store.py` before every first word, so this is plain SQL: building a query takes peewee longer than
SQLite needs to answer it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from roku_desktop.engine.records import Beginning, Conversation, SessionSummary
from roku_desktop.engine.storage import approvals, compactions
from roku_desktop.engine.storage.codec import decode_message, session_summary
from roku_desktop.engine.storage.messages import unknown_session

_SESSION: Final = (
    f"SELECT sessions.*, runs.status, sessions.last_run_id IN ({approvals.WAITING_RUNS}) AS waits "  # noqa: S608  a query of ours
    "FROM sessions LEFT JOIN runs ON runs.run_id = sessions.last_run_id WHERE sessions.session_id = ?"
)
_MESSAGES: Final = "SELECT body FROM messages WHERE session_id = ? ORDER BY position"


def create(db: Any, summary: SessionSummary) -> None:
    db.execute_sql(
        "INSERT INTO sessions "
        "(session_id, title, workspace, created_at, updated_at, plan, parent_run_id, parent_call_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            summary.session_id,
            summary.title,
            summary.workspace,
            summary.created_at,
            summary.updated_at,
            int(summary.plan),
            summary.parent_run_id,
            summary.parent_call_id,
        ),
    )


def of_session(db: Any, session_id: str) -> Beginning:
    """Raises `NotFoundError`."""
    found = db.execute_sql(_SESSION, (session_id,))
    row = found.fetchone()
    if row is None:
        raise unknown_session(session_id)
    columns = [column[0] for column in found.description]
    return Beginning(
        summary=session_summary(SimpleNamespace(**dict(zip(columns, row, strict=True)))),
        preferences=dict(db.execute_sql("SELECT name, value FROM preferences").fetchall()),
        has_memories=db.execute_sql("SELECT 1 FROM memories LIMIT 1").fetchone() is not None,
    )


def conversation(db: Any, session_id: str) -> Conversation:
    """Raises `NotFoundError`."""
    bodies = db.execute_sql(_MESSAGES, (session_id,)).fetchall()
    if not bodies:
        of_session(db, session_id)
    return Conversation(
        messages=[decode_message(body) for (body,) in bodies],
        context=compactions.of_session(db, session_id),
    )
