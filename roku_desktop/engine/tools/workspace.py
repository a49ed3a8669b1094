"""The workspace: which paths a tool may touch, and the only way files and folders are opened.

Owns containment. A path is first *located* (links resolved, the result must lie below the root) and
then opened by its real components, none of which may be a link any more. So a link that appears
between the two steps makes the open fail instead of leading out. Where the system opens relative to
a descriptor (Linux, macOS) each component is opened with O_NOFOLLOW from the one above. Elsewhere
(Windows) the path is opened whole and checked again afterwards: same file, still no link on the way;
what stays open there is a folder swapped twice within these few calls by someone who can already
write into the workspace. Hard links can't be told from files and count as inside.

Blocking; called by the tools of this package in a thread.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

import msgspec

from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.tools.output import shown_name

EntryKind = Literal["file", "folder", "link", "other"]

_BY_DESCRIPTOR: Final = (
    os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
)
_CLOSE_ON_EXEC: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)
# O_NONBLOCK: a FIFO that takes a file's place after the check can't make open() wait.
_FILE_FLAGS: Final = (
    os.O_RDONLY
    | _CLOSE_ON_EXEC
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_FOLDER_FLAGS: Final = os.O_RDONLY | _CLOSE_ON_EXEC | getattr(os, "O_DIRECTORY", 0)
# O_PATH (Linux) passes through folders that may be entered but not listed.
_PASS_FLAGS: Final = _FOLDER_FLAGS | getattr(os, "O_PATH", 0)
# Windows opens devices and streams under these names in any folder.
_WINDOWS_DEVICES: Final = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
    ]
)
_KIND_WORDS: Final = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a symbolic link that leads nowhere"),
)


class Location(msgspec.Struct, frozen=True):
    """A place in the workspace by its real components below the root; `()` is the root itself."""

    parts: tuple[str, ...]

    @property
    def shown(self) -> str:
        return shown_name("/".join(self.parts)) or "."

    def child(self, name: str) -> Location:
        return Location((*self.parts, name))


class Entry(msgspec.Struct, frozen=True):
    """One name in a folder. Links are links, wherever they lead."""

    location: Location
    kind: EntryKind

    @property
    def name(self) -> str:
        return self.location.parts[-1]


class Workspace:
    """A folder whose content may be read.

    `by_descriptor` chooses how files are opened (module docstring); tests try both ways.
    """

    def __init__(self, root: Path, *, by_descriptor: bool = _BY_DESCRIPTOR) -> None:
        self._root = os.path.realpath(root)
        self._named_root = os.path.abspath(root)  # noqa: PTH100 (a string, as all here)
        self._by_descriptor = by_descriptor

    @property
    def root(self) -> str:
        """The real path of the folder."""
        return self._root

    def absolute(self, location: Location) -> str:
        return os.path.join(self._root, *location.parts)  # noqa: PTH118 (as in locate)

    def is_direct(self, path: str, location: Location) -> bool:
        """Whether `path` names the location without a symbolic link between the root and it."""
        meant = os.path.normcase(self.absolute(location))
        for root in (self._root, self._named_root):
            named = os.path.normcase(os.path.normpath(os.path.join(root, path)))  # noqa: PTH118 (as in locate)
            if named == meant or named == os.path.normcase(os.path.join(root, *location.parts)):  # noqa: PTH118 (as above)
                return True
        return False

    def locate(self, path: str) -> Location:
        """Resolve what a model wrote: relative to the root, or absolute within it.

        Raises `ToolRefusal` where it leads out, `ToolFailure` where it can't be a path at all.
        """
        if path == "~" or path.startswith(("~/", "~\\")):
            raise ToolRefusal(f"'~' is not expanded. {self._allowed()}")
        try:
            real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 (pathlib drops what matters: '..')
        except (ValueError, RecursionError, OSError) as error:
            raise ToolFailure(f"{_quoted(path)} can't be used as a path: {error}.") from error
        parts = self._below_root(real)
        if parts is None:
            raise ToolRefusal(f"{_quoted(path)} {self._way_out(path)}. {self._allowed()}")
        if os.name == "nt":
            _refuse_windows_devices(path, parts)
        return Location(parts)

    def status(self, location: Location) -> os.stat_result:
        """Return what is there, without following a link. Raises `ToolFailure`."""
        with self._explained(location):
            return self._status(location)

    def open_file(self, location: Location) -> io.FileIO:
        """Open a regular file for reading, unbuffered. Anything else is refused, never opened."""
        with self._explained(location):
            if not location.parts:
                raise _is_folder(location)
            _require_file(self._status(location), location)
            descriptor = self._open(location)
            try:
                _require_file(os.fstat(descriptor), location)
                return io.FileIO(descriptor, "rb")
            except BaseException:
                os.close(descriptor)
                raise

    def entries(self, location: Location, *, limit: int) -> tuple[list[Entry], bool]:
        """List a folder, sorted by name, and say whether it has more than `limit` entries."""
        with self._explained(location), self._scan(location) as names:
            found = [
                Entry(location.child(entry.name), _kind(entry)) for entry in itertools.islice(names, limit)
            ]
            more = next(names, None) is not None
        return sorted(found, key=lambda entry: entry.name), more

    def link_target(self, location: Location) -> str:
        """Return the text of a link, wherever it points; empty if it can't be read."""
        with suppress(OSError, ToolFailure), self.folder(location.parts[:-1]) as (folder, path):
            if folder is None:
                return os.readlink(os.path.join(path, location.parts[-1]))  # noqa: PTH115, PTH118 (one form for both ways)
            return os.readlink(location.parts[-1], dir_fd=folder)
        return ""

    def _below_root(self, real: str) -> tuple[str, ...] | None:
        root, folded = os.path.normcase(self._root), os.path.normcase(real)
        if folded == root:
            return ()
        prefix = root if root.endswith(os.sep) else root + os.sep
        if not folded.startswith(prefix):
            return None
        return tuple(real[len(prefix) :].split(os.sep))  # noqa: PTH206 (realpath has normalized it)

    def _way_out(self, path: str) -> str:
        lexical = os.path.normpath(os.path.join(self._root, path))  # noqa: PTH118 (as in locate)
        if self._below_root(lexical) is None:
            return "lies outside the workspace"
        return "leads out of the workspace through a symbolic link"

    def _allowed(self) -> str:
        root = shown_name(self._root)
        return f"Use a path inside the workspace {root}, such as 'src/main.py', or '.' for all of it."

    def _status(self, location: Location) -> os.stat_result:
        if not location.parts:
            return os.stat(self._root)  # noqa: PTH116 (the root stays a string)
        with self.folder(location.parts[:-1]) as (folder, path):
            if folder is None:
                return os.lstat(os.path.join(path, location.parts[-1]))  # noqa: PTH118 (as above)
            return os.stat(location.parts[-1], dir_fd=folder, follow_symlinks=False)

    def _open(self, location: Location) -> int:
        with self.folder(location.parts[:-1]) as (folder, path):
            if folder is not None:
                return os.open(location.parts[-1], _FILE_FLAGS, dir_fd=folder)
            whole = os.path.join(path, location.parts[-1])  # noqa: PTH118 (as above)
            descriptor = os.open(whole, _FILE_FLAGS)
            try:
                self._require_unmoved(location)
                if not os.path.samestat(os.fstat(descriptor), os.lstat(whole)):
                    raise _changed(location)
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor

    @contextmanager
    def _scan(self, location: Location) -> Iterator[Iterator[os.DirEntry[str]]]:
        with ExitStack() as stack:
            folder, path = stack.enter_context(self.folder(location.parts))
            if folder is None:
                names = stack.enter_context(os.scandir(path))
                self._require_unmoved(location)
            else:
                listable = os.open(".", _FOLDER_FLAGS, dir_fd=folder)
                stack.callback(os.close, listable)
                names = stack.enter_context(os.scandir(listable))
            yield names

    @contextmanager
    def folder(self, parts: tuple[str, ...]) -> Iterator[tuple[int | None, str]]:
        """Give a folder as a descriptor, or as a path that was just checked. Raises OSError."""
        if not self._by_descriptor:
            self._require_unmoved(Location(parts))
            yield None, os.path.join(self._root, *parts)  # noqa: PTH118 (as above)
            return
        descriptor = os.open(self._root, _PASS_FLAGS)
        try:
            for part in parts:
                below = os.open(part, _PASS_FLAGS | os.O_NOFOLLOW, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            yield descriptor, ""
        finally:
            os.close(descriptor)

    def make_folders(self, location: Location) -> None:
        """Make the folders of a path that are missing, one below the other. Raises OSError."""
        for depth in range(1, len(location.parts) + 1):
            with self.folder(location.parts[: depth - 1]) as (folder, path), suppress(FileExistsError):
                name = location.parts[depth - 1]
                if folder is None:
                    os.mkdir(os.path.join(path, name))  # noqa: PTH102, PTH118 (as above)
                else:
                    os.mkdir(name, dir_fd=folder)

    def _require_unmoved(self, location: Location) -> None:
        path = os.path.join(self._root, *location.parts)  # noqa: PTH118 (as above)
        if os.path.normcase(os.path.realpath(path)) != os.path.normcase(path):
            raise _changed(location)

    @contextmanager
    def _explained(self, location: Location) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ToolFailure(self._explanation(error, location)) from error

    def _explanation(self, error: OSError, location: Location) -> str:
        shown = _quoted("/".join(location.parts) or ".")
        match error.errno:
            case errno.ENOENT if not location.parts:
                return f"The workspace folder {shown_name(self._root)} does not exist any more."
            case errno.ENOENT:
                return f"There is no {shown} in the workspace.{self._similar(location)}"
            case errno.ENOTDIR:
                return f"{shown} can't be reached as a folder: it, or a part of its path, is a file."
            case errno.ELOOP:
                return f"{shown} is a loop of symbolic links, or was replaced by a link just now."
            case errno.EACCES | errno.EPERM:
                return f"The system does not permit reading {shown}."
            case errno.ENAMETOOLONG:
                return f"The path {shown} is too long for this system."
        return f"{shown} can't be read: {error.strerror or error}."

    def _similar(self, location: Location) -> str:
        """Name what a mistyped path may have meant."""
        import difflib

        folder = location.parts[:-1]
        try:
            with self._scan(Location(folder)) as entries:
                names = sorted(entry.name for entry in itertools.islice(entries, 200))
        except (OSError, ToolFailure):
            return ""
        close = difflib.get_close_matches(location.parts[-1][:255], names, n=3, cutoff=0.6)
        meant = " or ".join(_quoted("/".join((*folder, name))) for name in close)
        return f" Did you mean {meant}?" if meant else ""


def kind_of(status: os.stat_result) -> EntryKind:
    """Return the kind of what `status` (not following links) describes."""
    if stat.S_ISLNK(status.st_mode):
        return "link"
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(status.st_mode) else "other"


def kind_words(status: os.stat_result) -> str:
    """Name a thing that is neither file nor folder, for instance "a named pipe"."""
    return next((words for is_kind, words in _KIND_WORDS if is_kind(status.st_mode)), "a special file")


def _kind(entry: os.DirEntry[str]) -> EntryKind:
    try:
        if entry.is_symlink():
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if entry.is_file(follow_symlinks=False) else "other"
    except OSError:
        return "other"


def _require_file(status: os.stat_result, location: Location) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _is_folder(location)
    shown = _quoted("/".join(location.parts))
    if not stat.S_ISREG(status.st_mode):
        raise ToolRefusal(f"{shown} is {kind_words(status)}, not a file: only regular files are read.")


def _refuse_windows_devices(path: str, parts: tuple[str, ...]) -> None:
    for part in parts:
        if ":" in part or part.split(".")[0].rstrip(" ").lower() in _WINDOWS_DEVICES:
            raise ToolRefusal(f"{_quoted(path)} names a device or a stream of Windows, not a file.")


def _is_folder(location: Location) -> ToolFailure:
    shown = _quoted("/".join(location.parts) or ".")
    return ToolFailure(f"{shown} is a folder: use ListDir to see what is in it.")


def _changed(location: Location) -> ToolFailure:
    return ToolFailure(f"{_quoted('/'.join(location.parts))} was replaced while it was opened: try again.")


def _quoted(path: str) -> str:
    """Show a path in a sentence: escaped, and cut where someone sent a book."""
    shown = shown_name(path)
    return f"'{shown}'" if len(shown) <= 300 else f"'{shown[:300]}…'"
