"""A sub-agent's conversation is a session that belongs to a call of another one's run, and ends with it."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE sessions ADD COLUMN parent_run_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN parent_call_id TEXT NOT NULL DEFAULT ''",
    "CREATE UNIQUE INDEX sub_agents ON sessions (parent_run_id, parent_call_id) WHERE parent_run_id <> ''",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
