"""A model's Markdown, read line by line, as it streams.

Only what makes an answer readable: headings, lists and task lists, quotes, rules, tables, code blocks
with their language, diffs, maths as code, and the looks inside a line (`markdown_spans.py`). HTML is
text: what comes out of here can't cause any I/O. Pure; called by `sections.py` and `row_document.py`,
which draws what it returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec

from roku_desktop.ui.transcript.code_colours import colour_line, left_open
from roku_desktop.ui.transcript.markdown_spans import MARKUP_CHARACTERS, Mark, Span, spans_of

LineKind = Literal["text", "heading", "item", "quote", "code", "table", "rule"]

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*([^\s`{]{0,40})")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$")
_TASK = re.compile(r"\[([ xX])\]\s+(.*)$")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)$")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_MATHS = re.compile(r"\s{0,3}(\$\$|\\\[)\s*$")
_CLOSING_OF_MATHS = {"$$": "$$", "\\[": "\\]"}
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_ALIGNMENT = re.compile(r":?-+:?")
_DEEPEST_QUOTE = 6
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


class Fence(msgspec.Struct, frozen=True):
    """What opened a code block: its ticks or tildes, and the language that stood behind them.

    `inside` is what the last line left open of a long comment or string (`code_colours.py`).
    """

    mark: str
    language: str = ""
    inside: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line to draw. `level`: a heading's 1–6, or how deep an item or a quote is nested, from 0.

    `marker` is an item's bullet or number, also of one inside a quote.
    """

    kind: LineKind
    spans: tuple[Span, ...] = ()
    level: int = 0
    marker: str = ""


def read_line(text: str, fence: Fence | None, *, styled: bool = True) -> tuple[Line | None, Fence | None]:
    """Read one line without its line break; None where nothing is drawn (blank lines, fences
    without a language).

    `fence` is the fence of the code block the line stands in, None outside one; the second value
    returned is the same for the next line. Who only looks for where blocks begin and end does without
    the looks inside of the line, which take most of the time: its `spans` are empty if not `styled`.
    """
    if fence is not None:
        return _read_inside_code(text, fence, styled=styled)
    if opening := _FENCE.match(text):
        language = opening[2]
        label = Line(kind="code", spans=(Span(language, "label"),)) if language else None
        return label, Fence(opening[1], language.lower())
    if maths := _MATHS.match(text):
        return None, Fence(maths[1])
    return _read_outside_code(text, spans_of if styled else _no_spans), None


def _no_spans(_text: str) -> tuple[Span, ...]:
    return ()


def _read_inside_code(text: str, fence: Fence, *, styled: bool) -> tuple[Line | None, Fence | None]:
    if fence.mark in _CLOSING_OF_MATHS:
        closed = text.strip() == _CLOSING_OF_MATHS[fence.mark]
    else:
        closing = _FENCE.match(text)
        closed = bool(closing) and text.strip().startswith(fence.mark) and not text.strip(" `~")
    if closed:
        return None, None
    if fence.language in ("diff", "patch"):
        look: Mark = next((look for start, look in _DIFF_LOOKS if text.startswith(start)), "plain")
        return Line(kind="code", spans=(Span(text, look),)), fence
    if styled:
        spans, inside = colour_line(text, fence.language, fence.inside)
    else:
        spans, inside = (), left_open(text, fence.language, fence.inside)
    after = fence if inside == fence.inside else msgspec.structs.replace(fence, inside=inside)
    return Line(kind="code", spans=spans), after


def grows_plainly(line_start: str, more: str) -> bool:
    """Whether `more` can simply be added to a line of text that reads `line_start` so far."""
    return (
        len(line_start) > _KIND_IS_CERTAIN_AFTER
        and line_start[0].isalpha()
        and not line_start[-1].isspace()
        and more.isprintable()
        and MARKUP_CHARACTERS.isdisjoint(line_start)
        and MARKUP_CHARACTERS.isdisjoint(more)
    )


def _read_outside_code(text: str, spans_in: Callable[[str], tuple[Span, ...]]) -> Line | None:
    if not text.strip():
        return None
    if _RULE.match(text):
        return Line(kind="rule")
    if heading := _HEADING.match(text):
        return Line(kind="heading", level=len(heading[1]), spans=spans_in(heading[2]))
    if item := _ITEM.match(text):
        marker, said = item[2] if item[2][0].isdigit() else "•", item[3]
        if task := _TASK.match(said):
            marker, said = "☐" if task[1] == " " else "☑", task[2]
        return Line(kind="item", level=_depth(item[1]), marker=marker, spans=spans_in(said))
    if _QUOTE.match(text):
        return _read_quote(text, spans_in)
    if is_table_line(text, None):
        return Line(kind="table", spans=(Span(text.strip()),))
    # A space at the end may be followed by a word that is added to what is drawn: it stays.
    return Line(kind="text", spans=spans_in(text.lstrip()))


def _depth(indentation: str) -> int:
    return min(len(indentation.expandtabs(4)) // 2, 5)


def _read_quote(text: str, spans_in: Callable[[str], tuple[Span, ...]]) -> Line:
    depth = 0
    while depth < _DEEPEST_QUOTE and (quote := _QUOTE.match(text)):
        text, depth = quote[1], depth + 1
    inner = _read_outside_code(text, spans_in) if depth < _DEEPEST_QUOTE else None
    if inner is None or inner.kind not in ("text", "item", "heading"):
        return Line(kind="quote", level=depth - 1, spans=spans_in(text))
    return Line(kind="quote", level=depth - 1, marker=inner.marker, spans=inner.spans)


def is_table_line(text: str, fence: Fence | None) -> bool:
    return fence is None and text.lstrip().startswith("|")


def cells_of(text: str) -> list[str]:
    """The cells of a line of a table."""
    inside = text.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in _CELL_BORDER.split(inside)]


def alignments_of(text: str) -> list[Literal["left", "right", "centre"]] | None:
    """How the columns are set, if this line of a table is the one that says so below its head."""
    cells = cells_of(text)
    if not all(_ALIGNMENT.fullmatch(cell) for cell in cells):
        return None
    return [
        "centre" if cell[0] == cell[-1] == ":" else "right" if cell[-1] == ":" else "left" for cell in cells
    ]
