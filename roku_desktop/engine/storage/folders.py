"""Folders of the home beside the database: how much they may hold and for how long, and pruning them.

Other rooms write there (telemetry, tools); here the oldest files go first, by age and by size. Files,
not lines: each is one run, one day, one output. Blocks; called by `retention` and `store`.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Final

import msgspec

MIB: Final = 1024 * 1024
SECONDS_PER_DAY: Final = 86_400


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is its name for people; None = not limited here (`max_snapshots` limits the snapshots)."""

    name: str
    kind: str
    cap_bytes: int | None = None
    ttl_days: float | None = None


FOLDERS: Final = (
    Folder(name="snapshots", kind="snapshots"),
    Folder(name="traces", kind="traces", cap_bytes=256 * MIB, ttl_days=30),
    Folder(name="logs", kind="logs", cap_bytes=64 * MIB, ttl_days=14),
    Folder(name="images", kind="images", cap_bytes=1024 * MIB),
    Folder(name="tool_output", kind="tool output", cap_bytes=512 * MIB, ttl_days=30),
    Folder(name="spool", kind="spool", cap_bytes=64 * MIB, ttl_days=7),
)


class _File(msgspec.Struct, frozen=True, kw_only=True):
    path: Path
    size_bytes: int
    changed_at: float


def excess_bytes(home: Path, folder: Folder, now: float) -> int:
    """What `prune` would free."""
    return sum(file.size_bytes for file in _excess(home, folder, now))


def prune(home: Path, now: float) -> None:
    """Delete what is past its time or over the cap; what another program holds stays for the next time."""
    for folder in FOLDERS:
        for file in _excess(home, folder, now):
            with contextlib.suppress(OSError):
                file.path.unlink()


def drop_output_of(home: Path, session_id: str) -> None:
    """Delete what commands of a session printed; the tools begin its files' names with its id."""
    for path in (home / "tool_output").glob(f"{session_id}-*"):
        with contextlib.suppress(OSError):
            path.unlink()


def drop_images_of(home: Path, session_id: str) -> None:
    """Delete what a person attached in a session."""
    shutil.rmtree(home / "images" / session_id, ignore_errors=True)


def copy_images(home: Path, session_id: str, new_session_id: str) -> None:
    """Give a fork images of its own, so that either session can be deleted; what can't be copied is left."""
    new = home / "images" / new_session_id
    for path in (home / "images" / session_id).glob("*.*"):
        with contextlib.suppress(OSError):
            new.mkdir(mode=0o700, exist_ok=True)
            _second(path, new / path.name)


def _second(path: Path, copy: Path) -> None:
    """The same bytes once more: as a link, which takes no room, where the disk has such."""
    try:
        copy.hardlink_to(path)
    except OSError:
        shutil.copy2(path, copy)


def _excess(home: Path, folder: Folder, now: float) -> list[_File]:
    if folder.cap_bytes is None:
        return []
    excess: list[_File] = []
    kept_bytes = 0
    for file in sorted(_files(home / folder.name), key=lambda one: one.changed_at, reverse=True):
        is_old = folder.ttl_days is not None and now - file.changed_at > folder.ttl_days * SECONDS_PER_DAY
        if is_old or kept_bytes + file.size_bytes > folder.cap_bytes:
            excess.append(file)
        else:
            kept_bytes += file.size_bytes
    return excess


def _files(folder: Path) -> list[_File]:
    found: list[_File] = []
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            status = path.lstat()
            if not path.is_dir():
                found.append(_File(path=path, size_bytes=status.st_size, changed_at=status.st_mtime))
    return found
