"""A forward proxy that opens tunnels (`CONNECT`), as companies have them. Used by tests of networks."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from types import TracebackType
from typing import Self


class TunnelProxy:
    """A proxy on loopback. It finds every name of `.test` on this machine, as a company's proxy finds
    names that nobody else knows. `login` is the `name:password` it wants, empty = none.

    Attributes:
        targets: every `host:port` a tunnel was asked for.
    """

    def __init__(self, *, status: int = 200, login: str = "") -> None:
        self._login = login
        self.targets: list[str] = []
        self._status = status
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return self.url_with("")

    def url_with(self, login: str) -> str:
        """Its address with a login in it."""
        assert self._server is not None
        return f"http://{login}{'@' if login else ''}127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._tunnel(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            target = head.split()[1].decode()
            self.targets.append(target)
            wanted = b"Proxy-Authorization: Basic " + base64.b64encode(self._login.encode())
            status = 407 if self._login and wanted not in head else self._status
            writer.write(f"HTTP/1.1 {status} Scripted\r\n\r\n".encode())
            await writer.drain()
            if status == 200:
                host, _, port = target.rpartition(":")
                host = "127.0.0.1" if host.endswith(".test") else host
                far_reader, far_writer = await asyncio.open_connection(host, int(port))
                try:
                    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
                finally:
                    far_writer.transport.abort()
        finally:
            writer.transport.abort()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.transport.abort()
