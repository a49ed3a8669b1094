"""Sessions and their messages: what `store.py` runs in a transaction or as a read.

Every function takes the peewee database first. How a session and a message are added stands in
`beginnings.py` and `messages.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import JOIN, SQL

from roku_desktop.engine.errors import SessionBusyError
from roku_desktop.engine.messages import StoredMessage
from roku_desktop.engine.records import SessionSummary
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import approvals
from roku_desktop.engine.storage.codec import (
    session_summary,
    stored_message,
)
from roku_desktop.engine.storage.messages import unknown_session
from roku_desktop.engine.storage.tables import Message, Run, Session

_IS_LISTED = Session.parent_run_id == ""


def summary_of(db: Any, session_id: str) -> SessionSummary:
    for row in _with_state().where(Session.session_id == session_id).namedtuples().execute(db):
        return session_summary(row)
    raise unknown_session(session_id)


def summaries_of(db: Any, session_ids: Sequence[str]) -> list[SessionSummary]:
    """Those that are there and no sub-agent's, in the order they were asked for."""
    query = _with_state().where(Session.session_id.in_(list(session_ids)) & _IS_LISTED)
    found = {summary.session_id: summary for summary in _summaries(db, query)}
    return [found[session_id] for session_id in session_ids if session_id in found]


def newest(db: Any, limit: int, before: float | None) -> list[SessionSummary]:
    """Pinned ones all stand on the first page and don't count, so that `before` pages the rest."""
    by_time = Session.updated_at.desc()
    others = _with_state().where((Session.pinned == 0) & _IS_LISTED).order_by(by_time).limit(limit)
    if before is not None:
        return _summaries(db, others.where(Session.updated_at < before))
    pinned = _with_state().where(Session.pinned == 1).order_by(by_time)
    return _summaries(db, pinned) + _summaries(db, others)


def find_by_title(db: Any, text: str, limit: int) -> list[SessionSummary]:
    """Sessions whose title contains every word of `text`, in any case and any script.

    Reads all titles: SQLite's own LIKE knows case in ASCII alone, and titles are few and short.
    """
    words = text.casefold().split()
    if not words:
        return []
    titles = db.execute_sql(
        "SELECT session_id, title FROM sessions WHERE parent_run_id = '' "
        "ORDER BY pinned DESC, updated_at DESC"
    )
    found: list[str] = []
    for session_id, title in titles:
        folded = title.casefold()
        if all(word in folded for word in words):
            found.append(session_id)
            if len(found) == limit:
                break
    return summaries_of(db, found)


def change(db: Any, session_id: str, **columns: Any) -> None:
    if not Session.update(**columns).where(Session.session_id == session_id).execute(db):
        raise unknown_session(session_id)


def delete(db: Any, session_id: str) -> list[str]:
    """Returns the ids of all that are gone: its own, and those of its sub-agents."""
    running = Run.select().where((Run.session_id == session_id) & (Run.status == "running"))
    if running.exists(db):
        raise SessionBusyError(said("An answer is still being written in this session."))
    below = db.execute_sql(
        "DELETE FROM sessions WHERE parent_run_id IN (SELECT run_id FROM runs WHERE session_id = ?) "
        "RETURNING session_id",
        (session_id,),
    ).fetchall()
    if not Session.delete().where(Session.session_id == session_id).execute(db):
        raise unknown_session(session_id)
    gone = [session_id, *(sub_agent for (sub_agent,) in below)]
    for one in gone:
        db.execute_sql("DELETE FROM rules WHERE session_id = ?", (one,))
    return gone


def page(db: Any, session_id: str, before_position: int | None, limit: int) -> list[StoredMessage]:
    query = Message.select().where(Message.session_id == session_id)
    if before_position is not None:
        query = query.where(Message.position < before_position)
    rows = query.order_by(Message.position.desc()).limit(limit).namedtuples().execute(db)
    messages = [stored_message(row) for row in rows]
    if not messages:
        summary_of(db, session_id)
    return messages[::-1]


def _with_state() -> Any:
    """A turn under way whose call waits for a person waits too."""
    waits = Session.last_run_id.in_(SQL(f"({approvals.WAITING_RUNS})"))
    return Session.select(Session, Run.status, waits.alias("waits")).join(
        Run, JOIN.LEFT_OUTER, on=(Session.last_run_id == Run.run_id)
    )


def _summaries(db: Any, query: Any) -> list[SessionSummary]:
    return [session_summary(row) for row in query.namedtuples().execute(db)]
