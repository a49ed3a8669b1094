"""A command and its whole process tree, as the engine holds them: start, output, end.

Owns the guard's process from birth to burial (`guard` is the other side), never what may run: that was
decided before. Plain `Popen` under a thread, because qasync's loop has no subprocesses. Memory stays
bounded however much a command prints; all of it is read, so that no command hangs on a full pipe.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Final, Literal

import msgspec

FROZEN_GUARD_WORD: Final = "process-guard"
"""In the single-file program `__main__` hands over to `guard.main` at this word."""

KEPT_BYTES: Final = 64 * 1024
"""Of the output, half from the start and half from the end."""

_CHUNK_BYTES: Final = 64 * 1024
_REPORT_BYTES: Final = 64 * 1024
_STOP_S: Final = 3.0


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """`argv[0]` is an absolute path; `environment` is all that the command gets."""

    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    timeout_s: float


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended. A negative `code` is the signal that ended it; `error` says why it didn't start."""

    end: Literal["exited", "timed_out", "stopped", "not_started"]
    code: int = 0
    error: str = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What was printed; `omitted_bytes` are missing between `head` and `tail`."""

    head: bytes
    tail: bytes
    omitted_bytes: int


async def run(command: Command) -> tuple[Ending, Output]:
    """Run it; returns when nothing of its tree is left. Cancelling ends the tree within 2 s.

    Raises OSError where not even the guard can be started.
    """
    starting = asyncio.ensure_future(asyncio.to_thread(_Child, command))
    try:
        child = await asyncio.shield(starting)
        await asyncio.shield(asyncio.wrap_future(child.buried))
    except asyncio.CancelledError:
        starting.add_done_callback(_hang_up)  # also when whoever waits here is cancelled once more
        await asyncio.wait([starting])
        if starting.exception() is None:
            await starting.result().stop()
        raise
    return child.ending(), child.output()


def _hang_up(started: asyncio.Future[_Child]) -> None:
    if not started.cancelled() and started.exception() is None:
        started.result().hang_up()


class _Child:
    """The guard's process and its three pipes."""

    def __init__(self, command: Command) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._printed_bytes = 0
        self._report = b""
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            _guard_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended; its report, or its absence, says so
            self._give(msgspec.json.encode(command) + b"\n")
        self.buried: Future[None] = Future()
        self.buried.set_running_or_notify_cancel()  # who stops waiting can't cancel it for the others
        threading.Thread(target=self._watch, name="command", daemon=True).start()

    async def stop(self) -> None:
        """Wait for the end after `hang_up`; a guard that doesn't come to it is killed."""
        await asyncio.wait([asyncio.wrap_future(self.buried)], timeout=_STOP_S)
        if not self.buried.done():
            self._process.kill()

    def _give(self, order: bytes) -> None:
        assert self._process.stdin is not None
        rest = memoryview(order)
        while rest:
            rest = rest[self._process.stdin.write(rest) :]

    def _watch(self) -> None:
        """Read all there is, then bury the guard."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        while chunk := self._process.stdout.read(_CHUNK_BYTES):
            self._keep(chunk)
        while chunk := self._process.stderr.read(_CHUNK_BYTES):
            self._report = (self._report + chunk)[-_REPORT_BYTES:]
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        self.buried.set_result(None)

    def _keep(self, chunk: bytes) -> None:
        self._printed_bytes += len(chunk)
        room = KEPT_BYTES // 2 - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        del self._tail[: -KEPT_BYTES // 2]

    def hang_up(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def ending(self) -> Ending:
        try:
            return msgspec.json.decode(self._report, type=Ending)
        except msgspec.DecodeError:
            return Ending(end="not_started", error="the process that watches over commands ended early")

    def output(self) -> Output:
        head, tail = bytes(self._head), bytes(self._tail)
        return Output(head=head, tail=tail, omitted_bytes=self._printed_bytes - len(head) - len(tail))


def _guard_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, FROZEN_GUARD_WORD)
    return (sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")))
