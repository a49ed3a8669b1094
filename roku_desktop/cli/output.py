"""What people and scripts read: tables, JSON documents, sizes, times. Decides nothing else.

Called by all commands. Standard output belongs to the command's result, standard error to
everything that is said about it. Text that came from a model, a file or a server is printed as
plain text: control characters in it become visible instead of steering the terminal.
"""

from __future__ import annotations

import errno
import os
import sys
import time
import unicodedata
from collections.abc import Iterable, Sequence
from typing import IO

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "dim": "2", "bold": "1"}


def print_json(document: object) -> None:
    """Print one JSON document on stdout; frozen values become objects."""
    import msgspec

    from roku_desktop.engine import as_text

    write_json_line(msgspec.json.format(msgspec.json.encode(document, enc_hook=as_text), indent=2))


def write_json_line(encoded: bytes) -> None:
    """Print encoded JSON, UTF-8 on every system, and hand it to the reader at once."""
    stdout = sys.stdout
    stdout.flush()
    stdout.buffer.write(encoded + b"\n")
    stdout.buffer.flush()


def discard_output() -> None:
    """Let stdout go nowhere, also what is buffered: its reader is gone or its disk is full."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def is_reader_gone(error: OSError) -> bool:
    """Whether writing failed because nobody reads any more; Windows reports a closed pipe as EINVAL."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


def say(sentence: str) -> None:
    """Print a sentence on stderr."""
    print(plain(sentence), file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """Return the text with what would steer a terminal made visible; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char.isprintable() or char in "\n\t":
        return char
    if char == "\r":
        return ""
    # Zero-width joiners and marks shape scripts and emoji; only steering characters are shown as codes.
    if unicodedata.category(char) in {"Zs", "Cf"} and char not in _DIRECTION_CHANGES:
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


_DIRECTION_CHANGES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def one_line(text: str) -> str:
    """Return the text as one line, white space collapsed."""
    return plain(" ".join(text.split()))


def width(text: str) -> int:
    """Columns of a terminal that the text takes; wide (CJK) characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shorten(text: str, columns: int) -> str:
    """Cut the text to so many columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    taken: list[str] = []
    left = columns - 1
    for char in text:
        left -= _char_width(char)
        if left < 0:
            break
        taken.append(char)
    return "".join(taken).rstrip() + "…"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, flexible: int | None = None) -> str:
    """Return aligned lines that fit the terminal: the column `flexible` is cut where they don't."""
    lines = [list(heads), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(heads))]
    if flexible is not None:
        others = sum(widths) - widths[flexible] + 2 * (len(heads) - 1)
        widths[flexible] = max(min(widths[flexible], columns_here() - others), 12)
        for line in lines:
            line[flexible] = shorten(line[flexible], widths[flexible])
    painted = [_aligned(line, widths) for line in lines]
    return "\n".join([colour(painted[0], "dim"), *painted[1:]])


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (columns - width(cell)) for cell, columns in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def columns_here() -> int:
    """Columns of the terminal; 80 where the output goes elsewhere, unless COLUMNS says otherwise."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def colour(text: str, name: str, stream: IO[str] | None = None) -> str:
    """Return the text in that colour where a person looks at it and has not asked for none (NO_COLOR)."""
    stream = stream or sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m"


def size(size_bytes: int) -> str:
    """Return for instance `0 B`, `12.3 KB`, `4.0 MB` (powers of 1 024)."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    amount = float(size_bytes)
    for unit in ("KB", "MB", "GB"):
        amount /= 1024
        if amount < 1024:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1024:.1f} TB"


def when(at: float) -> str:
    """Return Unix seconds as local date and time, `2026-01-31 18:04`."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def can_ask() -> bool:
    """Whether a person sits at both ends, so that a question can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
