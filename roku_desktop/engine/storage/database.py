"""The database as the event loop sees it: one connection that writes, two that read.

Each connection has a thread, which is aiosqlite's; peewee's asyncio module pools them. Work runs as a
whole in the thread of its connection, with plain peewee: a transaction is one hop there and back,
however many statements it has, where pwasyncio would take three hops for each statement. That is half
of what the first token may cost (docs/decisions/0003). A connection is made by `opening.py` inside its
thread, checks and migration included, and waited for without a timer, because the lock around each
use already orders the callers.

Owns transactions and what cancelling does to them. Called by `store.py` alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, Final, TypeVar

import aiosqlite
from aiosqlite.core import _connection_worker_thread
from peewee import SqliteDatabase, __exception_wrapper__  # type: ignore[attr-defined]  # peewee's own stubs miss it
from playhouse.pwasyncio import AsyncSqliteConnection, AsyncSqliteDatabase, AsyncSqlitePool, CursorAdapter

from roku_desktop.engine.errors import StorageError
from roku_desktop.engine.storage.failures import translated
from roku_desktop.engine.storage.layout import Layout
from roku_desktop.engine.storage.opening import connect

READERS: Final = 2

T = TypeVar("T")
Connector = Callable[[], sqlite3.Connection]


class InThread(SqliteDatabase):
    """peewee on a connection that is open already; used only in the thread that made it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__("roku.db", thread_safe=False, autoconnect=False)
        self._connection = connection

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Run one statement and fetch its rows at once.

        An open cursor would outlive the work in peewee's cycles, and keep the file open after `close`.
        """
        with __exception_wrapper__:
            cursor = self._connection.execute(sql, params or ())
            try:
                return CursorAdapter(
                    cursor.fetchall(),
                    lastrowid=cursor.lastrowid,
                    rowcount=cursor.rowcount,
                    description=cursor.description,
                )
            finally:
                cursor.close()

    def execute_script(self, sql: str) -> None:
        """Run statements to their end: `execute_sql` takes one step of those that return no rows."""
        with __exception_wrapper__:
            self._connection.executescript(sql)


def _serve(requests: Any) -> None:
    """aiosqlite's thread, silent where its loop ended before it: nobody is left to tell.

    Else it would write a traceback while Python takes itself apart, which is fatal where the main
    thread holds the lock of the stream.
    """
    with suppress(RuntimeError):  # "Event loop is closed"; what the work itself raises goes to its caller
        _connection_worker_thread(requests)


class Connection(AsyncSqliteConnection):  # type: ignore[misc]  # playhouse ships no types
    """A connection and its thread."""

    def __init__(self, conn: aiosqlite.Connection) -> None:
        super().__init__(conn)
        self._peewee = InThread(conn._conn)  # noqa: SLF001  # as pwasyncio does to reach the driver

    async def run(self, work: Callable[[Any], T]) -> T:
        """Run `work` in the connection's thread; it gets peewee's database."""
        return await self.conn._execute(work, self._peewee)  # type: ignore[no-any-return]  # noqa: SLF001  # likewise


class Pool(AsyncSqlitePool):  # type: ignore[misc]  # playhouse ships no types
    """Connections made by `connector`, each in a thread of its own."""

    def __init__(self, connector: Connector, size: int) -> None:
        super().__init__("", pool_size=size)
        self._connector = connector
        self._threads: list[Any] = []
        self._made = 0

    async def initialize(self) -> Pool:
        """Make the first connection; the others come when they are wanted."""
        self._queue.put_nowait(await self._make())
        return self

    async def _make(self) -> Connection:
        self._made += 1
        try:
            return await self._create_connection()
        except BaseException:
            self._made -= 1
            raise

    async def _create_connection(self) -> Connection:
        opening = aiosqlite.Connection(self._connector, iter_chunk_size=64)
        opening._thread = Thread(target=_serve, args=(opening._tx,))  # noqa: SLF001  # see `_serve`
        # Otherwise an exit that skipped `aclose` (a bug, a second Ctrl-C) would wait for it for ever.
        opening._thread.daemon = True  # noqa: SLF001  # aiosqlite offers no way to say it
        self._threads.append(opening._thread)  # noqa: SLF001  # nor to wait for its end
        return Connection(await opening)

    async def acquire(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109  # the base class has it
        if self._queue.empty() and self._made < self._pool_size:
            return await self._make()
        return await self._queue.get()

    async def close(self) -> None:
        await super().close()
        for thread in self._threads:
            thread.join()  # it has closed its connection and is returning


class PooledDatabase(AsyncSqliteDatabase):  # type: ignore[misc]  # playhouse ships no types
    """peewee's database over such a pool; transactions take the write lock at once."""

    def __init__(self, connector: Connector, size: int) -> None:
        super().__init__("roku.db", lock_type="IMMEDIATE", pool_size=size)
        self._connector = connector
        self._size = size
        self._pool: Any = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        async with self._starting:
            if self._pool is None:
                self._pool = await self._create_pool_async()

    async def run_inside(self, work: Callable[[Any], T]) -> T:
        """Run `work` as a whole in the thread of a connection, which the caller gives back by `aclose`."""
        connection = await self.aconnect()
        return await connection.run(work)  # type: ignore[no-any-return]  # untyped

    async def _create_pool_async(self) -> Pool:
        pool = Pool(self._connector, self._size)
        try:
            await pool.initialize()
        except BaseException:
            await pool.close()
            raise
        return pool

    async def _acquire_conn_async(self) -> Any:
        if self._pool is None:
            await to_its_end(self.start())
        connection = await self._pool.acquire()
        connection._pool = self._pool  # noqa: SLF001  # how pwasyncio knows where it belongs
        return connection


class Database:
    """Reads and writes of one home. Everything raised is an error of `engine.errors`, or a bug.

    Work is a plain function that gets the peewee database and may run any number of statements. It
    must not await or do other I/O.
    """

    def __init__(self, layout: Layout, prepare: Callable[[], None]) -> None:
        prepared = False

        def connect_writer() -> sqlite3.Connection:
            nonlocal prepared
            with translated(layout):
                if not prepared:  # else the pool replaces a connection that broke
                    prepare()
                    prepared = True
                return connect(layout)

        self._layout = layout
        self._writer = PooledDatabase(connect_writer, 1)
        self._readers = PooledDatabase(lambda: connect(layout), READERS)
        self._writing = asyncio.Lock()
        self._reading = asyncio.Semaphore(READERS)
        self._closed = False

    async def start(self) -> None:
        """Open, create or migrate the file. Raises `StorageError`, nothing left behind."""
        await to_its_end(self._writer.start())

    async def write(self, work: Callable[[Any], T]) -> T:
        """Run `work` in one transaction: durable when this returns, undone when it raises.

        It is finished even if the caller is cancelled meanwhile.
        """

        return await to_its_end(self._exclusively(partial(_transaction, work)))

    async def write_one(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run one statement, a transaction of its own: the short way for what a stream writes."""
        await to_its_end(self._exclusively(lambda db: db.execute_sql(sql, parameters)))

    async def outside_transaction(self, work: Callable[[Any], T]) -> T:
        """Run `work` on the writing connection without a transaction: for VACUUM and the like."""
        return await to_its_end(self._exclusively(work))

    async def read(self, work: Callable[[Any], T]) -> T:
        """Run `work` on what was last committed; never waits for a writer."""
        with translated(self._layout):
            async with self._reading:
                self._refuse_if_closed()
                try:
                    return await self._readers.run_inside(work)
                finally:
                    await self._readers.aclose()  # gives the connection back to the pool

    async def aclose(self) -> None:
        """Close every connection; the writer comes last and merges the log into the file."""
        self._closed = True
        for _ in range(READERS):
            await self._reading.acquire()  # each read under way ends first
        async with self._writing:
            await self._readers.close_pool()
            await self._writer.close_pool()
        for _ in range(READERS):
            self._reading.release()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StorageError("The database has been closed, because the program is ending.")

    async def _exclusively(self, work: Callable[[Any], T]) -> T:
        with translated(self._layout):
            async with self._writing:
                self._refuse_if_closed()
                try:
                    return await self._writer.run_inside(work)
                finally:
                    await self._writer.aclose()  # gives the connection back to the pool


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


def _transaction(work: Callable[[Any], T], db: Any) -> T:
    # No ROLLBACK here: SQLite may have done it by itself (full disk), and a failing one would hide
    # why. Whatever is left open is rolled back when the pool gets the connection back.
    db.execute_sql("BEGIN IMMEDIATE")
    result = work(db)
    db.execute_sql("COMMIT")
    return result
