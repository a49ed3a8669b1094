"""The text that stands for the older part of a conversation: how it begins, its facts, what happened.

Owns the form of each layer's text and the mechanical digest, which needs no model and holds every fact by
construction. Pure; called by `shortening.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.compactions import Fact
from roku_desktop.engine.context.estimate import text_tokens
from roku_desktop.engine.context.facts import facts_block
from roku_desktop.engine.messages import AssistantMessage, Message, UserMessage

_BEGINNING: Final = (
    "(The first {count} messages of this conversation are not sent in full any more. This is what is known "
    "of them; the newest messages follow as they were.)"
)
_ASKED_CHARACTERS: Final = 200
_ANSWERED_CHARACTERS: Final = 240


def composed(covers: int, *parts: str) -> str:
    """The text of a compaction from its parts, without the empty ones."""
    beginning = _BEGINNING.format(count=f"{covers:,}")
    return "\n\n".join([beginning, *(part.strip() for part in parts if part.strip())])


def with_facts(facts: Sequence[Fact]) -> str:
    return f"## To be kept\n{facts_block(facts)}" if facts else ""


def story(messages: Sequence[Message], budget_tokens: int) -> str:
    """What was asked, done and answered, a few lines for each prompt; the newest that there is room for."""
    lines: list[str] = []
    left = budget_tokens
    for line in _newest_first(messages):
        left -= text_tokens(line) + 1
        if left < 0:
            break
        lines.append(line)
    return "\n".join(["## What happened", *reversed(lines)]) if lines else ""


def _newest_first(messages: Sequence[Message]) -> Iterator[str]:
    answered: list[str] = []
    tools: Counter[str] = Counter()
    for message in reversed(messages):
        match message:
            case AssistantMessage():
                tools.update(call.name for call in message.tool_calls)
                if message.text.strip():
                    answered.append(message.text)
            case UserMessage(origin="person"):
                yield _line(message.noted_text, tools, answered[0] if answered else "")
                answered.clear()
                tools.clear()
            case _:
                pass
    if answered or tools:
        yield _line("", tools, answered[0] if answered else "")


def _line(asked: str, tools: Counter[str], answered: str) -> str:
    pieces = [f"Asked: {_clipped(asked, _ASKED_CHARACTERS)}"] if asked else []
    if tools:
        pieces.append("Used: " + ", ".join(f"{name[:40]} ×{count}" for name, count in sorted(tools.items())))
    if answered:
        pieces.append(f"Answered: {_clipped(answered, _ANSWERED_CHARACTERS)}")
    return "- " + " | ".join(pieces)


def _clipped(text: str, characters: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"
