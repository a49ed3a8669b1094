"""A command and its whole process tree, as the engine holds them: start, output, end.

Owns the guard's process from birth to burial (`guard` is the other side), never what may run: that was
decided before. Plain `Popen` under threads, because qasync's loop has no subprocesses. Memory stays
bounded however much a command prints; all of it is read, so that no command hangs on a full pipe.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Final, Literal

import msgspec

from roku_desktop.engine.processes.whole_output import WholeOutput

FROZEN_GUARD_WORD: Final = "process-guard"
"""In the single-file program `__main__` hands over to `guard.main` at this word."""

KEPT_BYTES: Final = 64 * 1024

_CHUNK_BYTES: Final = 64 * 1024
_REPORT_BYTES: Final = 64 * 1024
_STOP_S: Final = 3.0
_LINGER_S: Final = 0.5
"""Of the output after the guard's end: what escaped it (sudo; setsid on macOS) may hold the pipe for ever."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """`argv[0]` is an absolute path; `environment` is all that the command gets.

    `record` is a file in which the guard says how it ended, also when nobody is left to be told;
    empty = none.
    """

    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    timeout_s: float
    record: str = ""


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the output: half of `size_bytes` from its start and half from its end.

    Where it is more than that, all of it goes into the file `whole`, if one is named.
    """

    size_bytes: int = KEPT_BYTES
    whole: Path | None = None


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended. A negative `code` is the signal that ended it; `error` says why it didn't start."""

    end: Literal["exited", "timed_out", "stopped", "not_started"]
    code: int = 0
    error: str = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What was printed; `omitted_bytes` are missing between `head` and `tail`.

    `whole` is the file that has all of it, or its first `whole_bytes`; None where there is none.
    """

    head: bytes
    tail: bytes
    omitted_bytes: int
    whole: Path | None = None
    whole_bytes: int = 0


async def run(command: Command, keep: Keep = Keep()) -> tuple[Ending, Output]:  # noqa: B008  # frozen
    """Run it; returns when nothing of its tree is left. Cancelling ends the tree within 2 s.

    Raises OSError where not even the guard can be started.
    """
    starting = asyncio.ensure_future(asyncio.to_thread(_Child, command, keep))
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

    def __init__(self, command: Command, keep: Keep) -> None:
        self._half_bytes = keep.size_bytes // 2
        self._lock = threading.Lock()
        self._head = bytearray()
        self._tail = bytearray()
        self._printed_bytes = 0
        self._whole = WholeOutput(keep.whole, unless_within=2 * self._half_bytes) if keep.whole else None
        self._report = b""
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            _guard_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=_guard_environment(command),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended; its report, or its absence, says so
            self._give(msgspec.json.encode(command) + b"\n")
        self.buried: Future[None] = Future()
        self.buried.set_running_or_notify_cancel()  # who stops waiting can't cancel it for the others
        self._reader = threading.Thread(target=self._read, name="command output", daemon=True)
        self._reader.start()
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

    def _read(self) -> None:
        """Read all that is printed, to the end of the last process that could print."""
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            while chunk := stdout.read(_CHUNK_BYTES):
                with self._lock:
                    self._keep(chunk)
        with self._lock:
            if self._whole is not None:
                self._whole.close()

    def _watch(self) -> None:
        """Wait for the guard's report and its end, then bury it."""
        assert self._process.stderr is not None
        while chunk := self._process.stderr.read(_CHUNK_BYTES):
            self._report = (self._report + chunk)[-_REPORT_BYTES:]
        self._process.wait()
        self._reader.join(_LINGER_S)
        for pipe in (self._process.stdin, self._process.stderr):
            assert pipe is not None
            pipe.close()
        self.buried.set_result(None)

    def _keep(self, chunk: bytes) -> None:
        self._printed_bytes += len(chunk)
        if self._whole is not None:
            self._whole.write(chunk)
        room = self._half_bytes - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        del self._tail[: -self._half_bytes]

    def hang_up(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def ending(self) -> Ending:
        try:
            return msgspec.json.decode(self._report, type=Ending)
        except msgspec.DecodeError:
            return Ending(end="not_started", error="the process that watches over commands ended early")

    def output(self) -> Output:
        with self._lock:
            head, tail = bytes(self._head), bytes(self._tail)
            omitted_bytes = self._printed_bytes - len(head) - len(tail)
            whole = self._whole
            if whole is not None:
                whole.close()
            if whole is None or not whole.is_kept:
                return Output(head=head, tail=tail, omitted_bytes=omitted_bytes)
            return Output(
                head=head,
                tail=tail,
                omitted_bytes=omitted_bytes,
                whole=whole.path,
                whole_bytes=whole.size_bytes,
            )


def _guard_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, FROZEN_GUARD_WORD)
    return (sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")))


def _guard_environment(command: Command) -> dict[str, str]:
    """No more than the command gets, plus what tells the single-file program where it is unpacked."""
    unpacked = {name: value for name, value in os.environ.items() if name.startswith(("_PYI_", "_MEI"))}
    return {**command.environment, **unpacked}
