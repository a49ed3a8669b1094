"""Where each key of a TOML document stands: line and column, which `tomllib` doesn't tell.

Owns a small scanner over a document that `tomllib` has already accepted; it finds positions and
judges nothing. Used by `config.file` for every message that points into `runtime.toml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

KeyPath = tuple[str | int, ...]
"""The way to a value: keys, and indexes into arrays, such as ("runtime", "llm", "fallback", 0)."""

_SPACE = re.compile(r"[ \t]*")
_TRIVIA = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
# A closing delimiter may be preceded by up to two quotes that belong to the text.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


class Position(msgspec.Struct, frozen=True):
    """Where something begins; both count from 1, columns in characters."""

    line: int
    column: int


class Places(msgspec.Struct, frozen=True):
    """The key of an entry, and its value. A table's value is its header."""

    key: Position
    value: Position


def find_places(text: str) -> dict[KeyPath, Places]:
    """Return where each key and each array element stands.

    `text` must be valid TOML with line ends as newlines and no byte order mark.
    """
    return _Scanner(text).scan()


class _Scanner:
    """One walk over one document; `_at` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._table_counts: dict[KeyPath, int] = {}
        self._places: dict[KeyPath, Places] = {}

    def scan(self) -> dict[KeyPath, Places]:
        table: KeyPath = ()
        self._skip(_TRIVIA)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._entry(table)
            self._skip(_TRIVIA)
        return self._places

    def _header(self) -> KeyPath:
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        segments = self._dotted_key()
        self._at += 2 if is_array else 1
        path: KeyPath = ()
        for name, place in segments[:-1]:
            path = self._enter((*path, name), place)
        name, place = segments[-1]
        path = (*path, name)
        if is_array:
            index = self._table_counts.get(path, 0)
            self._table_counts[path] = index + 1
            self._places.setdefault(path, Places(place, place))
            path = (*path, index)
        self._places[path] = Places(place, place)
        return path

    def _enter(self, path: KeyPath, place: Position) -> KeyPath:
        """Step into a table on the way of a header: the newest element where it is an array."""
        self._places.setdefault(path, Places(place, place))
        count = self._table_counts.get(path)
        return path if count is None else (*path, count - 1)

    def _entry(self, table: KeyPath) -> None:
        path = table
        segments = self._dotted_key()
        for name, place in segments:
            path = (*path, name)
            self._places.setdefault(path, Places(place, place))
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._places[path] = Places(segments[-1][1], self._position())
        self._value(path)

    def _dotted_key(self) -> list[tuple[str, Position]]:
        segments = []
        while True:
            self._skip(_SPACE)
            place = self._position()
            segments.append((self._key(), place))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return segments
            self._at += 1

    def _key(self) -> str:
        if self._text[self._at] not in "\"'":
            return self._take(_BARE_KEY)
        token = self._take(_STRING)
        if "\\" not in token or token[0] == "'":
            return token[1:-1]
        import tomllib

        unescaped: str = tomllib.loads(f"key = {token}")["key"]
        return unescaped

    def _value(self, path: KeyPath) -> None:
        first = self._text[self._at]
        if first in "\"'":
            self._take(_STRING)
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip(_TRIVIA)
            if self._text[self._at] == "]":
                self._at += 1
                return
            place = self._position()
            self._places[(*path, index)] = Places(place, place)
            self._value((*path, index))
            index += 1
            self._skip(_TRIVIA)
            if self._text[self._at] == ",":
                self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while True:
            self._skip(_TRIVIA)
            if self._text[self._at] == "}":
                self._at += 1
                return
            self._entry(path)
            self._skip(_TRIVIA)
            if self._text[self._at] == ",":
                self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match, "the document was accepted by tomllib"
        self._at = match.end()
        return match.group()

    def _position(self) -> Position:
        line = bisect_right(self._line_starts, self._at)
        return Position(line, self._at - self._line_starts[line - 1] + 1)
