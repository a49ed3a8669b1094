"""How much lies in the home, what is past its time, and giving the space back.

Messages stay until a person deletes their session. What expires: the steps of finished runs
(timings, tokens per step) and their incidents after `run_detail_ttl_days`, and all but the newest
`max_snapshots` snapshots. Folders of other rooms (traces, logs, tool output) are measured here and
pruned by `folders`. Called by `store.py`; the file system part runs in a thread.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from roku_desktop.engine.records import StorageUse
from roku_desktop.engine.settings import StorageSettings
from roku_desktop.engine.storage.folders import FOLDERS, excess_bytes
from roku_desktop.engine.storage.layout import Layout
from roku_desktop.engine.storage.opening import old_snapshots
from roku_desktop.engine.storage.samples import drop_before

SECONDS_PER_DAY: Final = 86_400
MERGED_AT_ONCE_PAGES: Final = 1000
# Folder in the home → kind; what is in none of them is "other".
_FOLDERS: Final = {folder.name: folder.kind for folder in FOLDERS}
_SAMPLE_DAYS: Final = 29
"""The longest window that figures are given for is 28 days."""

_DETAILS: Final = ("steps", "incidents")  # tables of what is known about a run beside its messages
_EXPIRED: Final = "WHERE run_id IN (SELECT run_id FROM runs WHERE finished_at < ?)"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Files of one kind."""

    size_bytes: int = 0
    items: int = 0


def measure(layout: Layout) -> dict[str, Measured]:
    """Bytes and files by kind. Blocks: it reads every folder of the home."""
    found = dict.fromkeys(("database", *_FOLDERS.values(), "other"), Measured())
    for path, size_bytes in _files(layout.home):
        kind = _kind_of(path.relative_to(layout.home), layout)
        so_far = found[kind]
        found[kind] = Measured(size_bytes=so_far.size_bytes + size_bytes, items=so_far.items + 1)
    return found


def uses(
    measured: dict[str, Measured],
    layout: Layout,
    settings: StorageSettings,
    *,
    sessions: int,
    free_bytes: int,
    now: float,
) -> list[StorageUse]:
    """The measurements with what limits them; `free_bytes` are unused pages of the database."""
    prunable = {
        "database": free_bytes,
        "snapshots": _sum_bytes(old_snapshots(layout, settings.max_snapshots)),
    }
    limits = {folder.kind: folder for folder in FOLDERS}
    for folder in FOLDERS:
        prunable.setdefault(folder.kind, excess_bytes(layout.home, folder, now))
    return [
        StorageUse(
            kind=kind,
            path=str(_place(layout, kind)),
            size_bytes=found.size_bytes,
            items=sessions if kind == "database" else found.items,
            cap_bytes=limits[kind].cap_bytes if kind in limits else None,
            ttl_days=settings.run_detail_ttl_days
            if kind == "database"
            else (limits[kind].ttl_days if kind in limits else None),
            prunable_bytes=prunable.get(kind, 0),
        )
        for kind, found in measured.items()
    ]


def count_sessions(db: Any) -> int:
    return int(db.execute_sql("SELECT count(*) FROM sessions").fetchone()[0])


def free_bytes(db: Any) -> int:
    """Pages that deleted rows left unused."""
    pages, page_size = (
        db.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size")
    )
    return int(pages * page_size)


def drop_expired(db: Any, settings: StorageSettings, now: float) -> int:
    """Delete old samples, and the steps and incidents of runs that ended before the TTL; returns how many."""
    oldest = now - settings.run_detail_ttl_days * SECONDS_PER_DAY
    dropped = drop_before(db, now - _SAMPLE_DAYS * SECONDS_PER_DAY)
    return dropped + sum(
        int(db.execute_sql(f"DELETE FROM {table} {_EXPIRED}", (oldest,)).rowcount)  # noqa: S608  names of ours
        for table in _DETAILS
    )


def merge_index(db: Any, pages: int) -> bool:
    """Do a part of merging the search index, which drops deleted words; False once it is done.

    A negative number of pages begins a new merge (https://sqlite.org/fts5.html, "merge"). In parts,
    because other writers want their turn meanwhile.
    """
    before = _changes(db)
    db.execute_sql("INSERT INTO message_search (message_search, rank) VALUES ('merge', ?)", (pages,))
    return _changes(db) - before >= 2  # its documented sign of work done


def give_space_back(db: Any) -> None:
    """Cut unused pages off the file and merge the log into it; not within a transaction."""
    db.execute_script("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")


def freed(before: dict[str, Measured], after: dict[str, Measured], layout: Layout) -> list[StorageUse]:
    """What became less, by kind."""
    return [
        StorageUse(
            kind=kind,
            path=str(_place(layout, kind)),
            size_bytes=before[kind].size_bytes - after[kind].size_bytes,
            items=max(0, before[kind].items - after[kind].items),
        )
        for kind in ("database", *_FOLDERS.values())
        if before[kind].size_bytes > after[kind].size_bytes
    ]


def _place(layout: Layout, kind: str) -> Path:
    names = {folder.kind: folder.name for folder in FOLDERS}
    return layout.database if kind == "database" else layout.home / names.get(kind, "")


def _changes(db: Any) -> int:
    return int(db.execute_sql("SELECT total_changes()").fetchone()[0])


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Regular files under the folder with their size; links are not followed."""
    for directory, _, names in os.walk(folder):
        for name in names:
            path = Path(directory, name)
            try:
                yield path, path.lstat().st_size
            except FileNotFoundError:
                continue  # gone since it was listed


def _kind_of(path: Path, layout: Layout) -> str:
    if len(path.parts) == 1:
        return "database" if path.name.startswith(layout.database.name) else "other"
    return _FOLDERS.get(path.parts[0], "other")


def _sum_bytes(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
