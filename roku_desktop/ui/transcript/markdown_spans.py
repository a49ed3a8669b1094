"""The looks inside a line of Markdown: bold, italic, struck, code, maths, links.

What is not understood, or lacks its partner, is text. Only addresses of the web and of mail are
links; an image is a link to it. Nothing here is opened or loaded. Pure; called by `markdown_lines.py`.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Mark = Literal[
    "plain",
    "bold",
    "italic",
    "struck",
    "code",
    "link",
    "label",
    "added",
    "removed",
    "place",
    "keyword",
    "string",
    "number",
    "comment",
]

_ADDRESS = r"[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*"
# Kana, Han and Hangul stand without spaces, so a mark between them is one; between 2*3*4 it is not.
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_SPAN = re.compile(
    # A run of marks is tried once, at its start: trying each part of it takes for ever on a long one.
    r"(?<!`)(?P<ticks>`++)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|(?<!\*)\*\*(?P<bold>\S|\S.*?\S)\*\*(?!\*)"
    r"|(?<!~)~~(?P<struck>\S|\S.*?\S)~~"
    rf"|(?:(?<![\w*])|(?<={_UNSPACED}))\*(?P<italic>[^\s*]|[^\s*][^*]*?[^\s*])\*(?:(?![\w*])|(?={_UNSPACED}))"
    rf"|!?\[(?P<label>[^\[\]]{{0,400}})\]\((?P<target>(?:https?://|mailto:){_ADDRESS})(?:\s+\"[^\"]*\")?\)"
    rf"|(?<!\w)(?P<address>https?://{_ADDRESS})"
    r"|(?<![\w$\\])\$(?P<maths>[^\s$](?:[^$]*[^\s$\\])?)\$(?![\d$])"
    r"|\\\((?P<brackets>.+?)\\\)"
)
# A text without any of these is plain.
MARKUP_CHARACTERS = frozenset("*`~[:$\\")
# These end a sentence more often than an address.
_NOT_AT_END_OF_ADDRESS = ".,;:!?'\"*_~`"
_DEEPEST = 3


class Span(msgspec.Struct, frozen=True):
    """A stretch of text in one look; a link has a `target`."""

    text: str
    look: Mark = "plain"
    target: str = ""


def spans_of(text: str, depth: int = 0) -> tuple[Span, ...]:
    """The looks inside a line; a mark without its partner is text."""
    if MARKUP_CHARACTERS.isdisjoint(text):
        return (Span(text),) if text else ()
    spans: list[Span] = []
    position = 0
    for found in _SPAN.finditer(text):
        if found.start() > position:
            spans.append(Span(text[position : found.start()]))
        spans += _spans_of_mark(found, depth)
        position = found.end()
    if position < len(text):
        spans.append(Span(text[position:]))
    return tuple(spans)


def _spans_of_mark(found: re.Match[str], depth: int) -> tuple[Span, ...]:
    for outer in ("bold", "struck", "italic"):
        said = found[outer]
        if said is not None:
            return _within(said, outer, depth)
    if found["code"] is not None:
        return (Span(found["code"].strip() or found["code"], "code"),)
    if found["target"]:
        return (Span(found["label"] or found["target"], "link", found["target"]),)
    if found["address"]:
        address = found["address"].rstrip(_NOT_AT_END_OF_ADDRESS)
        rest = found["address"][len(address) :]
        return (Span(address, "link", address), *((Span(rest),) if rest else ()))
    return (Span(found["maths"] or found["brackets"], "code"),)


def _within(text: str, outer: Mark, depth: int) -> tuple[Span, ...]:
    """Text inside a mark keeps what it is itself; what is nothing special looks as the mark says."""
    if depth == _DEEPEST:
        return (Span(text, outer),)
    return tuple(
        Span(span.text, outer) if span.look == "plain" else span for span in spans_of(text, depth + 1)
    )
