"""How much room the home's disk has, so that what can wait stops growing before the disk is full.

Traces, the log, samples, what waits for a collector and long outputs of tools give way; conversations,
approvals and the journal go on. Asked by whoever writes these, each in its own thread. Made by `app.py`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024
LOOK_EVERY_S: Final = 2.0
_ENOUGH_AGAIN: Final = 1.25
"""Room that comes and goes around the bound must not switch everything on and off."""


def free_bytes_of(folder: Path) -> int:
    """What is free for this person on the folder's disk. Raises OSError."""
    return shutil.disk_usage(folder).free


class DiskRoom:
    """`kept_free_bytes` are to stay free; 0 = no bound. A disk that can't be asked counts as roomy.

    Attributes:
        is_low: as it was at the last look.
        free_bytes: at the last look, None before.
    """

    def __init__(
        self,
        folder: Path,
        kept_free_bytes: int,
        *,
        read: Callable[[Path], int] = free_bytes_of,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kept_free_bytes = kept_free_bytes
        self.is_low = False
        self.free_bytes: int | None = None
        self._folder = folder
        self._read = read
        self._now = now
        self._looked_at: float | None = None

    def has_room(self) -> bool:
        """Look again if it is time, which blocks for as long as the disk takes to answer."""
        if self._looked_at is None or self._now() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = self._now()
            self._look()
        return not self.is_low

    def keep_free(self, size_bytes: int) -> None:
        """From the next look on, which is then due, so much is to stay free."""
        self.kept_free_bytes, self._looked_at = size_bytes, None

    def _look(self) -> None:
        try:
            self.free_bytes = self._read(self._folder)
        except OSError:
            return
        bound = self.kept_free_bytes * (_ENOUGH_AGAIN if self.is_low else 1.0)
        self.is_low = self.free_bytes < bound
