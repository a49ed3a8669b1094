"""One connection to the database and the one thread that may touch it.

Work is handed over whole and runs in that thread with plain SQLite or plain peewee, so a transaction
is one hop there and back, however many statements it has. The thread is started and the file opened
with the first work; peewee is loaded with the first work that wants it (20 ms, which a start that
only looks does not pay). Called by `database.py` alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import cached_property, partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from roku_desktop.engine.storage.statements import Statements


T = TypeVar("T")


class Connection:
    """Runs work in the order it comes in.

    Attributes, for work alone (in the connection's thread):
        sqlite: the open connection.
        plain: it takes statements, and has peewee where that is wanted.
    """

    sqlite: sqlite3.Connection

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._is_open = False

    @cached_property
    def plain(self) -> Statements:
        from roku_desktop.engine.storage.statements import Statements

        return Statements(self.sqlite)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, raise what it raises. A cancelled caller does not stop it."""
        if self._thread is None:
            # A daemon: an exit that skipped `aclose` (a bug, a second Ctrl-C) must not wait for it.
            self._thread = Thread(target=self._serve, name="database", daemon=True)
            self._thread.start()
        order = _Order(partial(self._do, work))
        self._orders.put(order)
        result: T = await order.done
        return result

    async def aclose(self) -> None:
        """Close it after the work that was handed over. It opens again if there is more to do."""
        if self._thread is None:
            return
        closing, thread = _Order(self._close), self._thread
        self._orders.put(closing)
        self._orders.put(None)
        self._thread = None
        await closing.done
        thread.join()  # it is returning

    def _serve(self) -> None:
        while (order := self._orders.get()) is not None and order.carry_out():
            del order  # it holds the result, which belongs to the caller

    def _do(self, work: Callable[[Connection], T]) -> T:
        if not self._is_open:
            self.sqlite = self._connect()
            self._is_open = True
        return work(self)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self.__dict__.pop("plain", None)
            self.sqlite.close()


class _Order:
    """Work for the thread, and the future of the loop that waits for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[Any] = self._loop.create_future()

    def carry_out(self) -> bool:
        """Do the work and tell; returns False where the loop has ended and nobody is left to tell."""
        try:
            settle = partial(self._settle, self.done.set_result, self._work())
        except BaseException as error:  # noqa: BLE001  # it is raised where the work is awaited
            settle = partial(self._settle, self.done.set_exception, error)
        try:
            self._loop.call_soon_threadsafe(settle)
        except RuntimeError:
            # Silently: a traceback written while Python takes itself apart is fatal where the main
            # thread holds the lock of the stream.
            return False
        return True

    def _settle(self, how: Callable[[Any], None], what: Any) -> None:
        if not self.done.done():
            how(what)
