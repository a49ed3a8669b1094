"""Where a conversation can be cut in two: what is older is shortened, what is newer is sent as it is.

Never between a call and its result, nor before a nudge of ours that speaks of the answer before it. Pure;
called by `shortening.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from roku_desktop.engine.context.estimate import MessageSizes
from roku_desktop.engine.messages import AssistantMessage, Message, ToolMessage, UserMessage


def place_to_cut(history: Sequence[Message], after: int, keep_tokens: int, sizes: MessageSizes) -> int:
    """How many messages to shorten, more than `after`, so that the rest has about `keep_tokens`.

    Where even the shortest rest has more than that, it is the shortest. 0 = there is nothing to shorten.
    """
    best, kept = 0, 0
    for place in range(len(history) - 1, max(after, 0), -1):
        kept += sizes.of(history[place])
        if best and kept > keep_tokens:
            break
        if _may_begin(history, place):
            best = place
    return best


def _may_begin(history: Sequence[Message], place: int) -> bool:
    before, first = history[place - 1], history[place]
    if isinstance(before, AssistantMessage) and before.tool_calls:
        return False
    if isinstance(first, UserMessage):
        return first.origin == "person"
    return not isinstance(first, ToolMessage)
