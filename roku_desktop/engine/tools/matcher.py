"""The matcher of Grep: a child process that runs the regular expression, and can be killed.

Owns the process and the talk with it (`grep_worker` is the other side). The child ends itself when
its time is up; a cancel kills it at once. It sees the content of files and never a path. Why a
process: docs/decisions/0010-grep.md. Blocking; called by Grep in its thread.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.file_tool import StopSignal

# A frozen program has no interpreter to run a script with: it is started again with this word,
# and `__main__` hands over to `grep_worker.main`.
FROZEN_WORKER_WORD: Final = "grep-worker"


class OutOfTime(Exception):
    """The time of one search is used up."""


def worker_command() -> tuple[str, ...]:
    """Return how the child is started: isolated from environment, site-packages and this package."""
    if getattr(sys, "frozen", False):
        return (sys.executable, FROZEN_WORKER_WORD)
    return (sys.executable, "-I", "-S", str(Path(__file__).with_name("grep_worker.py")))


class Matcher:
    """The child process for one call: started on entering, gone on leaving."""

    def __init__(
        self, command: tuple[str, ...], pattern: str, *, time_limit_s: float, stop: StopSignal
    ) -> None:
        self._command = command
        self._pattern = pattern
        self._time_limit_s = time_limit_s
        self._deadline = time.monotonic() + time_limit_s
        self._stop = stop

    def __enter__(self) -> Self:
        """Start the child. Raises `ToolFailure` for a pattern that is none."""
        self._process = _started(self._command)
        try:
            self._stop.on_set(self._process.kill)
            problem = self._problem()
            if problem:
                raise ToolFailure(
                    f"The pattern is not a valid regular expression: {problem}. "
                    "To search for ( [ { . * + ? as they are, put a backslash before each."
                )
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def search(self, text: bytes, *, most: int) -> tuple[list[tuple[int, str]], bool]:
        """Return up to `most` matching lines of a UTF-8 text by number, and whether there are more.

        Raises `OutOfTime` when the call has used up its time.
        """
        if time.monotonic() > self._deadline:
            raise self._out_of_time()
        answer = self._ask({"size": len(text), "most": most}, text)
        return [(number, excerpt) for number, excerpt in answer["matches"]], answer["more"]

    def _problem(self) -> str:
        """Send the pattern; return what is wrong with it."""
        try:
            answer = self._ask({"pattern": self._pattern, "time_limit_s": self._time_limit_s})
        except OutOfTime:
            return "it is too large to be compiled"
        return str(answer["error"])

    def _ask(self, request: dict[str, object], text: bytes = b"") -> dict[str, Any]:
        self._stop.check()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n" + text)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = b""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._stop.check()
        if time.monotonic() > self._deadline:
            raise self._out_of_time()
        raise ToolFailure("The search process ended unexpectedly: try a simpler pattern.")

    def _out_of_time(self) -> OutOfTime:
        return OutOfTime(f"the search took longer than {self._time_limit_s:g} s.")

    def _end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not flushed is not wanted any more
                    pipe.close()
        self._process.wait()


def _started(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (the program itself; what a model wrote goes through the pipe)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ToolFailure(f"The search process could not be started: {error.strerror or error}.") from error
