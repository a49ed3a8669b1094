"""Where the text of one section of an answer ends, for the next one, which goes on in the same line.

A line longer than a section may be is cut, and each part is a row with a document of its own. The
later one begins beside the earlier one: its first line is indented to there, and its document is
painted one line higher than its row begins. Used by `answer_document.py` and `rows.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat

from roku_desktop.ui.transcript.markdown_spans import Span


class LineEnd(msgspec.Struct, frozen=True, kw_only=True):
    """`block` and `look` are those of the line, `x` is where its text ends, and `above` where its last
    line begins, from the bottom of the row (negative); both in pixels."""

    block: QTextBlockFormat
    look: QTextCharFormat
    x: float
    above: float


def first_word(spans: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """What stands before the first space, in pieces of one look each."""
    for span in spans:
        word, space, _ = span.text.partition(" ")
        yield word, span
        if space:
            return
