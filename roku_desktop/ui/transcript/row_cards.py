"""The cards of what stands beside a conversation, line by line: what was remembered for a prompt, what
became a summary, and what a sub-agent did.

Pure but for the looks; called by `row_document.py`, which puts the lines into its document, and by
`entry_text.py`, which reads them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.transcript.entries import (
    AnswerEntry,
    CallEntry,
    CallState,
    CompactionEntry,
    Entry,
    NoticeEntry,
    RecalledEntry,
    TroubleEntry,
)
from roku_desktop.ui.transcript.row_look import Backdrop, Look
from roku_desktop.ui.transcript.trouble_words import trouble_line
from roku_desktop.ui.wording import arguments_in_full, duration, one_line

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlockFormat, QTextCharFormat

    LineKind = Literal["head", "failed", "result", "text"]
    DrawnLine = tuple[QTextBlockFormat, tuple[tuple[str, QTextCharFormat], ...]]

# Beyond this a summary is cut on screen; the longest that is sent has about as many characters.
_SHOWN_CHARS: Final = 40_000
_SHOWN_CHARS_OF_MEMORY: Final = 1_000
# Of what a sub-agent's call brought: enough to see what it found, not to read it all.
_SHOWN_LINES_OF_RESULT: Final = 6
_SHOWN_CHARS_OF_LINE: Final = 200
CALL_SIGNS: Final[dict[CallState, str]] = {
    "waiting": "○",
    "running": "◌",
    "ok": "✓",
    "error": "✕",
    "refused": "✕",
    "interrupted": "–",
}


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


# Sub-agents


def task_of(entry: CallEntry) -> str:
    """The task that a call hands over, as the model wrote it."""
    try:
        task = msgspec.json.decode(entry.input).get("task")
    except (msgspec.DecodeError, AttributeError):
        task = None
    return task if isinstance(task, str) else arguments_in_full(entry.input)


def lines_of_steps(entry: CallEntry) -> Iterator[str]:
    """What its sub-agent said and did, a line each."""
    for step in _steps_of(entry):
        yield from (line for line, _ in _lines_of_step(step))


def drawn_steps(entry: CallEntry, look: Look) -> Iterator[DrawnLine]:
    """The same with looks, below a heading."""

    def block(above: float, indent: float) -> QTextBlockFormat:
        return look.block(above=above, indent=indent, backdrop=Backdrop.CARD, group=1)

    yield block(0.5, 0.8), ((tr("What it did"), look.small_bold),)
    steps = list(_steps_of(entry))
    if not steps:
        yield block(0.0, 0.8), ((tr("Nothing yet."), look.muted),)
    formats = {"head": look.small, "failed": look.danger, "result": look.small_code, "text": look.muted}
    for step in steps:
        for place, (line, kind) in enumerate(_lines_of_step(step)):
            indent = 2.0 if kind == "result" else 0.8
            yield block(0.2 if place == 0 else 0.0, indent), ((line, formats[kind]),)


def _steps_of(entry: CallEntry) -> Iterator[Entry]:
    """What became of the task; its last words are the call's result and stand there."""
    below = list(entry.below)
    while entry.output and below and not isinstance(below[-1], CallEntry | NoticeEntry):
        below.pop()
    yield from below


def _lines_of_step(step: Entry) -> Iterator[tuple[str, LineKind]]:
    match step:
        case CallEntry():
            failed = step.state in ("error", "refused")
            took = f"  {duration(step.elapsed_ms / 1000)}" if step.elapsed_ms else ""
            yield (
                f"{CALL_SIGNS[step.state]}  {step.name}  {step.arguments}{took}",
                "failed" if failed else "head",
            )
            lines = step.output.strip("\n").split("\n") if step.output else []
            yield from (
                (one_line(line, _SHOWN_CHARS_OF_LINE), "result") for line in lines[:_SHOWN_LINES_OF_RESULT]
            )
            if len(lines) > _SHOWN_LINES_OF_RESULT:
                more = len(lines) - _SHOWN_LINES_OF_RESULT
                yield counted(more, "… and 1 more line", "… and %Ln more lines"), "text"
        case AnswerEntry(text=text):
            yield from ((line, "text") for line in text.strip().split("\n"))
        case NoticeEntry(sentence=sentence):
            yield sentence, "failed" if step.failed else "text"
        case TroubleEntry(incidents=incidents):
            yield trouble_line(incidents), "text"
        case _:
            pass  # its task, its thinking and its figures
