"""The traces on disk: `ROKU_HOME/traces/<run_id>.jsonl`, a line at a time as the run goes.

Each line is handed to the system when it is written, so what a killed run leaves is whole to its last
line. Writing happens in a thread of its own; what a slow or full disk can't take is dropped and
counted, and no turn waits for it. Reading takes only whole lines. Called by the recorder's owner
(writing) and by `trace` (reading).
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import msgspec

from roku_desktop.telemetry.background import Background
from roku_desktop.telemetry.trace_line import SpanEnded, TraceLine

MAX_WAITING: Final = 20_000
"""Lines that wait for the disk; a turn has some twenty."""
MAX_FILE_BYTES: Final = 16 * 1024 * 1024
"""Of one run; some 50 000 lines, which no honest turn has."""
_MAX_OPEN: Final = 32

_log = logging.getLogger(__name__)
_decode: Final = msgspec.json.Decoder[TraceLine](TraceLine).decode


class TraceFiles:
    """Writes the traces of a process. In its thread `on_drop` hears (count, reason), `has_room` is asked."""

    def __init__(
        self, folder: Path, on_drop: Callable[[int, str], None], has_room: Callable[[], bool] = lambda: True
    ) -> None:
        self._folder = folder
        self._on_drop = on_drop
        self._has_room = has_room
        self._files: dict[str, IO[bytes]] = {}
        self._background = Background("trace files", self._take, self._close_files, max_waiting=MAX_WAITING)

    def write(self, run_id: str, lines: Sequence[TraceLine]) -> None:
        """Hand over the next lines of a run. Never waits."""
        if lines and not self._background.put((run_id, lines)):
            self._on_drop(len(lines), "queue full")

    def close(self, within_s: float) -> None:
        """Write what waits, at most so long."""
        self._background.close(within_s)

    def _take(self, order: tuple[str, Sequence[TraceLine]]) -> None:
        run_id, lines = order
        if not self._has_room():
            self._on_drop(len(lines), "low disk")
            return
        try:
            self._append(run_id, lines)
        except OSError as error:
            _log.warning("the trace of %s can't be written: %s", run_id, error)
            self._on_drop(len(lines), "disk")

    def _close_files(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _append(self, run_id: str, lines: Sequence[TraceLine]) -> None:
        file = self._file_of(run_id)
        if file.tell() > MAX_FILE_BYTES:
            self._on_drop(len(lines), "file full")
            return
        file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        last = lines[-1]
        if isinstance(last, SpanEnded) and last.root:
            self._files.pop(run_id).close()

    def _file_of(self, run_id: str) -> IO[bytes]:
        file = self._files.get(run_id)
        if file is None:
            if len(self._files) >= _MAX_OPEN:  # a turn that waits for days need not keep one open
                self._files.pop(next(iter(self._files))).close()
            descriptor = os.open(
                self._folder / f"{run_id}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
            )
            file = self._files[run_id] = os.fdopen(descriptor, "ab", buffering=0)
        return file


def read_trace(folder: Path, run_id: str) -> Iterator[TraceLine]:
    """Yield the lines of a run's trace, then those of its sub-agents. Raises OSError if there is none."""
    yield from _whole_lines(folder / f"{run_id}.jsonl")
    for below in sorted(folder.glob(f"*.{run_id}.jsonl")):
        with contextlib.suppress(OSError):  # kept for a while only
            yield from _whole_lines(below)


def _whole_lines(path: Path) -> Iterator[TraceLine]:
    """A broken last one (a kill, a full disk) ends it; one of a later version is left out."""
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            with contextlib.suppress(msgspec.DecodeError):
                yield _decode(line)
