"""The audit log: who was asked what, what they decided, what started and how it ended. It only grows.

Each line is chained to the one before it by a hash, so that a line that was changed, removed or put in
between is found, with its place. It guards against accidents and against quiet edits; somebody who
rewrites the whole chain leaves no trace in it. Called within the transaction of what it tells of.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from roku_desktop.engine.decisions import AuditEntry

_FIRST: Final = ""
_PAGE_ROWS: Final = 2000


def write(db: Any, at: float, what: str, **facts: object) -> None:
    """Add a line; facts that are empty are left out. `at` is Unix seconds."""
    body = msgspec.json.encode({name: fact for name, fact in facts.items() if fact not in ("", None, ())})
    last = db.execute_sql("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    number, before = last or (0, _FIRST)
    text = body.decode()
    db.execute_sql(
        "INSERT INTO audit (number, at, what, body, hash) VALUES (?, ?, ?, ?, ?)",
        (number + 1, at, what, text, _hash(before, number + 1, at, what, text)),
    )


def entries(db: Any, limit: int) -> list[AuditEntry]:
    """The newest lines, oldest first."""
    rows = db.execute_sql(
        "SELECT number, at, what, body, hash FROM audit ORDER BY number DESC LIMIT ?", (limit,)
    ).fetchall()
    return [
        AuditEntry(number=number, at=at, what=what, body=body, hash=digest)
        for number, at, what, body, digest in reversed(rows)
    ]


def findings(db: Any) -> list[str]:
    """A sentence where the chain is broken first; nothing if it is whole."""
    number, before = 0, _FIRST
    while rows := db.execute_sql(
        "SELECT number, at, what, body, hash FROM audit WHERE number > ? ORDER BY number LIMIT ?",
        (number, _PAGE_ROWS),
    ).fetchall():
        for found, at, what, body, digest in rows:
            if found != number + 1:
                return [_broken(number + 1, "it is missing")]
            if digest != _hash(before, found, at, what, body):
                return [_broken(found, "it, or the one before it, was changed after it was written")]
            number, before = found, digest
    highest = db.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    if highest is not None and highest[0] > number:
        return [_broken(number + 1, "it is missing")]
    return []


def _broken(number: int, how: str) -> str:
    return f"The audit log is broken at entry {number}: {how}."


def _hash(before: str, number: int, at: float, what: str, body: str) -> str:
    return hashlib.sha256(msgspec.json.encode([before, number, at, what, body])).hexdigest()
