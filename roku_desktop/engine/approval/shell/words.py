"""Words of a shell's text: where they end, what quoting hides in them.

Owns bash's lexical rules for one simple command: quotes, escapes, expansions as units, redirections
taken out. Reads what bash would read, and where that is in doubt reads *more* rather than less: this
serves the search for what is denied, never the proof that something is safe (`harmless` has its own,
stricter reader). Pure text; called by `expansion` and `script`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PLAIN: Final = re.compile(r"[^\s\\'\"$`<>|&;()]+")
_SPECIAL: Final = re.compile(r"[\\'\"$`<>|&;()]")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_QUOTED: Final = re.compile(r"\"(?:[^\"\\$`]|\\.)*\"", re.DOTALL)
_REDIRECT: Final = re.compile(r"&>>?|<<<|<<-?|<>|>\||>>|[<>]&?")
_NAME: Final = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]", re.ASCII)
_ANSI: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)
_ANSI_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "E": "\x1b", "a": "\a", "b": "\b"}
_CLOSING: Final = {"(": ")", "{": "}", "[": "]"}


def listed(text: str) -> frozenset[str]:
    """Return the words of a list that is written as text, which reads better than a hundred quotes."""
    return frozenset(text.split())


def split_words(text: str) -> list[str]:
    """Return the raw words of a simple command, quotes kept, redirections and their targets left out."""
    if not _SPECIAL.search(text):
        return text.split()
    words: list[str] = []
    skip_next = False
    for word, is_redirect in _raw_words(text):
        if is_redirect:
            skip_next = True
        elif skip_next:
            skip_next = False
        else:
            words.append(word)
    return words


def _raw_words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield words and redirections (`True`) in order; other operators part words and vanish."""
    start = at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            if at > start:
                yield text[start:at], False
            start = at = space.end()
            continue
        char = text[at]
        redirect = _REDIRECT.match(text, at) if char in "<>&" else None
        if redirect and not (char in "<>" and text.startswith("(", at + 1)):
            if at > start and not text[start:at].isdigit():
                yield text[start:at], False
            yield redirect.group(), True
            start = at = redirect.end()
        elif char in "|&;()" and not (char == "(" and at > start):
            if at > start:
                yield text[start:at], False
            start = at = at + 1
        else:
            at = unit_end(text, at)
    if at > start:
        yield text[start:at], False


def unit_end(text: str, at: int) -> int:
    """Return where the unit ends that begins at `at`: a plain run, a quotation, an expansion."""
    if plain := _PLAIN.match(text, at):
        return plain.end()
    char = text[at]
    if char == "\\":
        return min(at + 2, len(text))
    if char == "'":
        return _after(text, "'", at + 1)
    if char == '"':
        return _double_quoted_end(text, at)
    if char == "`":
        return _backtick_end(text, at)
    if char == "$" and at + 1 < len(text):
        return _dollar_end(text, at)
    if char in "<>" and text.startswith("(", at + 1):
        return closing(text, at + 1)
    if char == "(":
        return closing(text, at)
    return at + 1


def _dollar_end(text: str, at: int) -> int:
    following = text[at + 1]
    if following == "'":
        return _ansi_end(text, at + 2)
    if following == '"':
        return _double_quoted_end(text, at + 1)
    if following in "({[":
        return closing(text, at + 1)
    name = _NAME.match(text, at + 1)
    return name.end() if name else at + 1


def closing(text: str, at: int) -> int:
    """Return the end of the bracket that opens at `at`, quotations inside skipped; else the text's end."""
    opening, wanted = text[at], _CLOSING[text[at]]
    depth = 0
    while at < len(text):
        char = text[at]
        if char == opening:
            depth += 1
        elif char == wanted:
            depth -= 1
            if depth == 0:
                return at + 1
        elif char == "\\":
            at += 1
        elif char == "'":
            at = _after(text, "'", at + 1) - 1
        elif char == '"':
            at = _double_quoted_end(text, at, deep=False) - 1
        elif char == "`":
            at = _backtick_end(text, at) - 1
        at += 1
    return len(text)


def _double_quoted_end(text: str, at: int, *, deep: bool = True) -> int:
    """`deep=False` does not follow expansions inside, so that hostile nesting costs no recursion."""
    if simple := _QUOTED.match(text, at):
        return simple.end()
    at += 1
    while at < len(text):
        char = text[at]
        if char == '"':
            return at + 1
        if char == "\\":
            at += 2
        elif char == "`":
            at = _backtick_end(text, at)
        elif deep and char == "$" and text[at + 1 : at + 2] in {"(", "{"}:
            at = closing(text, at + 1)
        else:
            at += 1
    return len(text)


def _backtick_end(text: str, at: int) -> int:
    at += 1
    while at < len(text):
        if text[at] == "`":
            return at + 1
        at += 2 if text[at] == "\\" else 1
    return len(text)


def _ansi_end(text: str, at: int) -> int:
    while at < len(text):
        if text[at] == "'":
            return at + 1
        at += 2 if text[at] == "\\" else 1
    return len(text)


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + 1


def ansi_c(text: str) -> str:
    """Decode the escapes of `$'…'`, which are also those of `echo -e` and nearly those of `printf`."""
    return _ANSI.sub(_ansi_char, text) if "\\" in text else text


def _ansi_char(match: re.Match[str]) -> str:
    hexadecimal = match[1] or match[2] or match[3]
    if hexadecimal:
        code = int(hexadecimal, 16)
        return chr(code) if 0 < code < 0x110000 else ""
    if match[4]:
        return chr(int(match[4], 8) & 0xFF)
    if match[5]:
        return chr(ord(match[5]) & 0x1F)
    return _ANSI_LETTERS.get(match[6], match[6])
