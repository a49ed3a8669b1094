"""Telling text from other data, and cutting a window of lines out of a file of any size.

Owns encodings (UTF-8 with or without BOM, UTF-16 and UTF-32 with one), the signs of binary data and
the line window, whose memory is bounded by the window and one chunk, however long a line is.
Touches no file itself. Called by Read, Inspect and Grep.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from roku_desktop.engine.tools.output import NOTES_BYTES

SNIFF_BYTES: Final = 8_192

# Longest first: the mark of UTF-32 LE begins with that of UTF-16 LE.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (or an office document, wheel, jar …)"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "an ELF program or library"),
    (b"MZ", "a Windows program or library"),
    (b"\xcf\xfa\xed\xfe", "a macOS program or library"),
    (b"GGUF", "a GGUF model"),
)


class Sniffed(msgspec.Struct, frozen=True, kw_only=True):
    """What the first bytes say: a Python codec if it is text, else what kind of data it is."""

    codec: str = ""
    binary: str = ""


def sniff(head: bytes) -> Sniffed:
    """Judge the first `SNIFF_BYTES` of a file."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return Sniffed(codec=codec)
    named = next((name for signature, name in _SIGNATURES if head.startswith(signature)), "")
    # Short signatures such as "MZ" may begin a text; text holds no NUL. PDF alone may hold none either.
    if b"\0" in head or head.startswith(b"%PDF-") or (named and not _is_utf8(head)):
        return Sniffed(binary=named or "binary data")
    return Sniffed(codec="utf-8")


def codec_name(codec: str) -> str:
    """Name a codec for people: "UTF-8 with BOM"."""
    return "UTF-8 with BOM" if codec == "utf-8-sig" else codec.upper()


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def whole_lines(chunks: Iterable[bytes], codec: str, *, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Cut a file into pieces of whole lines in UTF-8, each with the number of lines before it.

    A line longer than `max_bytes` is cut into several pieces of that same line.
    """
    decoder = None if codec == "utf-8" else codecs.getincrementaldecoder(codec)("replace")
    held, lines = b"", 0
    for chunk in chunks:
        held += chunk if decoder is None else decoder.decode(chunk).encode("utf-8", "replace")
        end = held.rfind(b"\n") + 1
        if not end and len(held) < max_bytes:
            continue
        piece, held = (held[:end], held[end:]) if end else (held, b"")
        yield lines, piece
        lines += piece.count(b"\n")
    if decoder is not None:
        held += decoder.decode(b"", final=True).encode("utf-8", "replace")
    if held:
        yield lines, held


class LineWindow:
    """Lines `first` to `first + most - 1` of a text that is fed in pieces, numbered like `cat -n`.

    Attributes:
        shown: the numbered lines so far.
        newlines, cut_line: lines ended so far; the number of a line that did not fit as a whole.
        full: nothing more will be shown; feeding on only counts lines.
        crlf, replaced: whether a shown line ended in CRLF; whether it held undecodable bytes.
    """

    def __init__(self, *, first: int, most: int | None, max_bytes: int) -> None:
        self.shown: list[str] = []
        self.newlines = 0
        self.cut_line = 0
        self.full = most == 0
        self.crlf = False
        self.replaced = False
        self._first = first
        self._last = first + most - 1 if most is not None else None
        self._free_bytes = max(max_bytes - NOTES_BYTES, max_bytes // 2)
        self._pieces: list[str] = []
        self._ends_open = False

    @property
    def lines(self) -> int:
        """Lines fed so far, one without its newline included."""
        return self.newlines + self._ends_open

    def feed(self, text: str) -> None:
        """Take the next piece, of any length, cut anywhere."""
        if not text:
            return
        start = self._skip(text)
        while start < len(text) and not self.full:
            end = text.find("\n", start)
            if not self._take(text[start : end if end >= 0 else len(text)]):
                break
            if end >= 0:
                self._end_line()
            start = end + 1 if end >= 0 else len(text)
        self.newlines += text.count("\n", start)
        self._ends_open = not text.endswith("\n")

    def finish(self) -> None:
        """The text has ended: a last line without newline is a line too."""
        if self._ends_open and not self.full and self.newlines + 1 >= self._first:
            self._show(ended=False)

    def _skip(self, text: str) -> int:
        """Pass over what lies before the first line; return where the window begins in `text`."""
        missing = self._first - 1 - self.newlines
        if self.full or missing <= 0:
            return 0
        inside = text.count("\n")
        if inside < missing:
            self.newlines += inside
            return len(text)
        start = 0
        for _ in range(missing):
            start = text.find("\n", start) + 1
        self.newlines += missing
        return start

    def _take(self, piece: str) -> bool:
        """Keep a piece of the current line; False if it does not fit, and the window is full."""
        data = piece.encode("utf-8", "replace")
        if len(data) > self._free_bytes:
            self._cut(data[: max(self._free_bytes, 0)].decode("utf-8", "ignore"))
            return False
        self._free_bytes -= len(data)
        self._pieces.append(piece)
        return True

    def _cut(self, kept: str) -> None:
        self.full = True
        if self.shown:
            # Whole lines are shown already: leave this one for the next call.
            self._pieces.clear()
            return
        self.cut_line = self.newlines + 1
        self._pieces.append(kept)
        self._show(ended=False)

    def _end_line(self) -> None:
        self._show(ended=True)
        self.newlines += 1
        if self._last is not None and self.newlines >= self._last:
            self.full = True

    def _show(self, *, ended: bool) -> None:
        line = "".join(self._pieces)
        self._pieces.clear()
        self.replaced = self.replaced or "\ufffd" in line
        if ended and line.endswith("\r"):
            line, self.crlf = line[:-1], True
        numbered = f"{self.newlines + 1:>6}\t{line}"
        self._free_bytes -= len(numbered) - len(line) + 1
        self.shown.append(numbered)
