"""Plain SQL on an open connection, in the words of peewee's database: what a first word waits for needs no
more, and does not wait for peewee to be loaded. Used only in the connection's thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from roku_desktop.engine.storage.fetched_rows import FetchedRows

if TYPE_CHECKING:
    from roku_desktop.engine.storage.open_database import OpenDatabase


class Statements:
    """Runs statements; it neither opens nor closes, and transactions are `database.py`'s."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> FetchedRows:
        """Run one statement and fetch its rows at once: an open cursor would outlive the work."""
        cursor = self._connection.execute(sql, params or ())
        try:
            return FetchedRows(cursor)
        finally:
            cursor.close()

    @cached_property
    def peewee(self) -> OpenDatabase:
        """The same connection as peewee sees it: for the rare turns of what is otherwise plain."""
        from roku_desktop.engine.storage.open_database import OpenDatabase

        return OpenDatabase(self._connection)
