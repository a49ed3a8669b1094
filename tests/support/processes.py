"""The real command line as a process, on a home of its own.

    program = CommandLine(home, workspace)
    done = program.run("ask", "Hello")              wait for its end: code, stdout, stderr
    with program.start("ask", "Hello") as running:  talk with it meanwhile
        running.read_until(b"first words")
        running.send_signal(signal.SIGINT)
        done = running.wait()

`start_on_terminal` gives it a terminal to talk through (POSIX). Called by tests of `cli` and by
benchmarks.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

CHECKOUT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "roku_desktop")

# A process that hangs is killed; no test measures anything by it.
_LIMIT_S = 60.0


@dataclass(frozen=True)
class Finished:
    """How a process ended. Both outputs are bytes as they came; `text` and `said` decode them."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        return self.stdout.decode()

    @property
    def said(self) -> str:
        return self.stderr.decode()

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.stdout)

    @property
    def lines(self) -> list[Any]:
        """The JSON Lines of `ask --json`."""
        return [msgspec.json.decode(line) for line in self.stdout.splitlines()]

    @property
    def result(self) -> Any:
        """The data of the last line of `ask --json`."""
        last = self.lines[-1]
        assert last["type"] == "result"
        return last["data"]


@dataclass(frozen=True)
class CommandLine:
    """The program as a person starts it. `variables` are added to the environment, None removes one.

    `program` is how it is started: from the sources, unless a built one is tested.
    """

    home: Path
    workspace: Path
    variables: Mapping[str, str | None] = field(default_factory=dict)
    program: Sequence[str] = PROGRAM

    @property
    def environment(self) -> dict[str, str]:
        environment = os.environ | {"ROKU_HOME": str(self.home), "PYTHONPATH": str(CHECKOUT)}
        for name, value in self.variables.items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        return environment

    def configure(self, text: str) -> Path:
        """Write the home's runtime.toml."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.home / "runtime.toml"
        file.write_text(text, encoding="utf-8")
        return file

    def run(self, *words: str, stdin: bytes = b"") -> Finished:
        done = subprocess.run(
            [*self.program, *words],
            input=stdin,
            capture_output=True,
            cwd=self.workspace,
            env=self.environment,
            timeout=_LIMIT_S,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str, stdin: int = subprocess.DEVNULL) -> Running:
        process = subprocess.Popen(
            [*self.program, *words],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.workspace,
            env=self.environment,
            bufsize=0,
        )
        return Running(process)

    def start_on_terminal(self, *words: str) -> Terminal:
        """Start it as a shell would: a new session whose terminal is the other end of what is returned."""
        import pty

        ours, theirs = pty.openpty()
        name = os.ttyname(theirs)
        process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, name, *self.program, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self.workspace,
            env=self.environment | {"TERM": "dumb"},
            start_new_session=True,
        )
        os.close(theirs)
        return Terminal(process, ours)


# Opening a terminal makes it the controlling one of a new session; only then does Ctrl+C mean anything.
_TAKE_TERMINAL = "import os, sys; os.open(sys.argv[1], os.O_RDWR); os.execv(sys.argv[2], sys.argv[2:])"


class Terminal:
    """A person's side of a terminal: types, and reads what appears."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self._process = process
        self._descriptor = descriptor
        self._seen = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._descriptor)

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def read_until(self, expected: str, *, pressing: str = "") -> str:
        """Wait until this appears; returns what appeared up to there and forgets it.

        `pressing` is typed first, and again every second without an answer, as a person would: Python's
        `input` sleeps through a Ctrl+C that comes in the moment between its prompt and its waiting.
        """
        wanted = expected.encode()
        self.type(pressing)
        while wanted not in self._seen:
            while pressing and not select.select([self._descriptor], [], [], 1.0)[0]:
                self.type(pressing)
            try:
                piece = os.read(self._descriptor, 65_536)
            except OSError:  # how Linux says that the other end is closed
                piece = b""
            if not piece:
                raise AssertionError(f"the terminal ended without {expected!r}: {self._seen.decode()!r}")
            self._seen += piece
        end = self._seen.index(wanted) + len(wanted)
        appeared = self._seen[:end].decode()
        del self._seen[:end]
        return appeared

    def wait(self) -> int:
        return self._process.wait(_LIMIT_S)


class Running:
    """A process under way; killed at the end of the `with` block if it is still there."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._stdout = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def read_until(self, expected: bytes) -> bytes:
        """Wait until stdout contains this; returns all of stdout so far."""
        assert self.process.stdout is not None
        while expected not in self._stdout:
            piece = os.read(self.process.stdout.fileno(), 65_536)
            if not piece:
                raise AssertionError(f"stdout ended without {expected!r}: {bytes(self._stdout)!r}")
            self._stdout += piece
        return bytes(self._stdout)

    def close_stdout(self) -> None:
        """Go away as a reader, like `head` when it has seen enough."""
        assert self.process.stdout is not None
        self.process.stdout.close()

    def send_signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self) -> Finished:
        """Read to the end and wait for the exit."""
        process = self.process
        if process.stdout is not None and process.stdout.closed:
            process.stdout = None
        stdout, stderr = process.communicate(timeout=_LIMIT_S)
        return Finished(process.returncode, bytes(self._stdout) + (stdout or b""), stderr)
