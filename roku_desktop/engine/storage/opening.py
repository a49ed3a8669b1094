"""From whatever lies in the home to a database of this version, or to a clear refusal.

Order, all in the writer's thread: folders and rights, alive (`instances.py`), version and integrity
(`integrity.py`), then creation or migration where needed, then the connection. An up-to-date
database takes the short way and imports nothing for the others. Called by `database.py`.

A migration copies the database to `snapshots/` first, then runs in one transaction, version number
included: killed or failing at any point it leaves the old database as it was.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from traceback import clear_frames
from typing import Any, Final

from roku_desktop.engine.errors import StorageError
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.failures import of_environment
from roku_desktop.engine.storage.instances import FileLock, Instances
from roku_desktop.engine.storage.integrity import check, check_unless_clean, version_on_disk
from roku_desktop.engine.storage.layout import (
    APPLICATION_ID,
    Layout,
    Schema,
    private_file,
    private_folder,
)

BUSY_TIMEOUT_S: Final = 5.0
# The log shrinks to this after a burst instead of keeping its largest size for ever.
LOG_LIMIT_BYTES: Final = 16 * 1024 * 1024


def prepare(layout: Layout, schema: Schema, instances: Instances, *, now: float, max_snapshots: int) -> None:
    """Make the database ready for `connect`. `now` is Unix seconds; raises `StorageError`."""
    _prepare_folders(layout)
    version = 0 if layout.is_fresh() else version_on_disk(layout, schema)
    instances.enter()
    try:
        if version:
            check_unless_clean(layout, instances)
            private_file(layout.database)
        if version != schema.version:
            _bring_up_to_date(layout, schema, instances, now=now, max_snapshots=max_snapshots)
    except BaseException:
        instances.leave()
        raise


def connect(layout: Layout) -> sqlite3.Connection:
    """A connection of the calling thread, with everything that must be set on each one."""
    connection = sqlite3.connect(layout.database, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        for pragma in ("synchronous = FULL", "foreign_keys = ON", f"journal_size_limit = {LOG_LIMIT_BYTES}"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare_folders(layout: Layout) -> None:
    if not layout.home.exists():  # one that a person made keeps its rights
        private_folder(layout.home)
    private_folder(layout.instances)


def _bring_up_to_date(
    layout: Layout, schema: Schema, instances: Instances, *, now: float, max_snapshots: int
) -> None:
    lock = FileLock(layout.schema_change)
    lock.acquire(wait=True)
    try:
        version = 0 if layout.is_fresh() else version_on_disk(layout, schema)
        if version == schema.version:
            return  # another process did it while this one waited
        if version:
            _refuse_while_others_work(layout, instances)
            check(layout)
            take_snapshot(layout, version, now)
        else:
            private_file(layout.database)
        _migrate(layout, schema)
        if version:
            drop_old_snapshots(layout, max_snapshots)
    finally:
        lock.release()


def _refuse_while_others_work(layout: Layout, instances: Instances) -> None:
    if instances.others_alive():
        raise StorageError(
            said(
                "An older Roku is still running on the home {home}: close it, then start again, so that the "
                "database can be brought to the new version.",
                home=layout.home,
            )
        )


def _migrate(layout: Layout, schema: Schema) -> None:
    # At first use: most starts find an up-to-date database.
    from peewee import SqliteDatabase
    from playhouse.migrations import Runner

    pragmas = {"auto_vacuum": 2, "journal_mode": "wal", "synchronous": 2, "foreign_keys": 0}
    database: Any = SqliteDatabase(str(layout.database), pragmas=pragmas, timeout=BUSY_TIMEOUT_S)
    try:
        with _failure_explained(layout), database.atomic("IMMEDIATE"):
            Runner(database, str(schema.directory)).up()
            database.execute_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute_sql(f"PRAGMA user_version = {schema.version}")
            _check_references(database)
    finally:
        database.close()


def _check_references(database: Any) -> None:
    broken = database.execute_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StorageError(said("rows of {table} would belong to nothing", table=broken[0][0]))


@contextmanager
def _failure_explained(layout: Layout) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # A cursor in the frames of the failed statement would keep the file open until they are collected.
        clear_frames(error.__traceback__)
        raise of_environment(error, layout) or StorageError(
            said(
                "The database {database} could not be brought to the new version ({error}). It is "
                "unchanged: the previous Roku still opens it, and a copy lies in {snapshots}.",
                database=layout.database,
                error=error,
                snapshots=layout.snapshots,
            )
        ) from error


def take_snapshot(layout: Layout, version: int, now: float) -> Path:
    """Copy the database, writes in its log included, to `snapshots/`; durable when it returns."""
    private_folder(layout.snapshots)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    snapshot = layout.snapshots / f"roku-v{version}-{stamp}.db"
    unfinished = snapshot.with_suffix(".partial")
    unfinished.unlink(missing_ok=True)
    try:
        private_file(unfinished)
        with (
            closing(sqlite3.connect(layout.database)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
        _flush_to_disk(unfinished)
        unfinished.replace(snapshot)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _flush_to_disk(layout.snapshots)
    return snapshot


def drop_old_snapshots(layout: Layout, max_snapshots: int) -> list[Path]:
    """Keep the newest `max_snapshots`; returns what was removed."""
    dropped = old_snapshots(layout, max_snapshots)
    for path in dropped:
        path.unlink(missing_ok=True)
    return dropped


def old_snapshots(layout: Layout, max_snapshots: int) -> list[Path]:
    snapshots = sorted(
        layout.snapshots.glob("roku-v*.db"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    return [*snapshots[max_snapshots:], *layout.snapshots.glob("*.partial")]


def _flush_to_disk(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return  # Windows has no handle on a folder to flush, and keeps names in its own journal
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
