"""Text from outside, made so that what is seen is what is there: for what a person approves.

Everything that shows nothing, rearranges what is around it, or looks like something else becomes a
mark in `⟨ ⟩`; padding is folded and counted, so that nothing can be pushed out of sight. Those
brackets and the signs for blanks are marked themselves, so two different texts never look the same,
and whoever paints the result finds the marks with `MARK`. Pure; called by `pages.py`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Final

SPACE: Final = "␣"
"""Stands for a space at the end of a line."""
TAB: Final = "⇥"
"""Stands for a tab, which is followed by what is behind it."""

MARK: Final = re.compile(r"⟨[^⟩]*⟩|[␣⇥]+")
"""What in a visible text is a mark of ours."""

MOST_SPACES: Final = 40
MOST_BLANK_LINES: Final = 2
LONGEST_LINE: Final = 1500
"""Longer lines go on in the next, with a mark: drawing one takes time that grows with its length."""

_UNUSUAL: Final = re.compile(r"[^\n\x20-\x7e]+")
_WORD: Final = re.compile(r"\w+")
_PADDING: Final = re.compile(rf" {{{MOST_SPACES + 1},}}")
_TRAILING: Final = re.compile(r" +$")

# Letters of other scripts that can't be told from one of the keyboard's, as in Unicode's confusables.
_CYRILLIC: Final = "аАеЕоОрРсСхХуУКМНТВіІјЈѕЅһҺԁԛԜԝӀӏѵЬ"
_GREEK: Final = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοορνυικγτχϲϳ"
_ARMENIAN: Final = "օսոհցգզՏՍՕԼ"
_LATIN: Final = "ıȷɑɡɩɪʏʟǀℓ"
_ALIKE: Final = frozenset(_CYRILLIC + _GREEK + _ARMENIAN + _LATIN)
# Scripts that are rare enough, and like enough to Latin, for all of their letters to be marked.
_ALIKE_SCRIPTS: Final = ("CHEROKEE", "LISU", "COPTIC", "DESERET", "CARIAN", "LYCIAN", "OLD ITALIC")
_ALIKE_SIGNS: Final = frozenset("‐‑‒–−⁃∕⁄⧸∖⧹․‚ʹʼˈ′´ʻ‘’ꞌ;∶։׃ː꞉ǃ∣❘⎜❘˗۔ꓸ٫¨˜∼⁓＂")
# Ordinary in Chinese, and too wide to be taken for the keyboard's.
_WIDE_AND_ORDINARY: Final = frozenset("，：；！？（）～")
# No letter, mark or sign to be seen, although their category says so.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")


def visible(text: str) -> str:
    """The text with all of that made visible; line breaks stay, and are its only control characters.

    Blocks for about 0.3 s per million characters of foreign scripts: call it in a thread.
    """
    marked = _marked(text)
    folded = _PADDING.sub(lambda found: f"⟨{len(found[0])} spaces⟩", marked)
    lines = (_TRAILING.sub(lambda found: SPACE * len(found[0]), line) for line in folded.split("\n"))
    return "\n".join(piece for line in _without_padding(lines) for piece in _in_pieces(line))


def visible_line(text: str) -> str:
    """The same on one line, for a name or a path."""
    return visible(text).replace("\n", "⟨line break⟩")


def _marked(text: str) -> str:
    """Signs one by one, then what only shows in its word or after its letter."""
    alike = _places_of_alike(text)
    pieces, end = [], 0
    for found in _UNUSUAL.finditer(text):
        pieces += [text[end : found.start()], _run(text, found.start(), found.end(), alike)]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _run(text: str, start: int, end: int, alike: frozenset[int]) -> str:
    shown: list[str] = []
    place = start
    while place < end:
        character = text[place]
        if _is_right_to_left(character):
            behind = place
            while behind < end and _is_right_to_left(text[behind]):
                behind += 1
            # With letters of both directions the brackets keep it in its place (Unicode annex 9, N0).
            shown.append(f"⟨{text[place:behind]} RTL⟩")
            place = behind
            continue
        if place in alike or _hides_in_letter(text, place):
            shown.append(_beside(character))
        else:
            shown.append(_shown(character))
        place += 1
    return "".join(shown)


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    """A character for itself, whatever stands around it."""
    if character == "\t":
        return TAB
    if character in (SPACE, TAB) or character in "⟨⟩":
        return _code(character)
    category = unicodedata.category(character)
    if category[0] in "CZ" or character in _BLANK or "VARIATION SELECTOR" in _name(character):
        return _code(character)
    return _beside(character) if _is_alike(character) else character


def _is_alike(character: str) -> bool:
    if character in _ALIKE_SIGNS or _name(character).startswith(_ALIKE_SCRIPTS):
        return True
    if unicodedata.normalize("NFC", character) != character:  # another character, by definition
        return True
    kind, _, plain = unicodedata.decomposition(character).partition(" ")
    if kind not in ("<font>", "<wide>", "<narrow>", "<compat>") or character in _WIDE_AND_ORDINARY:
        return False
    return all(int(code, 16) < 0x7F for code in plain.split())


def _places_of_alike(text: str) -> frozenset[int]:
    """Where a letter stands for one of the keyboard's: its word mixes both kinds, or could be read as
    the keyboard's alone."""
    places = []
    for word in _WORD.finditer(text):
        if word[0].isascii():
            continue
        other = [(at, letter) for at, letter in enumerate(word[0]) if not letter.isascii()]
        if all(letter in _ALIKE for _, letter in other):
            places += [word.start() + at for at, _ in other]
        elif any("a" <= letter.lower() <= "z" for letter in word[0]):
            places += [word.start() + at for at, letter in other if _is_of_near_script(letter)]
    return frozenset(places)


def _is_of_near_script(letter: str) -> bool:
    """Greek, Cyrillic or Armenian."""
    return "\u0370" <= letter <= "\u058f"


def _hides_in_letter(text: str, place: int) -> bool:
    """A combining mark that makes a letter look like another one, or that is one of a pile."""
    if unicodedata.category(text[place]) not in ("Mn", "Me"):
        return False
    before = text[place - 1] if place else " "
    return before.isascii() or unicodedata.combining(before) > 0 or _composes(before, text[place])


def _composes(before: str, mark: str) -> bool:
    return unicodedata.normalize("NFC", before + mark) != before + mark


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL", "AN") and character.isprintable()


def _code(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _beside(character: str) -> str:
    """A mark behind the character, where seeing it helps; combining ones would sit on the bracket."""
    code = _code(character)
    return code if unicodedata.category(character)[0] == "M" else character + code


def _name(character: str) -> str:
    return unicodedata.name(character, "")


# Padding


def _without_padding(lines: Iterable[str]) -> list[str]:
    """Fold blank lines, and say what they were where they were not simply empty."""
    kept: list[str] = []
    for blank, group in groupby(lines, key=_is_blank):
        run = list(group)
        if not blank or len(run) <= MOST_BLANK_LINES:
            kept += run
            continue
        exact = "" if not any(run) else f", not all empty: {_digest(run)}"
        kept.append(f"⟨{len(run)} blank lines{exact}⟩")
    return kept


def _is_blank(line: str) -> bool:
    return not MARK.sub("", line).strip() and not re.search(r"⟨[^⟩]* RTL⟩", line)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _in_pieces(line: str) -> list[str]:
    """A line of bearable length, or several; each but the last ends with a mark."""
    if len(line) <= LONGEST_LINE:
        return [line]
    pieces, start = [], 0
    while start < len(line):
        end = min(start + LONGEST_LINE, len(line))
        opened = line.rfind("⟨", start, end)
        if end < len(line) and opened > start and line.find("⟩", opened, end) < 0:
            end = opened  # a mark stays whole
        pieces.append(line[start:end])
        start = end
    return [f"{piece}⟨line goes on⟩" for piece in pieces[:-1]] + pieces[-1:]
