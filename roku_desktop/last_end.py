"""How the window's last process ended: in order, or not; and a report about one that did not.

While the window runs a mark lies in the home, and Python's faulthandler writes into a file beside it. A
start that finds the mark of a process that is gone writes a report: versions, times, the fault, the last
lines of the log without their sentences, because with content captured these may quote something. The
person's own folder becomes "~". The report stays on the computer: nothing is ever sent. Called by
`app.py`; shown by `ui/steering/residence.py`.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from roku_desktop import __version__

MOST_REPORTS: Final = 5
_LOG_LINES: Final = 60
_MOST_LOG_BYTES: Final = 200_000
_MOST_FAULT_CHARS: Final = 20_000


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a line of the log (`telemetry/logs/line.py`)."""

    at: float
    level: str
    component: str
    provider: str = ""
    tool: str = ""
    error: str = ""
    stack: tuple[str, ...] = ()


class LastEnd:
    """Of the window of one home; used by the process that has the home's lock.

    Attributes:
        report: what is known about the last process where it did not end in order, else None.
    """

    def __init__(self, instances: Path, logs: Path) -> None:
        self._mark = instances / "window-running"
        self._faults = instances / "window-faults"
        self._logs = logs
        self._file: IO[str] | None = None
        self.report: Path | None = None

    def begin(self) -> None:
        """Look at how the last one ended, then leave our own mark. Never raises: a start is worth more."""
        with contextlib.suppress(OSError):
            if self._mark.exists():
                self.report = self._write_report()
            self._file = _private(self._faults)
            faulthandler.enable(self._file)
            with _private(self._mark) as mark:
                mark.write(f"{time.time():.0f} {__version__} {os.getpid()}\n")

    def end(self) -> None:
        """This process ends in order."""
        if self._file is None:
            return
        faulthandler.disable()
        self._file.close()
        self._file = None
        with contextlib.suppress(OSError):
            self._mark.unlink(missing_ok=True)
            self._faults.unlink(missing_ok=True)

    def _write_report(self) -> Path:
        import platform

        began, version, process = [*self._mark.read_text(encoding="utf-8").split(), "", "", ""][:3]
        fault = self._faults.read_text(encoding="utf-8", errors="replace") if self._faults.exists() else ""
        logs = self._logs_of(process)
        last_sign = max(path.stat().st_mtime for path in (self._mark, *logs))
        lines = (
            "Roku Desktop did not end in order. This report holds no prompt, answer, file or key of yours,",
            "and was not sent to anybody.",
            "",
            f"version    {version or 'unknown'} (now {__version__})",
            f"started    {_moment(began)}",
            f"last sign  {_moment(last_sign)}",
            f"system     {platform.platform()}, Python {platform.python_version()}",
            f"program    {'single file' if getattr(sys, 'frozen', False) else 'installed'}",
            "",
            "What Python saw of the fault:",
            fault.strip()[:_MOST_FAULT_CHARS] or "nothing: it was ended from outside, or the computer was.",
            "",
            "The last lines of the log, without their words:",
            *(_last_lines(logs[-1]) if logs else ["none"]),
            "",
        )
        path = self._logs / time.strftime("crash-%Y%m%dT%H%M%S.txt", time.localtime())
        with _private(path) as report:
            report.write(_without_home("\n".join(lines)))
        for old in sorted(self._logs.glob("crash-*.txt"))[:-MOST_REPORTS]:
            old.unlink(missing_ok=True)
        return path

    def _logs_of(self, process: str) -> list[Path]:
        """The files of the log that this process wrote, oldest first."""
        found = self._logs.glob(f"*-{process}-*.jsonl") if process.isdecimal() else ()
        return sorted(found, key=lambda path: path.stat().st_mtime)


@contextlib.contextmanager
def marked(end: LastEnd) -> Iterator[LastEnd]:
    """The block is the life of the window; only leaving it is an end in order."""
    end.begin()
    yield end
    end.end()


def _private(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")


def _last_lines(log: Path) -> list[str]:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _MOST_LOG_BYTES))
        lines = file.read().splitlines()
    return [_in_short(line) for line in lines[-_LOG_LINES:]]


def _in_short(line: bytes) -> str:
    """What tells where it went wrong; a line's sentence may quote something, so it stays out."""
    try:
        told = msgspec.json.decode(line, type=_Line)
    except msgspec.DecodeError:
        return "(cut)"
    named = {
        "provider": told.provider,
        "tool": told.tool,
        "error": told.error,
        "at": " < ".join(told.stack[::-1]),
    }
    words = [f"{name} {value}" for name, value in named.items() if value]
    return "  ".join((_moment(told.at), told.level, told.component, *words))


def _moment(seconds: float | str) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(seconds)))
    except (ValueError, OverflowError, OSError):
        return "unknown"


def _without_home(text: str) -> str:
    try:
        return text.replace(str(Path.home()), "~")
    except RuntimeError:  # nobody's home
        return text
