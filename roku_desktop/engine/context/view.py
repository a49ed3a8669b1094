"""What of a conversation is sent: the newest compaction in place of what it covers, older results as lines.

    history (all, stored) → view (what is sent)

Owns layer 0 and the form of a view; nothing here decides that it is time for another compaction. A pure
function of the history and the room, so that every step of a conversation, also after a restart, sends the
same beginning and the providers' prompt caches hold (docs/decisions/0027).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from roku_desktop.engine.compactions import Compaction
from roku_desktop.engine.context.estimate import MessageSizes, message_tokens, result_tokens
from roku_desktop.engine.messages import Message, ToolMessage, ToolResult, UserMessage

KEPT_BATCHES: Final = 3
"""Messages of results that stay whole: a model that asked for five files at once sees all five."""
MIN_RESULT_TOKENS: Final = 120  # shorter ones are hardly longer than the line in their place
_LINE_TOKENS: Final = 30
_CLEARED_AT_ONCE: Final = 0.1  # of the room; one by one, each step would break the prompt cache
_MIN_CLEARED_TOKENS: Final = 500
_LONGEST_RESULT: Final = 0.25  # of the room
_NAME_CHARACTERS: Final = 40


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """For how many tokens of conversation there is room, as they are estimated.

    `shape` decides which results become lines: unlike `tokens` it does not move with every answer that
    is counted, because then the beginning of what is sent would.
    """

    tokens: int
    shape: int


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. `cleared` counts the results that are a line each; `tokens` is an estimate."""

    messages: tuple[Message, ...]
    tokens: int
    cleared: int = 0
    tokens_freed: int = 0


def view_of(
    history: Sequence[Message], compaction: Compaction | None, room: Room, sizes: MessageSizes
) -> View:
    """The view for a model that has that room."""
    messages = list(_after(history, compaction))
    tokens = [sizes.of(message) for message in messages]
    longest = max(int(room.shape * _LONGEST_RESULT), 2 * MIN_RESULT_TOKENS)
    for place, message in enumerate(messages):
        if isinstance(message, ToolMessage) and tokens[place] > longest:
            messages[place] = _each(message, partial(_without_middle, longest=longest))
            tokens[place] = message_tokens(messages[place])
    whole = sum(tokens)
    clearable = max(int(room.shape * _CLEARED_AT_ONCE), _MIN_CLEARED_TOKENS)
    cleared = 0
    for place in _places_to_clear(messages, clearable):
        message = messages[place]
        cleared += sum(_frees(result) > 0 for result in _results(message))
        messages[place] = _each(message, _as_line)
        tokens[place] = message_tokens(messages[place])
    return View(
        messages=tuple(messages), tokens=sum(tokens), cleared=cleared, tokens_freed=whole - sum(tokens)
    )


def newest_prompt(history: Sequence[Message]) -> int:
    """The place of the newest message of a person; -1 where there is none."""
    for place in range(len(history) - 1, -1, -1):
        message = history[place]
        if isinstance(message, UserMessage) and message.origin == "person":
            return place
    return -1


def _after(history: Sequence[Message], compaction: Compaction | None) -> Sequence[Message]:
    """The newest prompt stays as it was said, also where the answer to it has grown too long itself."""
    if compaction is None:
        return history
    covers = min(compaction.covers, len(history))
    head: list[Message] = [UserMessage(text=compaction.text, origin="runtime")]
    if 0 <= compaction.prompt < covers:
        head.append(history[compaction.prompt])
    return [*head, *history[covers:]]


def _places_to_clear(messages: Sequence[Message], clearable: int) -> list[int]:
    """Which messages of results become lines, as decided step by step since the beginning."""
    batches: list[int] = []
    cleared = waiting = 0
    for place, message in enumerate(messages):
        if not isinstance(message, ToolMessage):
            continue
        batches.append(place)
        if len(batches) > KEPT_BATCHES:
            older = len(batches) - KEPT_BATCHES
            waiting += sum(map(_frees, _results(messages[batches[older - 1]])))
            if waiting >= clearable:
                cleared, waiting = older, 0
    return batches[:cleared]


def _results(message: Message) -> tuple[ToolResult, ...]:
    return message.results if isinstance(message, ToolMessage) else ()


def _frees(result: ToolResult) -> int:
    """How many tokens its line would spare."""
    tokens = result_tokens(result.content)
    return 0 if tokens < MIN_RESULT_TOKENS else tokens - _LINE_TOKENS


def _as_line(result: ToolResult) -> ToolResult:
    return msgspec.structs.replace(result, content=_line(result)) if _frees(result) else result


def _each(message: Message, change: Callable[[ToolResult], ToolResult]) -> ToolMessage:
    return ToolMessage(results=tuple(map(change, _results(message))))


def _line(result: ToolResult) -> str:
    return (
        f"(The result of {result.name[:_NAME_CHARACTERS]}, {len(result.content):,} characters, was left out "
        "to make room. Ask again if you need it.)"
    )


def _without_middle(result: ToolResult, longest: int) -> ToolResult:
    """A result that alone would take a large part of the room, with its beginning and its end."""
    content, tokens = result.content, result_tokens(result.content)
    kept = len(content)
    while tokens > longest:
        kept = int(kept * min(longest / tokens, 0.9))
        head, tail = kept * 2 // 3, kept // 3
        content = (
            f"{result.content[:head]}\n(… {len(result.content) - head - tail:,} characters left out: the "
            f"conversation has no room for all. Ask for a part of it. …)\n"
            f"{result.content[len(result.content) - tail :]}"
        )
        tokens = result_tokens(content)
    return result if content is result.content else msgspec.structs.replace(result, content=content)
