"""A model's Markdown, read line by line, as it streams.

Only what makes an answer readable: headings, lists and task lists, quotes, rules, code blocks with
their language, diffs, tables as they stand, **bold**, *italic*, ~~struck~~ and `code`. Links and
images stay text, HTML is text: what comes out of here can't cause any I/O. Pure; called by
`row_document.py`, which draws what it returns.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Mark = Literal["plain", "bold", "italic", "struck", "code", "label", "added", "removed", "place"]
LineKind = Literal["text", "heading", "item", "quote", "code", "table", "rule"]

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*([^\s`{]{0,40})")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$")
_TASK = re.compile(r"\[([ xX])\]\s+(.*)$")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)$")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_SPAN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\*\*(?P<bold>\S|\S.*?\S)\*\*"
    r"|~~(?P<struck>\S|\S.*?\S)~~"
    r"|(?<![\w*])\*(?P<italic>[^\s*]|[^\s*][^*]*?[^\s*])\*(?![\w*])"
)
_MARKUP_CHARACTERS = frozenset("*`~")
# Git's marks of a changed line and of its place; the two file names are places too.
_DIFF_LOOKS: tuple[tuple[str, Mark], ...] = (
    ("+++", "place"),
    ("---", "place"),
    ("@@", "place"),
    ("+", "added"),
    ("-", "removed"),
)
# A start this long, without a break or a mark, that begins with a letter, stays a line of text.
_KIND_IS_CERTAIN_AFTER = 24


class Span(msgspec.Struct, frozen=True):
    """A stretch of text in one look."""

    text: str
    look: Mark = "plain"


class Fence(msgspec.Struct, frozen=True):
    """What opened a code block: its ticks or tildes, and the language that stood behind them."""

    mark: str
    language: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line to draw. `level`: a heading's 1–6, or how deep an item is nested, from 0.

    `marker` is an item's bullet or number.
    """

    kind: LineKind
    spans: tuple[Span, ...] = ()
    level: int = 0
    marker: str = ""


def read_line(text: str, fence: Fence | None) -> tuple[Line | None, Fence | None]:
    """Read one line without its line break; None where nothing is drawn (blank lines, fences
    without a language).

    `fence` is the fence of the code block the line stands in, None outside one; the second value
    returned is the same for the next line.
    """
    opening = _FENCE.match(text)
    if fence is not None:
        if opening and opening[1].startswith(fence.mark) and not text.strip(" `~"):
            return None, None
        return Line(kind="code", spans=(Span(text, _look_of_code(text, fence.language)),)), fence
    if opening:
        language = opening[2]
        label = Line(kind="code", spans=(Span(language, "label"),)) if language else None
        return label, Fence(opening[1], language.lower())
    return _read_outside_code(text), None


def _look_of_code(text: str, language: str) -> Mark:
    if language not in ("diff", "patch"):
        return "plain"
    return next((look for start, look in _DIFF_LOOKS if text.startswith(start)), "plain")


def grows_plainly(line_start: str, more: str) -> bool:
    """Whether `more` can simply be added to a line of text that reads `line_start` so far."""
    return (
        len(line_start) > _KIND_IS_CERTAIN_AFTER
        and line_start[0].isalpha()
        and not line_start[-1].isspace()
        and more.isprintable()
        and _MARKUP_CHARACTERS.isdisjoint(line_start)
        and _MARKUP_CHARACTERS.isdisjoint(more)
    )


def _read_outside_code(text: str) -> Line | None:
    if not text.strip():
        return None
    if _RULE.match(text):
        return Line(kind="rule")
    if heading := _HEADING.match(text):
        return Line(kind="heading", level=len(heading[1]), spans=spans_of(heading[2]))
    if item := _ITEM.match(text):
        marker, said = item[2] if item[2][0].isdigit() else "•", item[3]
        if task := _TASK.match(said):
            marker, said = "☐" if task[1] == " " else "☑", task[2]
        return Line(kind="item", level=_depth(item[1]), marker=marker, spans=spans_of(said))
    if quote := _QUOTE.match(text):
        return Line(kind="quote", spans=spans_of(quote[1]))
    if text.lstrip().startswith("|"):
        return Line(kind="table", spans=(Span(text.strip()),))
    # A space at the end may be followed by a word that is added to what is drawn: it stays.
    return Line(kind="text", spans=spans_of(text.lstrip()))


def _depth(indentation: str) -> int:
    return min(len(indentation.expandtabs(4)) // 2, 5)


def spans_of(text: str) -> tuple[Span, ...]:
    """The looks inside a line; a mark without its partner is text."""
    if _MARKUP_CHARACTERS.isdisjoint(text):
        return (Span(text),) if text else ()
    spans: list[Span] = []
    position = 0
    for found in _SPAN.finditer(text):
        if found.start() > position:
            spans.append(Span(text[position : found.start()]))
        if found["code"] is not None:
            spans.append(Span(found["code"].strip() or found["code"], "code"))
        elif found["struck"] is not None:
            spans.append(Span(found["struck"], "struck"))
        elif found["bold"] is not None:
            spans.append(Span(found["bold"], "bold"))
        else:
            spans.append(Span(found["italic"], "italic"))
        position = found.end()
    if position < len(text):
        spans.append(Span(text[position:]))
    return tuple(spans)
