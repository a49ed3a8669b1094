"""The desktop's message bus (D-Bus), for the few things that only it can do: keys, messages with buttons.

Owns one connection while it is open. jeepney speaks it, which the keyring brings along: Qt's own module
can't say a number without a sign from Python, and every notification begins with one. Used by
`hotkey/portal.py` and `notices/`; on Linux and the BSDs alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from jeepney import DBusAddress, MatchRule, Message, MessageType, message_bus, new_method_call
from jeepney.io.asyncio import DBusRouter, Proxy, open_dbus_router
from jeepney.io.common import RouterClosed


class BusError(Exception):
    """There is no bus, or nobody on it who could do what was asked."""


class SessionBus:
    """An open connection.

    Attributes:
        name: our own on the bus, for instance ":1.42".
    """

    def __init__(self, router: DBusRouter) -> None:
        self._router = router
        self.name: str = router.unique_name

    async def call(self, to: DBusAddress, method: str, signature: str, *body: object) -> tuple[Any, ...]:
        """Ask and return the answer's body. Raises `BusError`."""
        try:
            reply = await self._router.send_and_get_reply(new_method_call(to, method, signature, body))
        except (OSError, EOFError, RouterClosed) as error:
            raise BusError(str(error)) from error
        if reply.header.message_type is MessageType.error:
            raise BusError(str(reply.body[0]) if reply.body else "refused")
        answer: tuple[Any, ...] = reply.body
        return answer

    @asynccontextmanager
    async def signals(self, rule: MatchRule) -> AsyncIterator[asyncio.Queue[Message]]:
        """Signals that match, from the beginning of the block on, in a queue. Raises `BusError`."""
        queue: asyncio.Queue[Message] = asyncio.Queue()
        with self._router.filter(rule, queue=queue):
            try:
                await Proxy(message_bus, self._router).AddMatch(rule)
            except Exception as error:
                raise BusError(str(error)) from error
            yield queue


@asynccontextmanager
async def session_bus() -> AsyncIterator[SessionBus]:
    """Connect for the length of the block. Raises `BusError` where there is no bus."""
    opening = open_dbus_router("SESSION")
    try:
        router = await opening.__aenter__()
    except Exception as error:
        raise BusError(str(error)) from error
    try:
        yield SessionBus(router)
    finally:
        with contextlib.suppress(OSError, EOFError, RuntimeError):  # the bus went away before us
            await opening.__aexit__(None, None, None)
