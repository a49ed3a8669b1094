"""What stands in a row as text, without drawing it: as it is read, and as Markdown.

For finding and copying also what is not drawn or not loaded; a row's lines here are the lines of its
document. Pure, so that a thread can do it. Called by `finding.py`, `copying.py` and `selection.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from roku_desktop.ui.language import marked, tr
from roku_desktop.ui.transcript.entries import (
    AnswerEntry,
    CallEntry,
    CallState,
    CompactionEntry,
    Entry,
    GapEntry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    RecalledEntry,
    ThinkingEntry,
    TroubleEntry,
)
from roku_desktop.ui.transcript.markdown_lines import alignments_of, cells_of
from roku_desktop.ui.transcript.markdown_spans import spans_of
from roku_desktop.ui.transcript.row_cards import card_text, lines_of_steps, task_of
from roku_desktop.ui.transcript.sections import read_on
from roku_desktop.ui.transcript.trouble_words import trouble_line
from roku_desktop.ui.wording import arguments_in_full, metrics_line

_STATES: Final[dict[CallState, str]] = {
    "waiting": marked("waits"),
    "running": marked("runs"),
    "ok": marked("done"),
    "error": marked("failed"),
    "refused": marked("refused"),
    "interrupted": marked("interrupted"),
}


def lines_of(entry: Entry) -> Iterator[str]:
    """The lines a person reads in a row; none of a message that is not loaded."""
    match entry:
        case PromptEntry(text=text):
            yield from text.strip("\n").split("\n")
            yield from (tr("Image: {0}").format(image.described) for image in entry.images)
        case RecalledEntry() | CompactionEntry():
            card = card_text(entry)
            yield f"{card.title}  {card.aside}".rstrip()
            yield from card.lines
        case AnswerEntry():
            yield from _lines_of_answer(entry)
        case ThinkingEntry(text=text):
            yield from text.strip().split("\n") if entry.unfolded else ()
        case CallEntry():
            yield from _lines_of_call(entry)
        case NoticeEntry(sentence=sentence, next_step=next_step):
            yield from (sentence, next_step) if next_step else (sentence,)
        case TroubleEntry(incidents=incidents):
            yield trouble_line(incidents)
        case MetricsEntry():
            yield metrics_line(
                model=entry.model,
                ttft_s=entry.ttft_s,
                tokens_per_s=entry.tokens_per_s,
                cost_usd=entry.cost_usd,
            )
        case GapEntry():
            pass
        case _:
            assert_never(entry)


def spoken(entry: Entry) -> str:
    """What a screen reader is told of a row."""
    text = "\n".join(lines_of(entry))
    match entry:
        case PromptEntry():
            return tr("You: {0}").format(text)
        case ThinkingEntry():
            return tr("The model's thinking: {0}").format(text) if text else tr("The model's thinking")
        case CallEntry():
            return f"{text}: {tr(_STATES[entry.state])}"
        case GapEntry():
            return tr("Messages that are still to be loaded")
        case (
            AnswerEntry()
            | NoticeEntry()
            | TroubleEntry()
            | MetricsEntry()
            | RecalledEntry()
            | CompactionEntry()
        ):
            return text
        case _:
            assert_never(entry)


def markdown_of(entry: Entry) -> str:
    """An entry as Markdown: answers as the model wrote them, prompts as quotations, the rest in a line."""
    match entry:
        case AnswerEntry(text=text):
            return text
        case PromptEntry(text=text):
            return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))
        case ThinkingEntry() | GapEntry() | MetricsEntry() | RecalledEntry():
            return ""
        case CallEntry():
            return f"`{next(lines_of(entry)).replace('`', ' ')}`"
        case CompactionEntry():
            return f"*{card_text(entry).title}*"
        case NoticeEntry() | TroubleEntry():
            return f"*{' '.join(lines_of(entry))}*"
        case _:
            assert_never(entry)


def _lines_of_call(entry: CallEntry) -> Iterator[str]:
    yield f"{entry.name}  {entry.arguments}".rstrip()
    if entry.state == "running" and entry.doing:
        yield entry.doing
    if entry.is_task and entry.unfolded:
        yield from (task_of(entry), *lines_of_steps(entry), entry.output)
    elif entry.unfolded:
        yield from arguments_in_full(entry.input).split("\n")
        yield from entry.output.split("\n")


def _lines_of_answer(entry: AnswerEntry) -> Iterator[str]:
    stand = entry.start
    for text in entry.text.split("\n"):
        line, stand = read_on(text, stand)
        if line is None:
            continue
        if line.kind == "table":
            if alignments_of(text) is None:
                yield from ("".join(span.text for span in spans_of(cell)) for cell in cells_of(text))
            continue
        said = "".join(span.text for span in line.spans)
        yield f"{line.marker}  {said}" if line.marker else said
