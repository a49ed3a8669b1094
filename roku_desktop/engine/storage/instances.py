"""Which processes are alive: each holds a locked file in ROKU_HOME/instances as long as it lives.

The system releases the lock when the process is gone, however it went, so neither a reused process
number nor a kill can deceive. A file that can be locked belongs to nobody and is removed. Why these
lines and not a package: docs/decisions/0008.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from roku_desktop.engine.storage.layout import FILE_MODE, Layout

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> bool:
        while True:
            try:
                # LK_LOCK tries ten times, a second apart, then fails.
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if wait:
                    continue
                return False
            return True

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> bool:
        # flock belongs to the open file, not to the process as lockf does: two stores of one
        # process see each other, and closing another descriptor of the file releases nothing.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """An exclusive lock on a file that exists for this purpose only.

    Child processes don't inherit it: Python opens files as non-inheritable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, wait: bool) -> bool:
        """Take the lock, making the file if need be; False where another holds it and `wait` is unset."""
        while True:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, FILE_MODE)
            if not _lock(descriptor, wait=wait):
                os.close(descriptor)
                return False
            if _is_at(descriptor, self.path):
                self._descriptor = descriptor
                return True
            # Someone took the file for a left-over and removed it between the two calls.
            os.close(descriptor)

    def release(self, *, remove: bool = False) -> None:
        """Give the lock back; safe to repeat. A file that can't be removed stays as a left-over."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if remove and os.name == "posix":
            with contextlib.suppress(OSError):  # the disk may have become read-only meanwhile
                self.path.unlink()
        os.close(descriptor)
        if remove and os.name != "posix":
            _remove_closed(self.path)


class Instances:
    """All processes that use one home, seen from the one that is `own_id`."""

    def __init__(self, layout: Layout, own_id: str) -> None:
        self.own_id = own_id
        self._folder = layout.instances
        self._own = FileLock(self._path(own_id))

    def enter(self) -> None:
        """Be alive from now on. Raises `OSError` where the home can't be written."""
        self._own.acquire(wait=True)
        self.others_alive()  # removes what killed processes left

    def leave(self) -> None:
        self._own.release(remove=True)

    def is_alive(self, instance_id: str) -> bool:
        if instance_id == self.own_id:
            return True
        path = self._path(instance_id)
        return path.exists() and _holder_lives(path)

    def others_alive(self) -> list[str]:
        """The other living processes; files of dead ones are removed."""
        names = (path.stem for path in self._folder.glob("*.lock"))
        return [name for name in names if name != self.own_id and self.is_alive(name)]

    def _path(self, instance_id: str) -> Path:
        return self._folder / f"{instance_id}.lock"


def _holder_lives(path: Path) -> bool:
    """Whether another process holds this file; a left-over is removed."""
    lock = FileLock(path)
    try:
        if not lock.acquire(wait=False):
            return True
    except PermissionError:
        return True  # another person's process: not ours to judge
    lock.release(remove=True)
    return False


def _is_at(descriptor: int, path: Path) -> bool:
    if os.name != "posix":
        return True  # a file that is open can't be removed there
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _remove_closed(path: Path) -> None:
    with contextlib.suppress(PermissionError):  # another process has just opened it, and will remove it
        path.unlink(missing_ok=True)
