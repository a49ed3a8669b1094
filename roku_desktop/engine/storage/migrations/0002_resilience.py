"""What outlives a run: breakers, the ledger of costs, and the trouble a run had on its way.

The ledger refers to no session, so that deleting one loses no money spent.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "CREATE TABLE breakers (provider TEXT PRIMARY KEY NOT NULL, state BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE costs (
        day           TEXT NOT NULL,
        provider      TEXT NOT NULL,
        model         TEXT NOT NULL,
        answers       INTEGER NOT NULL DEFAULT 0,
        input_tokens  INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        cost_usd      REAL NOT NULL DEFAULT 0,
        unknown       INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (day, provider, model)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE incidents (
        incident_id INTEGER PRIMARY KEY,
        run_id      TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        body        BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX incidents_of_run ON incidents (run_id)",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
