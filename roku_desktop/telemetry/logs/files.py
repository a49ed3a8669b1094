"""The log on disk: `ROKU_HOME/logs/DAY-PROCESS-NUMBER.jsonl`, written by a thread of its own.

Each process has its own files, so that several on one home need no lock. A file is full at 8 MiB or at
midnight (UTC); a process keeps its newest four, the home's caps do the rest. Lines that the disk
refuses are dropped and counted.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import msgspec

from roku_desktop.telemetry.background import Background
from roku_desktop.telemetry.logs.line import LogLine

MAX_WAITING: Final = 10_000
MAX_FILE_BYTES: Final = 8 * 1024 * 1024
MAX_FILES: Final = 4
"""Of one process: at most 32 MiB, whatever goes wrong in it."""


class LogFiles:
    """Writes the log of one process. `on_drop` hears (count, reason), also in the writer's thread.

    `has_room` is asked there before each line.
    """

    def __init__(
        self,
        folder: Path,
        on_drop: Callable[[int, str], None],
        *,
        has_room: Callable[[], bool] = lambda: True,
        max_file_bytes: int = MAX_FILE_BYTES,
    ) -> None:
        self._folder = folder
        self._on_drop = on_drop
        self._has_room = has_room
        self._max_file_bytes = max_file_bytes
        self._file: IO[bytes] | None = None
        self._day = ""
        self._number = 0
        self._paths: deque[Path] = deque()
        self._background = Background("log files", self._take, self._close_file, max_waiting=MAX_WAITING)

    def write(self, line: LogLine) -> None:
        """Hand over, from any thread. Never waits."""
        if not self._background.put(line):
            self._on_drop(1, "queue full")

    def close(self, within_s: float) -> None:
        """Write what waits, at most so long."""
        self._background.close(within_s)

    def _take(self, line: LogLine) -> None:
        if not self._has_room():
            self._on_drop(1, "low disk")
            return
        try:
            self._file_for(line.at).write(msgspec.json.encode(line) + b"\n")
        except (OSError, ValueError):  # a disk that refuses, a text that is none
            self._close_file()
            self._on_drop(1, "disk")

    def _file_for(self, at: float) -> IO[bytes]:
        day = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
        if self._file is not None and (day != self._day or self._file.tell() >= self._max_file_bytes):
            self._close_file()
        if self._file is None:
            self._number += 1
            path = self._folder / f"{day}-{os.getpid()}-{self._number}.jsonl"
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            self._file, self._day = os.fdopen(descriptor, "ab", buffering=0), day
            self._paths.append(path)
            while len(self._paths) > MAX_FILES:
                with contextlib.suppress(OSError):
                    self._paths.popleft().unlink()
        return self._file

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()
