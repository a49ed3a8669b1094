"""How tools write their answers: bounded lists, escaped names, sizes in words.

Owns the form, not the content. Called by every tool of this package and by the dispatcher.
"""

from __future__ import annotations

from typing import Final

# Room kept for the sentences below a list or a text: what was cut, and how to get the rest.
NOTES_BYTES: Final = 768


def shown_name(name: str) -> str:
    r"""Return a name on one line: control, invisible and undecodable characters are escaped.

    Bytes that are no valid UTF-8 (surrogates, by PEP 383) are shown as `\xff`.
    """
    if name.isprintable():
        return name
    return "".join(_escaped(character) for character in name)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def shown_size(size_bytes: int) -> str:
    """Return for instance "812 bytes" or "1.4 MB" (decimal units, as file managers show them)."""
    if size_bytes == 1:
        return "1 byte"
    if size_bytes < 10_000:
        return f"{size_bytes} bytes"
    value, unit = size_bytes / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return for instance "1 entry" or "3 entries"."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def bounded_text(content: str, max_bytes: int) -> str:
    """Return text that is valid UTF-8, free of NUL and at most `max_bytes` long, and says if it was cut."""
    data = content.replace("\0", "\\x00").encode("utf-8", "backslashreplace")
    if len(data) <= max_bytes:
        return data.decode("utf-8")
    note = f"\n… cut here: the result had {shown_size(len(data))}, the limit is {shown_size(max_bytes)}."
    kept = data[: max(0, max_bytes - len(note.encode()))]
    return kept.decode("utf-8", "ignore") + note


class BoundedLines:
    """Lines up to a number and a size; `omitted` counts those that did not fit.

    Once one line did not fit none is taken any more, so what is shown has no holes.
    """

    def __init__(self, *, max_lines: int, max_bytes: int) -> None:
        self._lines: list[str] = []
        self._free_lines = max_lines
        self._free_bytes = max(max_bytes - NOTES_BYTES, max_bytes // 2)
        self.omitted = 0

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def full(self) -> bool:
        return self.omitted > 0

    @property
    def free_lines(self) -> int:
        return 0 if self.full else self._free_lines

    def add(self, line: str) -> None:
        size_bytes = len(line.encode("utf-8", "backslashreplace")) + 1
        if self.full or self._free_lines < 1 or size_bytes > self._free_bytes:
            self.omitted += 1
            return
        self._lines.append(line)
        self._free_lines -= 1
        self._free_bytes -= size_bytes

    def text(self, *notes: str) -> str:
        """Return the lines, and below them the notes that are not empty."""
        return "\n".join([*self._lines, *(note for note in notes if note)])
