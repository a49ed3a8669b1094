"""ICU's data for the single-file program: only what Qt asks for in the languages the window speaks.

Qt's wheels for Linux carry all of ICU's data, 32 MB for 500 locales and 190 character sets. Qt itself
brings formats, names and case rules for every locale; of ICU it asks collation and time zones. Where
ICU doesn't find a locale it goes on with the root one, so leaving one out changes an order, and breaks
nothing. Systems other than Linux have an ICU of their own.

Owns: reading and writing ICU's package format, and making the library that holds it (with binutils,
which PyInstaller needs anyway). Called by the spec in `packaging/`.
"""

import shutil
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from devtools.checkout import run_quietly
from devtools.linking import Entry

KEPT_FOLDERS = ("", "coll", "zone")  # "" is the general data of each locale
KEPT_LANGUAGES = ("root", "en", "zh")
# Data of no language in particular; `pool` holds strings that the locales beside it share.
KEPT_FILES = (
    "coll/ucadata.icu",
    "coll/res_index.res",
    "currencyNumericCodes.res",
    "keyTypeData.res",
    "likelySubtags.res",
    "metaZones.res",
    "metadata.res",
    "nfkc.nrm",
    "numberingSystems.res",
    "plurals.res",
    "pool.res",
    "res_index.res",
    "supplementalData.res",
    "timezoneTypes.res",
    "windowsZones.res",
    "zone/pool.res",
    "zone/res_index.res",
    "zoneinfo64.res",
)
ASSEMBLY = """\
    .section .rodata
    .globl {symbol}
    .balign 16
    .type {symbol}, %object
{symbol}:
    .incbin "{data}"
    .size {symbol}, . - {symbol}
    .section .note.GNU-stack, "", %progbits
"""
_ALIGNMENT = 16


class NotAPackage(Exception):
    """The library doesn't hold ICU data in the form we know; the caller keeps it whole."""


def is_wanted(item: str) -> bool:
    """Whether an item such as "coll/zh.res" stays."""
    folder, _, file = item.rpartition("/")
    language = file.removesuffix(".res").split("_")[0]
    return item in KEPT_FILES or (
        folder in KEPT_FOLDERS and file.endswith(".res") and language in KEPT_LANGUAGES
    )


def with_shrunk_library(binaries: Sequence[Entry], folder: Path) -> list[Entry]:
    """PyInstaller's table of binaries with the library replaced by a small one, made in `folder`."""
    return [
        (name, str(shrunk_library(Path(file), folder)), kind)
        if "/libicudata." in name and kind != "SYMLINK"
        else (name, file, kind)
        for name, file, kind in binaries
    ]


def shrunk_library(library: Path, folder: Path) -> Path:
    """Make a library of the same name in `folder` that holds the wanted items only.

    Returns `library` itself where that can't be done: its data has another form, or `as` and `ld` are
    missing.
    """
    assembler, linker = shutil.which("as"), shutil.which("ld")
    if assembler is None or linker is None:
        return library
    try:
        header, items = read_package(library.read_bytes())
    except NotAPackage:
        return library
    prefix = next(iter(items)).split("/")[0] + "/"
    kept = {name: item for name, item in items.items() if is_wanted(name.removeprefix(prefix))}
    folder.mkdir(parents=True, exist_ok=True)
    data, source, compiled = (folder / f"icu.{ending}" for ending in ("dat", "s", "o"))
    data.write_bytes(write_package(header, kept))
    # The data's symbol bears the major version only: icudt73l/ is icudt73_dat.
    source.write_text(ASSEMBLY.format(symbol=prefix[:-2] + "_dat", data=data), encoding="utf-8")
    target = folder / library.name
    failing = "ICU's data could not be made small:"
    run_quietly([assembler, "-o", compiled, source], failing=failing)
    options = ["-shared", "--build-id=none", "-soname", library.name]
    run_quietly([linker, *options, "-o", target, compiled], failing=failing)
    return target


def read_package(binary: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Find the package in a library's bytes; returns its header and its items by name, in order.

    Raises NotAPackage where there is none, or it is of the other byte order.
    """
    # A header starts with its size, two magic bytes, and the description of the format.
    at = binary.find(b"\xda\x27\x14\x00\x00\x00\x00\x00\x02\x00CmnD\x01") - 2
    if at < 0:
        raise NotAPackage
    header_size = struct.unpack_from("<H", binary, at)[0]
    contents = at + header_size
    count = struct.unpack_from("<I", binary, contents)[0]
    entries = [struct.unpack_from("<II", binary, contents + 4 + 8 * index) for index in range(count)]
    if not entries:
        raise NotAPackage
    # Items don't know their size: each ends where the next begins, and the last with the library.
    ends = [start for _, start in entries[1:]] + [len(binary) - contents]
    items = {}
    for (name_at, start), end in zip(entries, ends, strict=True):
        name_start = contents + name_at
        name = binary[name_start : binary.index(b"\0", name_start)].decode("ascii")
        items[name] = binary[contents + start : contents + end]
    return binary[at:contents], items


def write_package(header: bytes, items: Mapping[str, bytes]) -> bytes:
    """The reverse of `read_package`. ICU searches the names by halves: they have to be in order."""
    names = sorted(items)
    names_at = 4 + 8 * len(names)
    table, name_bytes, data = bytearray(struct.pack("<I", len(names))), bytearray(), bytearray()
    data_at = _aligned(names_at + sum(len(name) + 1 for name in names), len(header))
    for name in names:
        table += struct.pack("<II", names_at + len(name_bytes), data_at + len(data))
        name_bytes += name.encode("ascii") + b"\0"
        data += items[name]
        data += bytes(-len(data) % _ALIGNMENT)
    contents = table + name_bytes
    return header + bytes(contents) + bytes(data_at - len(contents)) + bytes(data)


def _aligned(offset: int, header_size: int) -> int:
    """The next offset that is a multiple of 16 counted from the header's start."""
    return offset + -(offset + header_size) % _ALIGNMENT
