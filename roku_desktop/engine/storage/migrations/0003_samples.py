"""Measurements as rows: what the metrics and the SLOs of any window are computed from.

A series is a name with its attributes, said once; a sample is then some 25 bytes.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """
    CREATE TABLE series (
        series_id  INTEGER PRIMARY KEY,
        name       TEXT NOT NULL,
        attributes TEXT NOT NULL,
        UNIQUE (name, attributes)
    ) STRICT
    """,
    """
    CREATE TABLE samples (
        series_id INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
        at        REAL NOT NULL,
        value     REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX samples_of_series ON samples (series_id, at, value)",
)


def up(_migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
