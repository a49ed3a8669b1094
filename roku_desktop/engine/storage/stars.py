"""Stars on answers: `SqliteStars`, the port `StarStore` over the same file as the store. Made by `store.py`.

A star is a column of its message, so it goes with its session, and a fork begins without any.
"""

from __future__ import annotations

from typing import Any, Final

from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.records import SearchHit
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.codec import decode_message, text_to_find
from roku_desktop.engine.storage.database import Database
from roku_desktop.engine.storage.search import SNIPPET_LENGTH

_NEWEST: Final = """
SELECT messages.message_id, messages.session_id, sessions.title, messages.position, messages.role,
       messages.created_at, messages.body
FROM messages JOIN sessions ON sessions.session_id = messages.session_id AND sessions.parent_run_id = ''
WHERE messages.starred = 1 ORDER BY messages.message_id DESC LIMIT ?
"""


class SqliteStars:
    """Each call is one transaction, durable when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def star(self, run_id: str, starred: bool) -> None:
        await self._database.write(lambda db: _star(db, run_id, starred))

    async def newest(self, limit: int) -> list[SearchHit]:
        return await self._database.read(lambda db: _newest(db, limit))


def _star(db: Any, run_id: str, starred: bool) -> None:
    db.execute_sql("UPDATE messages SET starred = 0 WHERE run_id = ? AND starred = 1", (run_id,))
    if starred:
        given = db.execute_sql(
            "UPDATE messages SET starred = 1 WHERE message_id = "
            "(SELECT max(message_id) FROM messages WHERE run_id = ? AND role = 'assistant')",
            (run_id,),
        )
        if given.rowcount != 1:
            raise NotFoundError(said("There is no answer here that could have a star."))


def _newest(db: Any, limit: int) -> list[SearchHit]:
    return [
        SearchHit(
            session_id=session_id,
            session_title=title,
            message_id=message_id,
            position=position,
            role=role,
            created_at=created_at,
            snippet=_in_short(text_to_find(decode_message(body))),
        )
        for message_id, session_id, title, position, role, created_at, body in db.execute_sql(
            _NEWEST, (limit,)
        ).fetchall()
    ]


def _in_short(text: str) -> str:
    return " ".join(text[: 2 * SNIPPET_LENGTH].split())[:SNIPPET_LENGTH]
