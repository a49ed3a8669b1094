"""peewee on a connection that is open already; used only in the thread that made it.

Loaded by `statements.py` when the first work wants it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from peewee import SqliteDatabase, __exception_wrapper__  # type: ignore[attr-defined]  # peewee's own stubs miss it

from roku_desktop.engine.storage.fetched_rows import FetchedRows


class OpenDatabase(SqliteDatabase):
    """Runs queries; it neither opens nor closes, and transactions are `database.py`'s."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__("roku.db", thread_safe=False, autoconnect=False)
        self._connection = connection

    @property
    def peewee(self) -> OpenDatabase:
        """Itself, as `Statements` have it."""
        return self

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Run one statement and fetch its rows at once.

        An open cursor would outlive the work in peewee's cycles, and keep the file open after `close`.
        """
        with __exception_wrapper__:
            cursor = self._connection.execute(sql, params or ())
            try:
                return FetchedRows(cursor)
            finally:
                cursor.close()

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement that returns nothing for each row."""
        with __exception_wrapper__:
            self._connection.executemany(sql, rows).close()

    def execute_script(self, sql: str) -> None:
        """Run statements to their end: `execute_sql` takes one step of those that return no rows."""
        with __exception_wrapper__:
            self._connection.executescript(sql)
