"""What is to be remembered beyond a session, and its words.

`delivered` says whether the memory service, where one is used, has this text; what it had and is gone
here waits in `forgotten` until it is gone there. The index keeps sizes, because memories are ranked.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """
    CREATE TABLE memories (
        number      INTEGER PRIMARY KEY,
        memory_id   TEXT NOT NULL UNIQUE,
        scope       TEXT NOT NULL CHECK (scope IN ('global', 'workspace', 'session')),
        owner       TEXT NOT NULL,
        text        TEXT NOT NULL,
        search_text TEXT NOT NULL,
        source      TEXT NOT NULL,
        created_at  REAL NOT NULL,
        updated_at  REAL NOT NULL,
        delivered   INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX memories_of_owner ON memories (scope, owner, updated_at)",
    "CREATE INDEX memories_to_deliver ON memories (number) WHERE delivered = 0",
    "CREATE TABLE forgotten (memory_id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE VIRTUAL TABLE memory_search USING fts5 (
        search_text, content = 'memories', content_rowid = 'number',
        tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER memories_inserted AFTER INSERT ON memories BEGIN
        INSERT INTO memory_search (rowid, search_text) VALUES (new.number, new.search_text);
    END
    """,
    """
    CREATE TRIGGER memories_updated AFTER UPDATE OF search_text ON memories BEGIN
        INSERT INTO memory_search (memory_search, rowid, search_text)
        VALUES ('delete', old.number, old.search_text);
        INSERT INTO memory_search (rowid, search_text) VALUES (new.number, new.search_text);
    END
    """,
    """
    CREATE TRIGGER memories_deleted AFTER DELETE ON memories BEGIN
        INSERT INTO memory_search (memory_search, rowid, search_text)
        VALUES ('delete', old.number, old.search_text);
        INSERT OR IGNORE INTO forgotten SELECT old.memory_id WHERE old.delivered = 1;
    END
    """,
    """
    CREATE TRIGGER memories_of_deleted_session AFTER DELETE ON sessions BEGIN
        DELETE FROM memories WHERE scope = 'session' AND owner = old.session_id;
    END
    """,
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
