"""The rows of one statement, read to their end, so that no cursor stays open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any


class FetchedRows:
    """What a cursor gave, in a cursor's words (PEP 249)."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.lastrowid = cursor.lastrowid
        self.rowcount = cursor.rowcount
        self.description = cursor.description
        self._rows = cursor.fetchall()
        self._unread = iter(self._rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._unread, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._unread)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._unread

    def close(self) -> None:
        """The cursor is closed already."""
