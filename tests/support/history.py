"""What a valid history is, for every test that cuts a turn somewhere."""

from __future__ import annotations

from collections.abc import Sequence

from roku_desktop.engine.messages import AssistantMessage, Message, ToolMessage, UserMessage


def assert_valid(history: Sequence[Message]) -> None:
    """Each answer with calls is followed by exactly their results, in order; results stand nowhere
    else; an answer that is not complete has no calls; nothing is empty; a person begins."""
    following: list[Message | None] = [*history[1:], None]
    for message, next_message in zip(history, following, strict=False):
        calls = message.tool_calls if isinstance(message, AssistantMessage) else ()
        results = next_message.results if isinstance(next_message, ToolMessage) else ()
        assert [result.call_id for result in results] == [call.call_id for call in calls]
        if isinstance(message, AssistantMessage):
            assert message.parts
            assert message.status == "complete" or not calls
    assert not history or isinstance(history[0], UserMessage)
