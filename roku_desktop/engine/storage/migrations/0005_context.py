"""Long conversations: what is sent in place of their beginnings, and what requests were estimated to be.

A compaction is one row, written whole: a process that is killed while one is made leaves the one before.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """
    CREATE TABLE compactions (
        compaction_id TEXT PRIMARY KEY NOT NULL,
        session_id    TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        at            REAL NOT NULL,
        covers        INTEGER NOT NULL,
        body          BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX compactions_of_session ON compactions (session_id, covers)",
    """
    CREATE TABLE digests (
        session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions ON DELETE CASCADE,
        body       BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE steps ADD COLUMN estimated_tokens INTEGER NOT NULL DEFAULT 0",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
