"""Serves the Prometheus page on this computer alone. Opened by the recording where a port is set.

Speaks as much HTTP as a scrape needs: one GET per connection. Requests that name another host are
refused, so that no web page can read it through a name of its own that points here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Final, Self

from roku_desktop.telemetry.cells import Cell
from roku_desktop.telemetry.prometheus import CONTENT_TYPE, page

_MAX_HEAD_BYTES: Final = 16 * 1024
_LIMIT_S: Final = 5.0
_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})


class PageServer:
    """`snapshot` gives copies of the totals; called on the loop."""

    def __init__(self, server: asyncio.Server, port: int) -> None:
        self._server = server
        self.port = port

    @classmethod
    async def open(cls, port: int, snapshot: Callable[[], Sequence[Cell]]) -> Self:
        """Listen on 127.0.0.1; port 0 = any free one. Raises `OSError` where the port is taken."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                async with asyncio.timeout(_LIMIT_S):
                    head = await reader.readuntil(b"\r\n\r\n")
                    status = _status_of(head)
                    body = await asyncio.to_thread(page, snapshot()) if status == "200 OK" else b""
                    writer.write(_answer(status, body))
                    await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", port, limit=_MAX_HEAD_BYTES)
        return cls(server, server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        self._server.close()
        await self._server.wait_closed()


def _status_of(head: bytes) -> str:
    request, *lines = head.decode("latin-1").split("\r\n")
    words = request.split(" ")
    if len(words) != 3 or words[0] != "GET":
        return "405 Method Not Allowed"
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
    }
    if headers.get("host", "").rpartition(":")[0] not in _HOSTS:
        return "403 Forbidden"
    return "200 OK" if words[1].partition("?")[0] == "/metrics" else "404 Not Found"


def _answer(status: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
