"""A message joins its session: what every writer of this room adds one with. Plain SQL, without peewee.

Owns the order of messages within a session: the position is the session's count, taken in the same
transaction.
"""

from __future__ import annotations

from typing import Any

from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.messages import Message, StoredMessage, UserMessage
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.codec import encode, role_of, text_to_find, title_from
from roku_desktop.engine.storage.search import indexed


def add_message(db: Any, session_id: str, run_id: str, at: float, message: Message) -> StoredMessage:
    """Append a message to its session; `at` is Unix seconds."""
    row = db.execute_sql(
        "UPDATE sessions SET message_count = message_count + 1, updated_at = max(updated_at, ?) "
        "WHERE session_id = ? RETURNING message_count",
        (at, session_id),
    ).fetchone()
    if row is None:
        raise unknown_session(session_id)
    message_id = db.execute_sql(
        "INSERT INTO messages (session_id, run_id, position, role, created_at, body, search_text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session_id, run_id, row[0], role_of(message), at, encode(message), indexed(text_to_find(message))),
    ).lastrowid
    return StoredMessage(
        message_id=message_id,
        session_id=session_id,
        run_id=run_id,
        position=row[0],
        created_at=at,
        message=message,
    )


def title_if_untitled(db: Any, session_id: str, message: UserMessage) -> None:
    if message.origin == "person":
        db.execute_sql(
            "UPDATE sessions SET title = ? WHERE session_id = ? AND title = ''",
            (title_from(message.text), session_id),
        )


def unknown_session(session_id: str) -> NotFoundError:
    return NotFoundError(said("There is no session {session_id}.", session_id=session_id))
