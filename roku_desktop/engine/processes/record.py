"""How a command ended, as its guard wrote it down: for whoever comes after a crash.

Owns the reading; `guard` is the writer. The guard holds a lock on the file while it lives, so a file
that can be locked is final. Blocking.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from roku_desktop.engine.processes.child import Ending
from roku_desktop.engine.processes.words import ending_in_words


def last_known(path: Path) -> str:
    """A clause for a person; empty where nothing was written down."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return ""
    try:
        if _is_locked(descriptor):
            return "it is still being ended"
        report = os.read(descriptor, 65_536)
    finally:
        os.close(descriptor)
    try:
        ending = msgspec.json.decode(report, type=Ending)
    except msgspec.DecodeError:
        return "how it ended is not known, because what watched over it was killed too"
    if ending.end == "stopped":
        return "it was ended, with all that it had started, when the program was"
    return ending_in_words(ending)


if sys.platform == "win32":

    def _is_locked(descriptor: int) -> bool:
        """Never: there the job ends the command with the guard."""
        return False

else:
    import fcntl

    def _is_locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
