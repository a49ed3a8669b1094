"""An answer that a person wants to find again has a star; the index holds those alone."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE messages ADD COLUMN starred INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX starred_messages ON messages (message_id) WHERE starred = 1",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
