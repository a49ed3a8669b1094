"""The cards of what stands beside a conversation, line by line: what was remembered for a prompt, and what
became a summary.

Pure but for the looks; called by `row_document.py`, which puts the lines into its document, and by
`entry_text.py`, which reads them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.transcript.entries import CompactionEntry, RecalledEntry
from roku_desktop.ui.wording import one_line

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlockFormat, QTextCharFormat

    from roku_desktop.ui.transcript.row_look import Look

    DrawnLine = tuple[QTextBlockFormat, tuple[tuple[str, QTextCharFormat], ...]]

# Beyond this a summary is cut on screen; the longest that is sent has about as many characters.
_SHOWN_CHARS: Final = 40_000
_SHOWN_CHARS_OF_MEMORY: Final = 1_000


class CardText(msgspec.Struct, frozen=True, kw_only=True):
    """What a card says: `sign` and `title` at its head, `aside` behind them, `lines` where it is unfolded."""

    sign: str
    title: str
    aside: str = ""
    lines: tuple[str, ...] = ()


def card_text(entry: RecalledEntry | CompactionEntry) -> CardText:
    if isinstance(entry, RecalledEntry):
        memories = tuple(one_line(memory, _SHOWN_CHARS_OF_MEMORY) for memory in entry.memories)
        title = counted(len(memories), "1 remembered", "%Ln remembered")
        return CardText(sign="✧", title=title, lines=memories if entry.unfolded else ())
    title = counted(
        entry.messages, "Here 1 message became this summary", "Here %Ln messages became this summary"
    )
    saved = tr("about {0} tokens are sent as {1}").format(
        f"{entry.tokens_before:,}", f"{entry.tokens_after:,}"
    )
    lines = tuple(_lines_of_summary(entry)) if entry.unfolded else ()
    return CardText(sign="≡", title=title, aside=saved, lines=lines)


def drawn_lines(entry: RecalledEntry | CompactionEntry, look: Look) -> Iterator[DrawnLine]:
    """The lines of the card with their looks."""
    from roku_desktop.ui.transcript.row_look import Backdrop

    text = card_text(entry)
    quiet = isinstance(entry, RecalledEntry)
    backdrop = Backdrop.NONE if quiet else Backdrop.CARD
    indent = 0.0 if quiet else 0.8
    head = look.block(above=0.4 if quiet else 0.9, indent=indent, backdrop=backdrop, group=1)
    title = look.small if quiet else look.small_bold
    yield head, ((f"{text.sign}  ", look.accent), (f"{text.title}  ", title), (text.aside, look.small))
    for place, line in enumerate(text.lines):
        above = 0.4 if place == 0 or quiet else 0.0
        yield (
            look.block(above=above, indent=1.2 if quiet else indent, backdrop=backdrop, group=1),
            ((line, look.muted),),
        )


def _lines_of_summary(entry: CompactionEntry) -> Iterator[str]:
    yield (
        tr("Written by {0}; every message stays in this conversation.").format(entry.model)
        if entry.model
        else tr("Put together without a model; every message stays in this conversation.")
    )
    if entry.lost:
        yield counted(
            entry.lost,
            "For 1 fact there was no room in it.",
            "For %Ln facts there was no room in it.",
        )
    yield ""
    yield from entry.text[:_SHOWN_CHARS].strip().split("\n")
