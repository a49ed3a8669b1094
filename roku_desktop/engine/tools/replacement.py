"""Putting a whole new content in a file's place, or leaving it as it was.

Owns atomicity: the new content is written beside the file, flushed to the disk, given the old one's
rights and owner, and takes its place in one step. Whatever fails on the way (a full disk, a kill)
leaves the old file. A file that was to be new never replaces one that appeared meanwhile. Hard links
are parted, and extended attributes are not carried over: the price of the one step. Blocking.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from typing import Final

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.output import shown_size
from roku_desktop.engine.tools.workspace import Location, Workspace, kind_of

MAX_CHANGED_BYTES: Final = 8 * 1024 * 1024
_NEW_MODE: Final = 0o666  # less the umask, as any program makes files
_WRITE_FLAGS: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)


def content_of(workspace: Workspace, location: Location) -> bytes | None:
    """Read a file that is to be changed; None where there is none. Raises `ToolFailure`."""
    if not exists(workspace, location):
        return None
    with workspace.open_file(location) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        if size_bytes > MAX_CHANGED_BYTES:
            raise ToolFailure(
                f"'{location.shown}' has {shown_size(size_bytes)}; files up to "
                f"{shown_size(MAX_CHANGED_BYTES)} can be changed."
            )
        return file.readall()


def exists(workspace: Workspace, location: Location) -> bool:
    """Whether anything has that name. Raises `ToolFailure` where a part of the path is no folder."""
    try:
        workspace.status(location)
    except ToolFailure as failure:
        cause = failure.__cause__
        if isinstance(cause, OSError) and cause.errno == errno.ENOENT:
            return False
        raise
    return True


def replace_file(workspace: Workspace, location: Location, data: bytes, *, before: bytes | None) -> None:
    """Write a file whose content is `before`, None where there is none.

    Raises `ToolFailure`; the file is then as it was.
    """
    if content_of(workspace, location) != before:
        raise _changed(location)
    try:
        if before is None:
            workspace.make_folders(Location(location.parts[:-1]))
        with workspace.folder(location.parts[:-1]) as (folder, path):
            _Place(folder, path, location).replace(data, new=before is None)
    except OSError as error:
        raise ToolFailure(_explained(error, location)) from error


class _Place:
    """One name in one folder, reached by descriptor where the system can."""

    def __init__(self, folder: int | None, path: str, location: Location) -> None:
        self._folder = folder
        self._path = path
        self._location = location
        self._name = self._at(location.parts[-1])

    def replace(self, data: bytes, *, new: bool) -> None:
        temporary = self._at(f".{secrets.token_hex(8)}.tmp")
        old = None if new else self._status()
        descriptor = os.open(temporary, _WRITE_FLAGS, _NEW_MODE if new else 0o600, dir_fd=self._folder)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor, not a path)
                file.write(data)
                file.flush()
                if old is not None:
                    _take_after(descriptor, old)
                os.fsync(descriptor)
            if old is None:
                self._put_new(temporary)
            else:
                self._put(temporary, old)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=self._folder)
            raise
        self._flush_folder()

    def _at(self, name: str) -> str:
        return name if self._folder is not None else os.path.join(self._path, name)  # noqa: PTH118 (one form for both)

    def _status(self) -> os.stat_result:
        status = os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
        if kind_of(status) != "file":
            raise _changed(self._location)
        # Taking a file's place needs no right to write it, so the right is asked for: it was meant.
        if not os.access(self._name, os.W_OK, dir_fd=self._folder):
            raise PermissionError(errno.EACCES, "read-only")
        return status

    def _put(self, temporary: str, old: os.stat_result) -> None:
        now = os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (old.st_ino, old.st_size, old.st_mtime_ns):
            raise _changed(self._location)
        os.replace(temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def _put_new(self, temporary: str) -> None:
        try:
            if os.name == "nt":
                os.rename(temporary, self._name)  # noqa: PTH104 (there it never replaces)
                return
            os.link(temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except FileExistsError as error:
            raise _changed(self._location) from error
        except OSError:  # a file system without hard links
            with suppress(FileNotFoundError):
                os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
                raise _changed(self._location) from None
            os.replace(temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            return
        os.unlink(temporary, dir_fd=self._folder)

    def _flush_folder(self) -> None:
        if os.name == "nt":
            return
        with suppress(OSError):  # the file is in its place; some network drives can't flush folders
            descriptor = os.open(self._at("."), os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _take_after(descriptor: int, old: os.stat_result) -> None:
    """Give the new file the old one's owner and rights."""
    if os.name == "nt":
        return
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (old.st_uid, old.st_gid):
        with suppress(PermissionError):  # someone else's file that we may write becomes ours
            os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, old.st_mode & 0o7777)


def _changed(location: Location) -> ToolFailure:
    return ToolFailure(f"'{location.shown}' was changed meanwhile and was left as it is: read it again.")


def _explained(error: OSError, location: Location) -> str:
    shown = location.shown
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"There is no space left to write '{shown}'; it was left as it was."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"The system does not permit writing '{shown}'; it was left as it was."
        case errno.ENOTDIR | errno.EEXIST | errno.ELOOP:
            return f"'{shown}' can't be written: a part of its path is a file or a link, not a folder."
        case errno.ENAMETOOLONG:
            return f"The path '{shown}' is too long for this system."
    return f"'{shown}' can't be written ({error.strerror or error}); it was left as it was."
