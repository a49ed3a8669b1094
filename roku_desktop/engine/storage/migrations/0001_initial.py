"""The first schema: sessions, messages with their full-text index, runs, steps, what is still open.

`search_text` is what the index holds: the message's words with CJK characters set apart (see
`search.py`), empty where nothing is to be found. The index keeps no copy of its own, nor sizes,
because hits come newest first and are never ranked.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """
    CREATE TABLE sessions (
        session_id    TEXT PRIMARY KEY NOT NULL,
        title         TEXT NOT NULL,
        workspace     TEXT NOT NULL,
        created_at    REAL NOT NULL,
        updated_at    REAL NOT NULL,
        pinned        INTEGER NOT NULL DEFAULT 0,
        message_count INTEGER NOT NULL DEFAULT 0,
        last_run_id   TEXT NOT NULL DEFAULT '',
        provider      TEXT NOT NULL DEFAULT '',
        model         TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX sessions_newest ON sessions (pinned, updated_at)",
    """
    CREATE TABLE runs (
        run_id             TEXT PRIMARY KEY NOT NULL,
        session_id         TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        status             TEXT NOT NULL,
        started_at         REAL NOT NULL,
        accepted_at        REAL NOT NULL,
        finished_at        REAL,
        instance_id        TEXT NOT NULL,
        provider           TEXT NOT NULL DEFAULT '',
        model              TEXT NOT NULL DEFAULT '',
        steps              INTEGER NOT NULL DEFAULT 0,
        recoveries         INTEGER NOT NULL DEFAULT 0,
        input_tokens       INTEGER NOT NULL DEFAULT 0,
        output_tokens      INTEGER NOT NULL DEFAULT 0,
        cache_read_tokens  INTEGER NOT NULL DEFAULT 0,
        cache_write_tokens INTEGER NOT NULL DEFAULT 0,
        reasoning_tokens   INTEGER NOT NULL DEFAULT 0,
        ttft_s             REAL,
        cost_usd           REAL,
        failure            TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX runs_newest ON runs (started_at)",
    "CREATE INDEX runs_of_session ON runs (session_id)",
    # A session has one running run at most, whatever the program believes.
    "CREATE UNIQUE INDEX runs_running ON runs (session_id) WHERE status = 'running'",
    """
    CREATE TABLE messages (
        message_id  INTEGER PRIMARY KEY,
        session_id  TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        run_id      TEXT NOT NULL,
        position    INTEGER NOT NULL,
        role        TEXT NOT NULL,
        created_at  REAL NOT NULL,
        body        BLOB NOT NULL,
        search_text TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX messages_in_order ON messages (session_id, position)",
    """
    CREATE VIRTUAL TABLE message_search USING fts5 (
        search_text, content = 'messages', content_rowid = 'message_id', columnsize = 0,
        tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER messages_inserted AFTER INSERT ON messages WHEN new.search_text <> '' BEGIN
        INSERT INTO message_search (rowid, search_text) VALUES (new.message_id, new.search_text);
    END
    """,
    """
    CREATE TRIGGER messages_deleted AFTER DELETE ON messages WHEN old.search_text <> '' BEGIN
        INSERT INTO message_search (message_search, rowid, search_text)
        VALUES ('delete', old.message_id, old.search_text);
    END
    """,
    """
    CREATE TABLE steps (
        run_id             TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step               INTEGER NOT NULL,
        provider           TEXT NOT NULL,
        model              TEXT NOT NULL,
        attempt            INTEGER NOT NULL DEFAULT 0,
        started_at         REAL NOT NULL,
        request_sent_at    REAL,
        first_byte_at      REAL,
        first_delta_at     REAL,
        finished_at        REAL,
        input_tokens       INTEGER NOT NULL DEFAULT 0,
        output_tokens      INTEGER NOT NULL DEFAULT 0,
        cache_read_tokens  INTEGER NOT NULL DEFAULT 0,
        cache_write_tokens INTEGER NOT NULL DEFAULT 0,
        reasoning_tokens   INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (run_id, step)
    ) STRICT, WITHOUT ROWID
    """,
    # What is on screen of answers still being written. No index: the table holds a few thousand
    # rows of running runs at most, and each chunk of a stream would pay for it.
    """
    CREATE TABLE deltas (
        delta_id INTEGER PRIMARY KEY,
        run_id   TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step     INTEGER NOT NULL,
        kind     TEXT NOT NULL,
        at       REAL NOT NULL,
        text     TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE calls (
        run_id      TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step        INTEGER NOT NULL,
        call_id     TEXT NOT NULL,
        tier        TEXT NOT NULL,
        started_at  REAL,
        finished_at REAL,
        result      BLOB,
        PRIMARY KEY (run_id, step, call_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE preferences (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
