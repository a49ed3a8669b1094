"""A scriptable HTTP server over real sockets that answers as told, faults included.

It speaks whatever a script says: OpenAI's two wires and Anthropic's come ready from `fault_streams`. Each
POST takes the next `Reply` of the script (the last one repeats; one may be made of the request) and is
recorded; `GET …/models`, other GETs and POSTs to a path of `routes` are answered from these. Three ways to
use it:

    async with FaultServer([Reply(body=openai_stream(["Hi"]))]) as server: …      in a test's loop
    with serve_in_thread([…]) as server: …                                        beside a blocking test
    python -m tests.support.fault_server --script file.json                       as a process

The process prints one line, `{"port": n}`. A JSON script looks like this (`before` puts an action
ahead of the n-th body piece):

    {"replies": [{"openai": {"text_chunks": ["a", "b"]}, "before": {"2": {"gate": "go"}}},
                 {"anthropic": {"text_chunks": ["a"], "tool_calls": [["id", "Read", "{}"]]}},
                 {"status": 503, "headers": {"Retry-After": "1"}, "body": ["text", {"pause_s": 0.1},
                  {"stall": true}, {"cut": "rst"}], "framing": "length"}]}

From outside, `POST /_gates/<name>` opens a gate, `GET /_gates/<name>` waits until someone stands
before it, `GET /_requests` lists what was recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.support.fault_connection import Answering, ClientGoneError, Request, read_request
from tests.support.fault_replies import (
    Cut,
    Gate,
    Pause,
    Repeat,
    Reply,
    Stall,
    anthropic_error,
    json_reply,
    openai_error,
    script_from,
)
from tests.support.fault_streams import anthropic_stream, openai_stream, responses_stream, sse, tool_call

__all__ = [
    "Cut",
    "FaultServer",
    "Gate",
    "Pause",
    "Repeat",
    "Reply",
    "Request",
    "Stall",
    "ThreadedFaultServer",
    "anthropic_error",
    "anthropic_stream",
    "json_reply",
    "openai_error",
    "openai_stream",
    "responses_stream",
    "serve_in_thread",
    "sse",
    "tool_call",
]

T = TypeVar("T")


# Both wires list models under `data`; each client reads what it knows.
MODELS = json_reply(
    200,
    {
        "object": "list",
        "data": [{"id": "test-model", "object": "model", "type": "model", "display_name": "Test model"}],
        "has_more": False,
    },
)


class FaultServer:
    """The server, inside the running loop.

    Attributes:
        requests: every scripted request so far, in order (control requests are left out).
        gets: every GET, and every POST to a path of `routes`, that was answered from these.
    """

    def __init__(
        self,
        replies: Sequence[Reply | Callable[[Request], Reply]],
        *,
        routes: Mapping[str, Reply] | None = None,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.requests: list[Request] = []
        self.gets: list[Request] = []
        self._replies = list(replies)
        self._routes = {"/v1/models": MODELS, "/models": MODELS, **(routes or {})}
        self._tls = tls
        self.port = port  # 0 until the server is entered: then the one it got
        self._gates: dict[str, asyncio.Event] = {}
        self._reached: dict[str, asyncio.Event] = {}
        self._arrived = asyncio.Condition()
        self._connections = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self._tls, limit=2**26
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
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
        """The base URL an Anthropic client is given; OpenAI's has `/v1` (`openai_url`)."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        return self.url + "/v1"

    def open(self, gate: str) -> None:
        self._gates.setdefault(gate, asyncio.Event()).set()

    async def reached(self, gate: str) -> None:
        """Wait until a reply stands before that gate: all pieces ahead of it have been sent."""
        await self._reached.setdefault(gate, asyncio.Event()).wait()

    async def arrived(self, count: int) -> Request:
        """Wait for the `count`-th scripted request and return it."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    def then(self, *replies: Reply) -> None:
        """Answer from now on with these."""
        self._replies = self._replies[: len(self.requests)] + list(replies)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = next(self._connections)
        if self._tls is None:  # a TLS transport without a buffer never drains
            writer.transport.set_write_buffer_limits(0)  # drain() then means: handed to the kernel
        try:
            while (request := await read_request(reader, connection)) is not None:
                if not await self._respond(request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, ClientGoneError):
            pass
        finally:
            writer.transport.abort()

    async def _respond(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; True if the connection may carry another."""
        reply = await self._control(request) or await self._choose(request)
        try:
            return await Answering(request, reader, writer, self._wait_at).send(reply)
        except (ConnectionError, ClientGoneError):
            request.client_gone.set()
            raise

    async def _choose(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        if request.method != "POST" or path in self._routes or not self._replies:
            self.gets.append(request)
            return self._routes.get(path, json_reply(404, {"error": {"message": "not found"}}))
        async with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        reply = self._replies[min(len(self.requests), len(self._replies)) - 1]
        return reply(request) if callable(reply) else reply

    async def _control(self, request: Request) -> Reply | None:
        if request.path == "/_requests":
            known = [
                {"path": r.path, "headers": dict(r.headers), "body": r.body.decode()} for r in self.requests
            ]
            return json_reply(200, known)
        if not request.path.startswith("/_gates/"):
            return None
        gate = request.path.removeprefix("/_gates/")
        if request.method == "POST":
            self.open(gate)
        else:
            await self.reached(gate)
        return json_reply(200, {})

    async def _wait_at(self, gate: str) -> None:
        self._reached.setdefault(gate, asyncio.Event()).set()
        await self._gates.setdefault(gate, asyncio.Event()).wait()


class ThreadedFaultServer:
    """A fault server in a thread with its own loop, for tests that block."""

    def __init__(self, server: FaultServer, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self.port = server.port
        self.url = server.url
        self.openai_url = server.openai_url

    @property
    def requests(self) -> list[Request]:
        return list(self._server.requests)

    @property
    def gets(self) -> list[Request]:
        return list(self._server.gets)

    def open(self, gate: str) -> None:
        self._loop.call_soon_threadsafe(self._server.open, gate)

    def reached(self, gate: str, timeout_s: float = 30.0) -> None:
        self._wait(self._server.reached(gate), timeout_s)

    def arrived(self, count: int, timeout_s: float = 30.0) -> Request:
        return self._wait(self._server.arrived(count), timeout_s)

    def _wait(self, coroutine: Coroutine[Any, Any, T], timeout_s: float) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout_s)


@contextlib.contextmanager
def serve_in_thread(
    replies: Sequence[Reply], *, routes: Mapping[str, Reply] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[ThreadedFaultServer]:
    """Serve beside a test that blocks; everything is gone when the block ends."""
    ready = threading.Event()
    box: list[tuple[FaultServer, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        stop = asyncio.Event()
        async with FaultServer(replies, routes=routes, tls=tls) as server:
            box.append((server, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="fault-server", daemon=True)
    thread.start()
    if not ready.wait(30.0):
        raise RuntimeError("the fault server did not start")
    server, loop, stop = box[0]
    try:
        yield ThreadedFaultServer(server, loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30.0)


async def serve_script(script: Path, port: int) -> None:
    async with FaultServer(script_from(script.read_text("utf-8")), port=port) as server:
        print(json.dumps({"port": server.port}), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a script of replies on 127.0.0.1.")
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve_script(options.script, options.port))


if __name__ == "__main__":
    main()
