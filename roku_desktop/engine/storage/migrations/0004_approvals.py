"""What a person is asked and has decided, the rules they made, and a log that only grows.

The log refers to nothing, so that deleting a session leaves its lines; triggers keep them as they are.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """
    CREATE TABLE approvals (
        approval_id  TEXT PRIMARY KEY NOT NULL,
        session_id   TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        run_id       TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step         INTEGER NOT NULL,
        call_id      TEXT NOT NULL,
        state        TEXT NOT NULL,
        digest       TEXT NOT NULL,
        requested_at REAL NOT NULL,
        expires_at   REAL NOT NULL,
        shown_at     REAL,
        decided_at   REAL,
        started_at   REAL,
        finished_at  REAL,
        instance_id  TEXT NOT NULL,
        request      BLOB NOT NULL,
        decision     BLOB,
        result       BLOB
    ) STRICT, WITHOUT ROWID
    """,
    # A call has one request that counts, whatever the program believes.
    "CREATE UNIQUE INDEX approvals_of_call ON approvals (run_id, step, call_id) WHERE state <> 'replaced'",
    (
        "CREATE INDEX approvals_open ON approvals (requested_at) "
        "WHERE state IN ('requested', 'shown', 'approved', 'started', 'unknown')"
    ),
    "CREATE INDEX approvals_of_session ON approvals (session_id)",
    """
    CREATE TABLE rules (
        rule_id    TEXT PRIMARY KEY NOT NULL,
        session_id TEXT NOT NULL,
        workspace  TEXT NOT NULL,
        scope      TEXT NOT NULL,
        body       BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX rules_of_scope ON rules (scope)",
    # AUTOINCREMENT remembers the highest number, so that lines missing at the end are noticed.
    """
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at     REAL NOT NULL,
        what   TEXT NOT NULL,
        body   TEXT NOT NULL,
        hash   TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
        SELECT RAISE(ABORT, 'the audit log only grows');
    END
    """,
    """
    CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN
        SELECT RAISE(ABORT, 'the audit log only grows');
    END
    """,
    "ALTER TABLE sessions ADD COLUMN plan INTEGER NOT NULL DEFAULT 0",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
