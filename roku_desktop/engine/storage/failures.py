"""What SQLite and the file system say, turned into sentences for a person.

`translated` is put around every touch of the database. Faults of the environment become
`StorageError`s; anything that can only be a bug of ours (wrong SQL, a broken constraint) passes
through as it is, so that it is reported. A row that belongs to a deleted one is a `NotFoundError`.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from roku_desktop.engine.errors import (
    CorruptDatabaseError,
    NotFoundError,
    RokuError,
    StorageError,
    StorageFullError,
)
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.layout import Layout

# Python's driver raises this as an OperationalError without a code of SQLite.
_NOT_TEXT: Final = "Could not decode to UTF-8"
# SQLite makes its shared memory file (`-shm`) longer by this.
SMALLEST_GROWTH_BYTES: Final = 32 * 1024


@contextmanager
def translated(layout: Layout) -> Iterator[None]:
    """Raise what happens inside as an error of `engine.errors`, where the environment is at fault."""
    try:
        yield
    except RokuError:
        raise
    except Exception as error:
        translation = of_environment(error, layout)
        if translation is None:
            raise
        raise translation from error


def of_environment(error: Exception, layout: Layout) -> RokuError | None:
    """The sentence for an error of the disk or its contents; None where it is a bug of ours.

    The contexts are looked at too: where SQLite has rolled back by itself (a full disk), the
    ROLLBACK that follows fails and hides why. Whatever is decoded here came from the database, and
    was written by us: bytes that are no text or no JSON were changed on the disk.
    """
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, OSError):
            return _of_file_system(reason, layout)
        if isinstance(reason, (UnicodeDecodeError, msgspec.DecodeError)):
            return corrupt(layout, "what stands in it can't be read")
        cause = sqlite_error(reason)
        translation = None if cause is None else _of_sqlite(cause, layout)
        if translation is not None:
            return translation
        reason = reason.__context__
    return None


def sqlite_error(error: BaseException) -> sqlite3.Error | None:
    """The driver's own error; peewee wraps it and keeps it as `orig`."""
    if isinstance(error, sqlite3.Error):
        return error
    wrapped = getattr(error, "orig", None)
    return wrapped if isinstance(wrapped, sqlite3.Error) else None


def corrupt(layout: Layout, finding: str) -> CorruptDatabaseError:
    newest = max(layout.snapshots.glob("roku-v*.db"), default=None, key=lambda path: path.stat().st_mtime)
    template = (
        said(
            "The database {database} is damaged ({finding}). It was left as it is: keep a copy of it, then "
            "move it away and start again, because no snapshot of it exists."
        )
        if newest is None
        else said(
            "The database {database} is damaged ({finding}). It was left as it is: keep a copy of it, then "
            "put a snapshot in its place; the newest is {newest}."
        )
    )
    return CorruptDatabaseError(
        said(template, database=layout.database, finding=finding, newest=newest or "")
    )


def _of_sqlite(error: sqlite3.Error, layout: Layout) -> RokuError | None:
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFoundError(
            said("The session or run that this belongs to is not there; it may have been deleted.")
        )
    if str(error).startswith(_NOT_TEXT):
        return corrupt(layout, "what stands in it can't be read")
    # The low byte is the primary code; the rest says where it happened.
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return _full(layout)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return corrupt(layout, str(error))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(
                said(
                    "Another program keeps the database {database} locked: close it and try again.",
                    database=layout.database,
                )
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StorageError(
                said(
                    "The database {database} can't be written ({error}): correct the rights of its folder, "
                    "or choose another home with --home.",
                    database=layout.database,
                    error=error,
                )
            )
        case sqlite3.SQLITE_IOERR if _is_disk_full(layout):
            return _full(layout)  # shared memory and temporary files: SQLite gives no reason
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_PROTOCOL | sqlite3.SQLITE_NOMEM:
            return StorageError(
                said(
                    "The database {database} can't be read or written ({error}): check the disk it is on.",
                    database=layout.database,
                    error=error,
                )
            )
        case _:
            return None


def _is_disk_full(layout: Layout) -> bool:
    try:
        return shutil.disk_usage(layout.home).free < SMALLEST_GROWTH_BYTES
    except OSError:
        return False


def _of_file_system(error: OSError, layout: Layout) -> StorageError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return _full(layout)
    place = error.filename or layout.home
    return StorageError(
        said(
            "The home folder {home} can't be used ({reason}: {place}): correct its rights, or choose "
            "another home with --home.",
            home=layout.home,
            reason=error.strerror or error,
            place=place,
        )
    )


def _full(layout: Layout) -> StorageFullError:
    return StorageFullError(
        said("There is no space left on the disk of {home}; nothing was half-written.", home=layout.home)
    )
