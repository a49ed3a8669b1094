"""The database as the event loop sees it: one connection that writes, two that read.

Each has a thread of its own (`connection.py`). The file is made ready by `opening.py` in the writer's
thread, checks and migration included. Owns transactions and what cancelling does to them. Called by
`store.py` alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from roku_desktop.engine.errors import StorageError
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.connection import Connection
from roku_desktop.engine.storage.failures import translated
from roku_desktop.engine.storage.layout import Layout
from roku_desktop.engine.storage.opening import connect

if TYPE_CHECKING:
    from roku_desktop.engine.storage.statements import Statements

READERS: Final = 2

T = TypeVar("T")


class Database:
    """Reads and writes of one home. Everything raised is an error of `engine.errors`, or a bug.

    Work is a plain function that gets the peewee database and may run any number of statements. It
    must not await or do other I/O.
    """

    def __init__(self, layout: Layout, prepare: Callable[[], None]) -> None:
        def connect_writer() -> sqlite3.Connection:
            prepare()
            return connect(layout)

        self._layout = layout
        self._writer = Connection(connect_writer)
        self._readers = [Connection(partial(connect, layout)) for _ in range(READERS)]
        self._idle = list(self._readers)  # the last one is used first, so that most are never opened
        self._writing = asyncio.Lock()
        self._reading = asyncio.Semaphore(READERS)
        self._closed = False

    async def start(self) -> None:
        """Open, create or migrate the file. Raises `StorageError`, nothing left behind."""
        try:
            await to_its_end(self._exclusively(lambda connection: None))
        except BaseException:
            await self._writer.aclose()
            raise

    async def write(self, work: Callable[[Any], T]) -> T:
        """Run `work` in one transaction: durable when this returns, undone when it raises.

        It is finished even if the caller is cancelled meanwhile.
        """
        return await self.write_plain(lambda db: work(db.peewee))

    async def write_plain(self, work: Callable[[Statements], T]) -> T:
        """The same for work that does without peewee, which is then not loaded."""
        return await to_its_end(self._exclusively(partial(_transaction, work)))

    async def write_one(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run one statement, a transaction of its own: the short way for what a stream writes."""
        await to_its_end(self._exclusively(partial(_rows, sql, parameters)))

    async def outside_transaction(self, work: Callable[[Any], T]) -> T:
        """Run `work` on the writing connection without a transaction: for VACUUM and the like."""
        return await to_its_end(self._exclusively(lambda connection: work(connection.plain.peewee)))

    async def read(self, work: Callable[[Any], T]) -> T:
        """Run `work` on what was last committed; never waits for a writer."""
        return await self.read_plain(lambda db: work(db.peewee))

    async def read_plain(self, work: Callable[[Statements], T]) -> T:
        """The same for work that does without peewee."""
        return await self._read(lambda connection: work(connection.plain))

    async def read_rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What one query finds: the way of what a start asks for, which does without peewee."""
        return await self._read(partial(_rows, sql, parameters))

    async def aclose(self) -> None:
        """Close every connection; the writer comes last and merges the log into the file."""
        self._closed = True
        for _ in range(READERS):
            await self._reading.acquire()  # each read under way ends first
        async with self._writing:
            for reader in self._readers:
                await reader.aclose()
            await self._writer.aclose()
        for _ in range(READERS):
            self._reading.release()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StorageError(said("The database has been closed, because the program is ending."))

    async def _read(self, work: Callable[[Connection], T]) -> T:
        with translated(self._layout):
            async with self._reading:
                self._refuse_if_closed()
                reader = self._idle.pop()
                try:
                    return await reader.run(work)
                finally:
                    self._idle.append(reader)

    async def _exclusively(self, work: Callable[[Connection], T]) -> T:
        with translated(self._layout):
            async with self._writing:
                self._refuse_if_closed()
                return await self._writer.run(work)


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; a cancellation of the caller waits until it has ended, then goes on."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue  # one reason to stop is enough: it is raised below
        if not task.cancelled():
            task.exception()  # the cancellation is what the caller asked for; this was seen
        raise


def _transaction(work: Callable[[Statements], T], connection: Connection) -> T:
    sqlite = connection.sqlite
    sqlite.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection.plain)
        sqlite.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back by itself (a full disk); a failing ROLLBACK would hide why.
        with suppress(sqlite3.Error):
            sqlite.rollback()
        raise
    return result


def _rows(sql: str, parameters: Sequence[Any], connection: Connection) -> list[tuple[Any, ...]]:
    return connection.sqlite.execute(sql, parameters).fetchall()
