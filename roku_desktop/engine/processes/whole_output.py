"""A file for all that a command prints, made once it is more than is kept elsewhere.

Owns the file's making, rights and cap; how long it stays is the business of `storage/folders`. A disk
that is full costs the file, never the command.
"""

from __future__ import annotations

import contextlib
import os
from io import FileIO
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 16 * 1024 * 1024

_FLAGS: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
_MODE: Final = 0o600


class WholeOutput:
    """Takes everything; there is no file as long as it is no more than `unless_within` bytes.

    Attributes:
        path: where the file is, or would be.
        size_bytes: what the file has, at most `MAX_BYTES`.
        is_kept: whether there is a file that has it.
    """

    def __init__(self, path: Path, *, unless_within: int) -> None:
        self.path = path
        self.size_bytes = 0
        self.is_kept = False
        self._held = bytearray()
        self._unless_within = unless_within
        self._file: FileIO | None = None
        self._closed = False

    def write(self, chunk: bytes) -> None:
        if self._closed:
            return
        if self._file is None:
            self._held += chunk
            if len(self._held) <= self._unless_within:
                return
            chunk = bytes(self._held)
            self._held.clear()
        try:
            if self._file is None:
                self._file = FileIO(os.open(self.path, _FLAGS, _MODE), "wb")
                self.is_kept = True
            self._append(chunk[: MAX_BYTES - self.size_bytes])
        except OSError:
            self._give_up()

    def close(self) -> None:
        self._closed = True
        self._held.clear()
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def _append(self, data: bytes) -> None:
        assert self._file is not None
        rest = memoryview(data)
        while rest:
            written = self._file.write(rest)
            self.size_bytes += written
            rest = rest[written:]

    def _give_up(self) -> None:
        self.close()
        if self.is_kept:
            self.is_kept = False
            with contextlib.suppress(OSError):
                self.path.unlink()
