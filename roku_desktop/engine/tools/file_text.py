"""The text of a file, in a form that goes back to the same bytes.

Owns what an edit must keep: byte order mark, encoding, line endings, bytes that are no valid text.
Touches no file. Called by Write and Edit.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

import msgspec

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.output import counted
from roku_desktop.engine.tools.text import SNIFF_BYTES, sniff

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_NEWLINE: Final = re.compile(r"(?<!\r)\n")


class FileText(msgspec.Struct, frozen=True, kw_only=True):
    """A text and how it is written. `data()` of a text that was read is what was read."""

    text: str
    codec: str = "utf-8"
    mark: bytes = b""

    @classmethod
    def read(cls, data: bytes, shown: str) -> FileText:
        """Decode a file. Raises `ToolFailure` where it is no text; `shown` names it."""
        sniffed = sniff(data[:SNIFF_BYTES])
        if sniffed.binary:
            raise ToolFailure(f"'{shown}' is {sniffed.binary}: only text files can be changed.")
        mark, codec = next(((m, c) for m, c in _MARKS if data.startswith(m)), (b"", "utf-8"))
        try:
            text = data[len(mark) :].decode(codec, _errors(codec))
        except UnicodeDecodeError as error:
            raise ToolFailure(
                f"'{shown}' is not valid {codec.upper()} and can't be changed safely."
            ) from error
        if "\0" in text:
            raise ToolFailure(f"'{shown}' is binary data: only text files can be changed.")
        return cls(text=text, codec=codec, mark=mark)

    def with_text(self, text: str) -> FileText:
        return FileText(text=text, codec=self.codec, mark=self.mark)

    def data(self) -> bytes:
        """Encode. Raises `ToolFailure` for lone surrogates, which no encoding has."""
        try:
            return self.mark + self.text.encode(self.codec, _errors(self.codec))
        except UnicodeEncodeError as error:
            raise ToolFailure("The text holds half of a surrogate pair, which no file can hold.") from error

    @property
    def crlf(self) -> bool:
        """Whether every line ends in CRLF."""
        return "\n" in self.text and not _BARE_NEWLINE.search(self.text)

    def adapted(self, text: str) -> str:
        """Give a new text the line endings of this file; models write newlines alone."""
        return _BARE_NEWLINE.sub("\r\n", text) if self.crlf else text


def _errors(codec: str) -> str:
    return "surrogateescape" if codec == "utf-8" else "strict"


def replaced(before: FileText, old: str, new: str, *, every: bool, shown: str) -> FileText:
    """Replace `old`, which must be there, and once unless `every`. Raises `ToolFailure`."""
    if not old:
        raise ToolFailure("old_string is empty: give the text to replace, or use Write for a whole file.")
    old, new = before.adapted(old), before.adapted(new)
    if old not in before.text:
        # Files with both line endings: what Read showed of these lines has no carriage returns.
        old, new = _BARE_NEWLINE.sub("\r\n", old), _BARE_NEWLINE.sub("\r\n", new)
    if old == new:
        raise ToolFailure("old_string and new_string are the same: nothing would change.")
    found = before.text.count(old)
    if not found:
        raise ToolFailure(
            f"old_string was not found in '{shown}'. Read the file again and give the exact text, "
            "indentation included, without line numbers."
        )
    if found > 1 and not every:
        raise ToolFailure(
            f"old_string is there {counted(found, 'time')} in '{shown}'. Add lines around it until it is "
            "unique, or set replace_all."
        )
    if not every and before.text.find(old, before.text.find(old) + 1) >= 0:
        raise ToolFailure(f"old_string overlaps itself in '{shown}'. Add lines around it until it is unique.")
    return before.with_text(before.text.replace(old, new))
