"""What is copied from a transcript: an answer or one of its code blocks, as the model wrote it.

No widgets; called by `view.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from roku_desktop.ui.transcript.entries import AnswerEntry, Entry, PromptEntry
from roku_desktop.ui.transcript.markdown_lines import Fence, read_line
from roku_desktop.ui.transcript.row_spots import Spot
from roku_desktop.ui.transcript.stand import START


def text_to_copy(entries: Sequence[Entry], row: int, spot: Spot) -> str:
    """What a button in a row copies."""
    return code_block(entries, row, spot.key) if spot.action == "copy_code" else answer_above(entries, row)


def answer_above(entries: Sequence[Entry], row: int) -> str:
    """The text of the answer that `row` belongs to, with all its stretches since the prompt."""
    first = row
    while first and not isinstance(entries[first], PromptEntry):
        first -= 1
    stretches: list[str] = []
    for entry in entries[first : row + 1]:
        if isinstance(entry, AnswerEntry):
            if entry.start == START or not stretches:
                stretches.append("")
            stretches[-1] += entry.text
    return "\n\n".join(stretch.strip("\n") for stretch in stretches)


def code_block(entries: Sequence[Entry], row: int, key: int) -> str:
    """The code of the block that is number `key` of those seen in `row`, also what other sections hold."""
    first = last = row
    while first and _goes_on(entries[first]) and isinstance(entries[first - 1], AnswerEntry):
        first -= 1
    while last + 1 < len(entries) and _goes_on(entries[last + 1]):
        last += 1
    sections = [entry.text for entry in entries[first : last + 1] if isinstance(entry, AnswerEntry)]
    begin = sum(len(text) for text in sections[: row - first])
    end = begin + len(sections[row - first])
    seen = [text for start, stop, text in _code_blocks("".join(sections)) if start < end and stop > begin]
    return seen[key] if key < len(seen) else ""


def _goes_on(entry: Entry) -> bool:
    return isinstance(entry, AnswerEntry) and entry.start != START


def _code_blocks(text: str) -> list[tuple[int, int, str]]:
    """Where each code block's lines begin and end, and its code."""
    blocks: list[tuple[int, int, list[str]]] = []
    fence: Fence | None = None
    position = 0
    for line in text.split("\n"):
        inside = fence
        _, fence = read_line(line.removesuffix("\r"), fence, styled=False)
        end = position + len(line) + 1
        if inside is None and fence is not None:
            blocks.append((position, end, []))
        elif inside is not None:
            begin, _, lines = blocks[-1]
            if fence is not None:
                lines.append(line)
            blocks[-1] = (begin, end, lines)
        position = end
    return [(begin, end, "\n".join(lines)) for begin, end, lines in blocks]
