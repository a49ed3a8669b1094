"""Is the database ours, whole, and of a version we speak? Looks only; never writes to it.

`opening.py` asks before anything else happens. What it costs does not grow with the database: the
first page tells the version, and the whole file is checked only if it is not as its last user left
it (a kill, a copy put back, a flipped bit) and small enough to be read in a blink. Larger ones are
checked by `problems()` (the doctor), before a migration, and by SQLite itself whenever it meets a
damaged page. docs/decisions/0003 has the figures.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from roku_desktop.engine.errors import NewerDatabaseError
from roku_desktop.engine.messages import Message
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.failures import corrupt, sqlite_error
from roku_desktop.engine.storage.instances import Instances
from roku_desktop.engine.storage.layout import APPLICATION_ID, Layout, Schema, private_file

# quick_check reads 0.8 GB in half a second from a warm cache, so this takes a few hundredths.
CHECKED_AT_START_BYTES: Final = 32 * 1024 * 1024
MAX_FINDINGS: Final = 20
HEADER_BYTES: Final = 512  # the smallest page


def version_on_disk(layout: Layout, schema: Schema) -> int:
    """The schema version of the file, 0 = nothing in it yet.

    Raises `NewerDatabaseError` or `CorruptDatabaseError`, the file untouched.
    """
    if layout.database.stat().st_size < HEADER_BYTES:
        raise corrupt(layout, "it is too short to be a database")  # SQLite would take it for an empty one
    with closing(read_only(layout)) as connection:
        version, application_id = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
        )
        if version == 0 and not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return 0
    if application_id != APPLICATION_ID:
        raise corrupt(layout, "it is not a database of Roku")
    if version > schema.version:
        raise NewerDatabaseError(
            said(
                "The database {database} was written by a newer Roku (schema {version}; this one knows "
                "{known}). Nothing was changed.",
                database=layout.database,
                version=version,
                known=schema.version,
            )
        )
    return int(version)


def read_only(layout: Layout) -> sqlite3.Connection:
    """Open without leaving a trace: `immutable` makes no log, no shared memory and takes no lock.

    Where commits wait in the log it must be read too, and SQLite may keep its shared memory file.
    """
    how = "mode=ro" if layout.has_unmerged_writes() else "immutable=1"
    uri = f"{_file_uri(layout.database)}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None)


def check_unless_clean(layout: Layout, instances: Instances) -> None:
    """Check the file's structure if it isn't as it was left. Raises `CorruptDatabaseError`."""
    if _is_as_left(layout) or layout.database.stat().st_size > CHECKED_AT_START_BYTES:
        return
    if not instances.others_alive():  # else it is being written to, by someone who could open it
        check(layout)


def check(layout: Layout) -> None:
    """Check the structure of the whole file. Raises `CorruptDatabaseError`."""
    with closing(read_only(layout)) as connection:
        finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise corrupt(layout, _in_one_line(finding))


def mark_clean(layout: Layout) -> None:
    """Note how the file looks now that it is closed, so that the next start need not check it.

    A home that was removed, is full or may only be read takes no note: then the next start checks.
    """
    with contextlib.suppress(OSError):
        private_file(layout.closed_cleanly)
        layout.closed_cleanly.write_text(_looks(layout), encoding="ascii")


def findings(db: Any) -> list[str]:
    """One sentence for each thing wrong in the whole database; empty = sound. Reads only."""
    found: list[str] = []
    for check_one in (_damaged_pages, _broken_references, _unreadable_messages):
        try:
            found += check_one(db)
        except Exception as error:
            cause = sqlite_error(error)
            if cause is None:
                raise
            found.append(f"The database could not be read to its end: {cause}.")
    return found


def _file_uri(path: Path) -> str:
    """As SQLite reads it: a network share stays in the path, where `Path.as_uri` makes it a host."""
    posix = path.as_posix()
    return "file://" + ("" if posix.startswith("/") else "/") + quote(posix)


def _damaged_pages(db: Any) -> list[str]:
    rows = db.execute_sql(f"PRAGMA integrity_check({MAX_FINDINGS})").fetchall()
    return [f"The database is damaged: {_in_one_line(text)}." for (text,) in rows if text != "ok"]


def _broken_references(db: Any) -> list[str]:
    rows = db.execute_sql("PRAGMA foreign_key_check").fetchall()
    tables = sorted({str(row[0]) for row in rows})
    return [f"Rows of {table} belong to nothing." for table in tables]


def index_findings(db: Any) -> list[str]:
    """The same for the search index; FTS5 wants the write lock for it."""
    try:
        db.execute_sql("INSERT INTO message_search (message_search) VALUES ('integrity-check')")
    except Exception as error:
        if sqlite_error(error) is None:
            raise
        return ["The search index is damaged; the messages themselves are not affected."]
    return []


def _unreadable_messages(db: Any) -> list[str]:
    decoder = msgspec.json.Decoder[Message](Message)
    unreadable = 0
    after = 0
    while rows := db.execute_sql(
        "SELECT message_id, body FROM messages WHERE message_id > ? ORDER BY message_id LIMIT 5000", (after,)
    ).fetchall():
        unreadable += sum(not _decodes(decoder, body) for _, body in rows)
        after = rows[-1][0]
    return [f"{unreadable} messages can't be read."] if unreadable else []


def _decodes(decoder: msgspec.json.Decoder[Message], body: bytes) -> bool:
    try:
        decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _is_as_left(layout: Layout) -> bool:
    if layout.has_unmerged_writes():
        return False
    try:
        return layout.closed_cleanly.read_text(encoding="ascii") == _looks(layout)
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _looks(layout: Layout) -> str:
    status = layout.database.stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _in_one_line(text: str) -> str:
    return " ".join(str(text).split())
