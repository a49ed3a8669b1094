"""Which shared libraries the parts of the single-file program need, on Linux.

Owns: following the links from the files that are loaded by path, and leaving out or packing away what
nobody follows. Works on PyInstaller's tables of contents. Called by the spec in `packaging/`.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from devtools.bundle import FROM_THE_SYSTEM, LATE_FILES
from devtools.checkout import run_quietly

# One entry of a table: name in the bundle, file on this machine, kind.
Entry = tuple[str, str, str]
LibrariesOf = Callable[[str], set[str]]

# PyInstaller's loader keeps entries of this kind as they are and never unpacks them.
KEPT_PACKED = "PKG"


def linked_libraries(file: str) -> set[str]:
    """The libraries that an ELF file names itself. With binutils, which PyInstaller needs on Linux."""
    listed = run_quietly(["objdump", "--private-headers", file], failing=f"objdump could not read {file}:")
    return set(re.findall(r"NEEDED\s+(\S+)", listed))


def own_libraries(binaries: Sequence[Entry], libraries_of: LibrariesOf) -> list[Entry]:
    """Leave out what comes from the system, and what only something left out had asked for.

    Extension modules and plugins are loaded by path and stay, and so does Python itself.
    """
    loaded = [entry for entry in binaries if not _is_library(entry)]
    needed = _needed_by(loaded, binaries, libraries_of)
    return [entry for entry in binaries if not _is_library(entry) or _file_name(entry[0]) in needed]


def without_dangling_links(entries: Sequence[Entry], kept: Sequence[Entry]) -> list[Entry]:
    """PyInstaller links libraries to the top; links to what was left out go too."""
    there = {_file_name(name) for name, _, kind in kept if kind != "SYMLINK"}
    return [entry for entry in entries if entry[2] != "SYMLINK" or _file_name(entry[1]) in there]


def late_parts(entries: Sequence[Entry], libraries_of: LibrariesOf) -> dict[Entry, str]:
    """The entries that stay packed at the start, each with its part: `roku_desktop/frozen.py` tells why.

    A library belongs to the part that alone needs it; what two parts need is unpacked at the start.
    """
    files = [entry for entry in entries if entry[2] != "SYMLINK"]
    part_of = {entry: part for entry in files if (part := _part_by_name(entry[0]))}
    loaded = [entry for entry in files if not _is_library(entry)]
    needed: dict[str, set[str]] = {}
    for entry in loaded:
        part = part_of.get(entry, "")
        needed[part] = needed.get(part, set()) | _needed_by([entry], entries, libraries_of)
    for entry in files:
        if _is_library(entry):
            parts = [part for part, names in needed.items() if _file_name(entry[0]) in names]
            if len(parts) == 1 and parts[0]:
                part_of[entry] = parts[0]
    return part_of


def packed_away(entries: Sequence[Entry], part_of: Mapping[Entry, str], folder: Path) -> list[Entry]:
    """Replace each late entry by a packed one, stripped like the rest; the files lie in `folder`."""
    return [
        (f"{part}/{entry[0]}", str(_packed(entry, folder)), KEPT_PACKED)
        if (part := part_of.get(entry))
        else entry
        for entry in entries
    ]


def _packed(entry: Entry, folder: Path) -> Path:
    name, file, kind = entry
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if kind in {"BINARY", "EXTENSION"}:
        run_quietly(["strip", "-o", target, file], failing=f"strip could not read {file}:")
        file = str(target)
    # A model's weights don't get smaller; storing them saves a second at each first use.
    level = 0 if name.endswith(".gguf") else 9
    target.write_bytes(zlib.compress(Path(file).read_bytes(), level))
    return target


def _needed_by(loaded: Iterable[Entry], entries: Sequence[Entry], libraries_of: LibrariesOf) -> set[str]:
    """File names of the libraries in `entries` that these need, and those need in turn."""
    files = {_file_name(name): file for name, file, kind in entries if kind != "SYMLINK"}
    needed: set[str] = set()
    unread = [file for _, file, kind in loaded if kind in {"BINARY", "EXTENSION"}]
    while unread:
        names = libraries_of(unread.pop()) - needed
        names = {name for name in names if name in files and not name.startswith(FROM_THE_SYSTEM)}
        needed |= names
        unread += [files[name] for name in names]
    return needed


def _part_by_name(name: str) -> str:
    return next((part for part, starts in LATE_FILES if name.startswith(starts)), "")


def _is_library(entry: Entry) -> bool:
    name, _, kind = entry
    file = _file_name(name)
    loaded_by_path = kind == "EXTENSION" or "/plugins/" in name or file.startswith("libpython")
    return not loaded_by_path and ".so" in file


def _file_name(name: str) -> str:
    return PurePosixPath(name).name
