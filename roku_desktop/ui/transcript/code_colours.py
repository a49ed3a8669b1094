"""Colours of code: comments, strings, numbers and the words that many languages reserve.

Line by line, with what a line leaves open for the next one, so that code is coloured as it streams
and a line is never read twice. Not a parser: where it is wrong, a word has a colour too many. Pure;
called by `markdown_lines.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from roku_desktop.ui.transcript.markdown_spans import Mark, Span


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Languages that write comments and long strings alike. `long`: what opens one, and what ends it."""

    comment: str
    long: tuple[tuple[str, str, Mark], ...] = ()
    words: frozenset[str] = frozenset()


def _words(text: str) -> list[str]:
    return text.split()


_COMMON = _words("if else for while do return break continue in true false null None True False")
_C_WORDS = _words(
    "abstract as async await auto bool boolean byte case catch char class const constexpr default defer "
    "delete double enum export extends extern final finally float fn func function goto impl implements "
    "import instanceof int interface internal let long loop match mod move mut namespace new nil not "
    "operator out override package private protected pub public ref self short signed sizeof static "
    "string struct super switch template this throw throws trait try type typedef typename typeof "
    "undefined union unsafe unsigned use using val var virtual void volatile where yield"
)
_HASH_WORDS = _words(
    "and as assert async await begin case class def del do done elif end ensure esac except exec export fi "
    "finally from function global import is lambda let local match module nil nonlocal not or pass raise "
    "readonly require rescue self set source then try unless until with yield"
)
_DASH_WORDS = _words(
    "all and as asc between by case create delete desc distinct drop end exists from function group having "
    "index inner insert into is join key left like limit local not on or order outer primary references "
    "right select set table then union unique update using values view when where with"
)
_SLASH_FAMILY: Final = Family(
    comment="//",
    long=(("/*", "*/", "comment"), ("`", "`", "string")),
    words=frozenset(_COMMON + _C_WORDS),
)
_PYTHON_FAMILY: Final = Family(
    comment="#",
    long=(('"""', '"""', "string"), ("'''", "'''", "string")),
    words=frozenset(_COMMON + _HASH_WORDS),
)
_HASH_FAMILY: Final = Family(comment="#", words=frozenset(_COMMON + _HASH_WORDS))
_DASH_FAMILY: Final = Family(
    comment="--",
    long=(("/*", "*/", "comment"),),
    words=frozenset(_COMMON + _DASH_WORDS + [word.upper() for word in _COMMON + _DASH_WORDS]),
)
_LANGUAGES: Final = {
    **dict.fromkeys(("python", "py", "python3", "pyi"), _PYTHON_FAMILY),
    **dict.fromkeys(
        _words(
            "sh bash zsh shell fish yaml yml toml ini ruby rb perl pl r julia elixir dockerfile makefile "
            "make cmake nix powershell ps1 conf"
        ),
        _HASH_FAMILY,
    ),
    **dict.fromkeys(
        _words(
            "c h cpp c++ cc hpp java js javascript mjs jsx ts typescript tsx go golang rust rs kotlin kt "
            "swift cs csharp c# php scala dart zig json jsonc json5 css scss less proto groovy objc glsl"
        ),
        _SLASH_FAMILY,
    ),
    **dict.fromkeys(_words("sql postgresql mysql sqlite lua haskell hs ada elm"), _DASH_FAMILY),
}


def colour_line(text: str, language: str, inside: str) -> tuple[tuple[Span, ...], str]:
    """The stretches of a line of code, and what it leaves open ("" for nothing).

    `inside` is what the line before left open: the sign that ends it.
    """
    family = _LANGUAGES.get(language)
    if family is None:
        return (Span(text),), ""
    spans: list[Span] = []
    position = 0
    if inside:
        look: Mark = next((look for _, end, look in family.long if end == inside), "string")
        position = _end_of(text, inside, 0)
        if position < 0:
            return (Span(text, look),), inside
        spans.append(Span(text[:position], look))
    plain_from = position
    for found in _tokens(family).finditer(text, position):
        if found.start() < position:
            continue
        token, end, inside_after = _look_of(found, family, text)
        if token is None:
            continue
        if found.start() > plain_from:
            spans.append(Span(text[plain_from : found.start()]))
        spans.append(Span(text[found.start() : end], token))
        position = plain_from = end
        if inside_after:
            return tuple(spans), inside_after
    if plain_from < len(text) or not spans:
        spans.append(Span(text[plain_from:]))
    return tuple(spans), ""


def left_open(text: str, language: str, inside: str) -> str:
    """The second value of `colour_line`, at a fraction of its cost where a line opens nothing long."""
    family = _LANGUAGES.get(language)
    if family is None or not (inside or any(start in text for start, _, _ in family.long)):
        return ""
    return colour_line(text, language, inside)[1]


def _look_of(found: re.Match[str], family: Family, text: str) -> tuple[Mark | None, int, str]:
    """A token's colour, where it ends, and what it leaves open."""
    if found["long"]:
        end, look = next((end, look) for start, end, look in family.long if start == found["long"])
        stop = _end_of(text, end, found.end())
        return (look, len(text), end) if stop < 0 else (look, stop, "")
    if found["word"]:
        return ("keyword" if found["word"] in family.words else None), found.end(), ""
    kind: Mark = "comment" if found["comment"] else "string" if found["string"] else "number"
    return kind, found.end(), ""


def _end_of(text: str, end: str, start: int) -> int:
    place = text.find(end, start)
    return -1 if place < 0 else place + len(end)


@lru_cache
def _tokens(family: Family) -> re.Pattern[str]:
    long = "|".join(re.escape(start) for start, _, _ in family.long) or r"(?!)"
    return re.compile(
        rf"(?P<long>{long})"
        rf"|(?P<comment>(?<![^\s;(){{}},]){re.escape(family.comment)}.*)"
        r"|(?P<string>\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*')"
        r"|(?P<word>[^\W\d]\w*)"
        r"|(?P<number>\b\d[\w.]*)"
    )
