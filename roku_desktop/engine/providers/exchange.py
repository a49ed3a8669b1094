"""One HTTP request under way: its bytes, its timers and its end.

Owns the task that runs httpx, the joining of what one network read brought, and the watchdog over the
five limits (connect, first byte, idle, progress, whole). Knows nothing of SSE or of vendors; made by
`transport`, used by `chat`.

All of httpx runs in one task, so that its cancel scopes never meet the consumer's, and the consumer
waits for one future. There is one loop timer for each exchange; it looks at timestamps and moves itself
on, which costs nothing per chunk. Server pings count as bytes but not as progress, hence two clocks.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from roku_desktop.engine.settings import Resilience

if TYPE_CHECKING:
    import httpcore
    import httpx

Phase = Literal["connect", "first_byte", "idle", "progress", "whole"]

# Past this much unread the socket is left alone until the consumer has caught up.
MAX_UNREAD_BYTES: Final = 256 * 1024
# One read can hold hundreds of chunks; after so many the loop gets a turn (about 2 ms of work).
PIECES_PER_LOOP_TURN: Final = 128
MAX_REDIRECTS: Final = 5

# A write that failed is not the end: the server may have answered before reading everything.
_SENT: Final = frozenset({"http11.send_request_body.complete", "http11.send_request_body.failed"})


class DeadlinePassedError(Exception):
    """A limit passed; `phase` says which. Translated by `transport`."""

    def __init__(self, phase: Phase, limit_s: float) -> None:
        super().__init__(phase)
        self.phase = phase
        self.limit_s = limit_s


class BodyTooLargeError(Exception):
    """The answer is larger than any answer can be."""


class Exchange:
    """One request and its answer; enter it to send, leave it to close the connection.

    Methods raise httpx's exceptions, `DeadlinePassedError` and `BodyTooLargeError`; `transport` turns
    them into ours. For one consumer at a time.
    """

    def __init__(
        self, client: httpx.AsyncClient, request: httpx.Request, limits: Resilience, *, max_body_bytes: int
    ) -> None:
        self._client = client
        self._request = request
        self._limits = limits
        self._max_body_bytes = max_body_bytes
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._pieces: list[bytes] = []
        self._unread_bytes = 0
        self._connected = False
        self._sent = False
        self._tunnelling = False
        # A socket that has no TLS yet: httpcore forgets it when it is cancelled in the handshake.
        self._opening: httpcore.AsyncNetworkStream | None = None
        self._head: httpx.Response | None = None
        self._reading = False
        self._timer_at = 0.0
        # Loop times: the start, the last step or byte, the last content, the last return of `read`.
        self._started_at = self._moved_at = self._progress_at = self._returned_at = self._loop.time()

    async def __aenter__(self) -> Self:
        self._request.extensions["trace"] = self._trace
        self._task = self._loop.create_task(self._run(), name=f"http {self._request.url.host}")
        self._task.add_done_callback(lambda _task: self._wake())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            if not self._task.cancelled():
                self._task.exception()  # looked at, so that asyncio does not report it
        if self._opening is not None:
            await self._opening.aclose()

    @property
    def has_head(self) -> bool:
        """True once the status line and headers are here: what fails then fails in mid-answer."""
        return self._head is not None

    async def sent(self) -> None:
        """Wait until the request has been handed to the socket."""
        while not self._sent and self._head is None:
            await self._change()

    async def head(self) -> httpx.Response:
        """Wait for status and headers. The response's body is read by `read`, not through it."""
        while self._head is None:
            await self._change()
        return self._head

    async def read(self) -> bytes:
        """All that has arrived since the last call, at least one byte; empty at the end."""
        self._resume_clocks()
        while not self._pieces:
            if self._task is not None and self._task.done() and self._task.exception() is None:
                return b""
            await self._change()
        data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._unread_bytes = 0
        self._returned_at = self._loop.time()
        if not self._reading:
            self._reading = True
            self._progress_at = self._returned_at
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        return data

    def _resume_clocks(self) -> None:
        """A consumer that was busy elsewhere is not the server's silence: leave that time out."""
        now = self._loop.time()
        if self._reading:
            self._progress_at += now - self._returned_at
            self._moved_at = now
        if now - self._started_at > self._limits.stream_timeout_s:
            raise DeadlinePassedError("whole", self._limits.stream_timeout_s)

    def progressed(self) -> None:
        """What was read last had content in it."""
        self._progress_at = self._returned_at

    async def drain(self, grace_s: float) -> None:
        """Let the answer's framing end so that the connection can be used again, but not for long."""
        if self._task is not None:
            self._pieces.clear()
            await asyncio.wait((self._task,), timeout=grace_s)

    async def _change(self) -> None:
        """Wait until the task reports something; raise what ended it or the limit that passed."""
        assert self._task is not None
        if self._task.done():
            self._task.result()
            return
        self._waiter = self._loop.create_future()
        self._watch()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _run(self) -> None:
        response = await self._answered()
        try:
            self._head = response
            self._wake()
            encoded = response.headers.get("content-encoding", "identity") != "identity"
            pieces = response.aiter_bytes() if encoded else response.aiter_raw()
            total_bytes = in_turn = 0
            async for piece in pieces:
                total_bytes += len(piece)
                if total_bytes > self._max_body_bytes:
                    raise BodyTooLargeError
                self._pieces.append(piece)
                self._unread_bytes += len(piece)
                self._moved_at = self._loop.time()
                self._wake()
                in_turn += 1
                if self._unread_bytes > MAX_UNREAD_BYTES:
                    await self._until_read()
                elif in_turn >= PIECES_PER_LOOP_TURN:
                    in_turn = 0
                    await asyncio.sleep(0)
        finally:
            await response.aclose()

    async def _answered(self) -> httpx.Response:
        """The answer's head, after what the server itself sends elsewhere on itself.

        Never to another server: that would hand the key and the conversation to a stranger.
        """
        response = await self._client.send(self._request, stream=True)
        for _ in range(MAX_REDIRECTS):
            following = response.next_request
            if following is None or not _is_the_same(self._request, following):
                break
            await response.aclose()
            response = await self._client.send(following, stream=True)
        return response

    async def _until_read(self) -> None:
        self._room = self._loop.create_future()
        try:
            await self._room
        finally:
            self._room = None

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore tells what it does; this runs inside the task, between two of its steps."""
        if event == "connection.connect_tcp.complete":
            self._opening = info["return_value"]
        elif event == "http11.send_request_headers.started":
            # A proxy's CONNECT is part of connecting.
            self._tunnelling = info["request"].method == b"CONNECT"
            if not self._tunnelling:
                self._connected = True
                self._opening = None
            self._moved_at = self._loop.time()
        elif not self._tunnelling and event in _SENT:
            self._sent = True
            self._moved_at = self._loop.time()
            self._wake()

    def _watch(self) -> None:
        """Let the timer look no later than the next limit; tell the waiter if one has passed."""
        now = self._loop.time()
        phase, at, limit_s = min(self._deadlines(), key=lambda deadline: deadline[1])
        if at <= now:
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_exception(DeadlinePassedError(phase, limit_s))
            return
        if self._timer is not None:
            if now < self._timer_at <= at:
                return
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_at(at, self._watch)

    def _deadlines(self) -> list[tuple[Phase, float, float]]:
        """The limits that run now: name, end in loop time, length in seconds."""
        limits = self._limits
        running: list[tuple[Phase, float, float]] = [("whole", self._started_at, limits.stream_timeout_s)]
        if not self._connected:
            running.append(("connect", self._started_at, limits.connect_timeout_s))
        elif not self._reading:
            running.append(("first_byte", self._moved_at, limits.first_byte_timeout_s))
        else:
            running.append(("idle", self._moved_at, limits.idle_timeout_s))
            running.append(("progress", self._progress_at, limits.progress_timeout_s))
        return [(phase, since + limit_s, limit_s) for phase, since, limit_s in running]


def _is_the_same(request: httpx.Request, following: httpx.Request) -> bool:
    """Whether a redirect asks the same server for the same thing; some statuses turn a POST into a GET."""
    here, there = request.url, following.url
    return request.method == following.method and (here.scheme, here.host, here.port) == (
        there.scheme,
        there.host,
        there.port,
    )
