"""What is copied of a conversation: pieces, some of which may still have to be read from storage.

A piece is text, a whole row, or a gap, which stands for the messages that are not loaded. Pure, so that a
thread can put a long one together. Called by `mouse.py` and by `whole_session.py`, which fills gaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from roku_desktop.ui.transcript.entries import AnswerEntry, Entry, GapEntry
from roku_desktop.ui.transcript.entry_text import lines_of, markdown_of
from roku_desktop.ui.transcript.stand import START

CopyForm = Literal["plain", "markdown"]
Piece = str | Entry

# So much is put together at once; more is left to a thread, so that the window goes on.
MOST_PIECES_AT_ONCE = 60


def needs_thread(pieces: list[Piece]) -> bool:
    return len(pieces) > MOST_PIECES_AT_ONCE or any(isinstance(piece, GapEntry) for piece in pieces)


def text_of(pieces: Iterable[Piece], form: CopyForm) -> str:
    """The pieces as one text; gaps are left out."""
    said = _markdown if form == "markdown" else _plain
    parts: list[str] = []
    for piece in pieces:
        text = said(piece)
        if parts and isinstance(piece, AnswerEntry) and piece.start != START:
            goes_on = "" if form == "markdown" or piece.start.inside_line else "\n"
            parts[-1] += goes_on + text
        elif text:
            parts.append(text)
    between = "\n\n" if form == "markdown" else "\n"
    return between.join(part.strip("\n") for part in parts)


def _plain(piece: Piece) -> str:
    return piece if isinstance(piece, str) else "\n".join(lines_of(piece))


def _markdown(piece: Piece) -> str:
    return piece if isinstance(piece, str) else markdown_of(piece)
