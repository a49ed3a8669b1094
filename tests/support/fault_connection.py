"""One connection of the fault server: reading a request, playing a reply byte by byte."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.fault_replies import Action, Cut, Gate, Pause, Repeat, Reply, Stall


@dataclass(frozen=True)
class Request:
    """What a client sent. `headers` are lower-case; `at` is monotonic seconds; `connection` numbers
    the TCP connection it came on; `target` is the request line's own, absolute through a proxy."""

    at: float
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    client_gone: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)

    @property
    def path(self) -> str:
        rest = self.target.split("://", 1)[-1]
        return rest if rest.startswith("/") else "/" + rest.partition("/")[2]

    def json(self) -> Any:
        return json.loads(self.body)


class ClientGoneError(Exception):
    """The client closed the connection while we were answering."""


async def read_request(reader: asyncio.StreamReader, connection: int) -> Request | None:
    """Parse one request; None at a clean end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    line, *rest = head.decode("latin-1").split("\r\n")
    method, target, _version = line.split(" ", 2)
    headers = {}
    for item in filter(None, rest):
        name, _, value = item.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(time.monotonic(), method, target, headers, body, connection)


class Answering:
    """One reply on its way to one client."""

    def __init__(
        self,
        request: Request,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        wait_at: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self._wait_at = wait_at
        self._request = request
        self._reader = reader
        self._writer = writer
        self._sent_bytes = 0

    async def send(self, reply: Reply) -> bool:
        """Send it; False if the connection has ended with it."""
        for action in reply.before_head:
            if not await self._act(action, reply, framed=False):
                return False
        if reply.raw is not None:
            await self._write(reply.raw)
            return False
        await self._write(head_of(reply))
        for action in reply.body:
            if not await self._act(action, reply, framed=True):
                return False
        if reply.framing == "chunked":
            await self._write(b"0\r\n\r\n")
        return reply.framing != "close"

    async def _act(self, action: Action, reply: Reply, *, framed: bool) -> bool:
        match action:
            case bytes():
                return await self._piece(action, reply, framed=framed)
            case Pause():
                await self._or_gone(asyncio.sleep(action.seconds))
            case Gate():
                await self._or_gone(self._wait_at(action.name))
            case Stall():
                await self._or_gone(asyncio.Event().wait())
            case Cut():
                self._end(action.how)
                return False
            case Repeat():
                rounds = itertools.count() if action.times is None else range(action.times)
                for _ in rounds:
                    if not await self._piece(action.piece, reply, framed=framed):
                        return False
                    if action.every_s:
                        await self._or_gone(asyncio.sleep(action.every_s))
        return True

    async def _piece(self, piece: bytes, reply: Reply, *, framed: bool) -> bool:
        if not framed:
            await self._write(piece)
            return True
        left = len(piece) if reply.cut_at is None else reply.cut_at - self._sent_bytes
        part = piece[: max(left, 0)]
        self._sent_bytes += len(part)
        if part:
            chunk = b"%x\r\n%b\r\n" % (len(part), part) if reply.framing == "chunked" else part
            await self._write(chunk)
        if reply.cut_at is not None and self._sent_bytes >= reply.cut_at:
            self._end(reply.cut)
            return False
        return True

    async def _write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _or_gone(self, waiting: Coroutine[Any, Any, object]) -> None:
        """Wait for it, but no longer than the client does."""
        gone = asyncio.ensure_future(self._reader.read(1))
        wanted = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait((gone, wanted), return_when=asyncio.FIRST_COMPLETED)
            if not wanted.done():
                raise ClientGoneError
        finally:
            for task in (gone, wanted):
                task.cancel()
            await asyncio.gather(gone, wanted, return_exceptions=True)

    def _end(self, how: Literal["fin", "rst"]) -> None:
        if how == "rst":
            raw = self._writer.get_extra_info("socket")
            # A zero linger turns close() into a reset; Windows takes two shorts.
            zero_linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, zero_linger)
        self._writer.transport.abort()


def head_of(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} Scripted"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if reply.framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
    elif reply.framing == "length":
        size = sum(len(action) for action in reply.body if isinstance(action, bytes))
        lines.append(f"Content-Length: {size}")
    else:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
