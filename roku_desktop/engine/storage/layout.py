"""Names inside the home that storage owns, and the schema this program speaks.

Read by every module of the room. Touches the disk only in `private_folder` and `private_file`,
which make things that their owner alone can read, whatever the umask (promise 20).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600

# "ROKU" in ASCII: tells our database from any other SQLite file (PRAGMA application_id).
APPLICATION_ID: Final = 0x524F4B55


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """Where the migrations lie and the number of the last one; a test brings its own."""

    directory: Path
    version: int


SCHEMA: Final = Schema(directory=Path(__file__).parent / "migrations", version=8)


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The places under one home that storage writes to."""

    home: Path

    @classmethod
    def of(cls, home: Path) -> Layout:
        return cls(home=home.absolute())

    @property
    def database(self) -> Path:
        return self.home / "roku.db"

    @property
    def write_ahead_log(self) -> Path:
        return self.home / "roku.db-wal"

    @property
    def snapshots(self) -> Path:
        return self.home / "snapshots"

    @property
    def instances(self) -> Path:
        return self.home / "instances"

    @property
    def closed_cleanly(self) -> Path:
        """What the database looked like when it was last closed (see `integrity.py`)."""
        return self.instances / "closed-cleanly"

    @property
    def schema_change(self) -> Path:
        """Locked by the one process that creates or migrates the database."""
        return self.instances / "schema-change"

    def is_fresh(self) -> bool:
        """Whether nothing was ever stored; a kill while creating leaves an empty file."""
        try:
            return self.database.stat().st_size == 0
        except FileNotFoundError:
            return True

    def has_unmerged_writes(self) -> bool:
        """Whether commits wait in the write-ahead log: a process is using it, or was killed."""
        try:
            return self.write_ahead_log.stat().st_size > 0
        except FileNotFoundError:
            return False


def private_folder(path: Path) -> None:
    """Make a folder of ours; one that is there already is narrowed to its owner."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if os.name == "posix" and path.stat().st_mode & 0o777 != FOLDER_MODE:
        path.chmod(FOLDER_MODE)


def private_file(path: Path) -> None:
    """Make an empty file of ours unless it is there; either way only its owner may read it.

    An existing file is never opened: closing it would drop the locks that SQLite holds on it
    elsewhere in this process (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE))
    if os.name == "posix" and path.stat().st_mode & 0o777 != FILE_MODE:
        path.chmod(FILE_MODE)
