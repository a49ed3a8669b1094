"""Where a text stands in a conversation: in its prompts and answers, as they are read.

A hit is told by the stored message, or by what has come since the session was opened, and not by a row,
which is another one once pages are loaded. Pure, so that a thread can do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from roku_desktop.engine import StoredMessage, ToolMessage
from roku_desktop.ui.transcript.entries import AnswerEntry, Entry, PromptEntry
from roku_desktop.ui.transcript.entry_text import lines_of
from roku_desktop.ui.transcript.page_entries import entries_of_message


class Hit(msgspec.Struct, frozen=True, order=True):
    """`position` is that of the stored message, and 0 for what has come since; `text` counts the prompts and
    sections of answers there, `number` the hits in that one, both from 0."""

    position: int
    text: int
    number: int


def hits_in_messages(messages: Iterable[StoredMessage], sought: str) -> list[Hit]:
    """All hits in these messages, in their order."""
    likely = _longest_word(sought)
    return [
        hit
        for stored in messages
        if not isinstance(stored.message, ToolMessage) and likely in stored.message.text.casefold()
        for hit in hits_in_entries(entries_of_message(stored, {}), sought, position=stored.position)
    ]


def hits_in_entries(entries: Iterable[Entry], sought: str, *, position: int = 0) -> Iterator[Hit]:
    pattern = re.compile(re.escape(sought), re.IGNORECASE)
    for text, entry in enumerate(texts_among(entries)):
        found = sum(1 for line in lines_of(entry) for _ in pattern.finditer(line))
        for number in range(found):
            yield Hit(position, text, number)


def texts_among(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if isinstance(entry, PromptEntry | AnswerEntry))


def row_of_text(entries: Sequence[Entry], first: int, text: int) -> int | None:
    """The row of the prompt or section number `text` counted from row `first`."""
    for row in range(first, len(entries)):
        if isinstance(entries[row], PromptEntry | AnswerEntry):
            if text == 0:
                return row
            text -= 1
    return None


def _longest_word(sought: str) -> str:
    """It stands in what was written too, and to look for it there costs a hundredth of reading Markdown;
    only a word with marks inside of it is missed."""
    return max(re.findall(r"\w+", sought.casefold()), key=len, default="")
