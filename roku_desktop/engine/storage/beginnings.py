"""What a turn begins with, and the conversation it goes on with: each in one look at the file.

Read by `store.py` before every first word, so this is plain SQL: building a query takes peewee longer than
SQLite needs to answer it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from roku_desktop.engine.records import Beginning, Conversation
from roku_desktop.engine.storage import approvals, compactions, sessions
from roku_desktop.engine.storage.codec import decode_message, session_summary

_SESSION: Final = (
    f"SELECT sessions.*, runs.status, sessions.last_run_id IN ({approvals.WAITING_RUNS}) AS waits "  # noqa: S608  a query of ours
    "FROM sessions LEFT JOIN runs ON runs.run_id = sessions.last_run_id WHERE sessions.session_id = ?"
)
_MESSAGES: Final = "SELECT body FROM messages WHERE session_id = ? ORDER BY position"


def of_session(db: Any, session_id: str) -> Beginning:
    """Raises `NotFoundError`."""
    found = db.execute_sql(_SESSION, (session_id,))
    row = found.fetchone()
    if row is None:
        raise sessions.unknown(session_id)
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
        sessions.summary_of(db, session_id)
    return Conversation(
        messages=[decode_message(body) for (body,) in bodies],
        context=compactions.of_session(db, session_id),
    )
