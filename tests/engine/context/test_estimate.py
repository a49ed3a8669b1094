"""Tokens estimated from bytes: the figures, and that every part of a request counts."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.context.estimate import history_tokens, request_tokens, text_tokens
from roku_desktop.engine.messages import (
    AssistantMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, SystemPrompt, ToolSpec


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("four" * 10, 10), ("天气很好", 4), ("ten chars 天气", 4), ("é" * 8, 4)],
)
def test_english_takes_four_bytes_a_token_and_chinese_one_character(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


def test_every_part_of_a_request_counts() -> None:
    answer = AssistantMessage(
        parts=(
            ThinkingPart(text="a" * 40),
            TextPart(text="b" * 40),
            ToolCall(call_id="c", name="Read", arguments="c" * 20),
        ),
        provider="a",
        model="a-1",
    )
    result = ToolMessage(results=(ToolResult(call_id="c", name="Read", content="d" * 40),))
    history = (UserMessage(text="e" * 40), answer, result)
    assert history_tokens(history) == 10 + 10 + 10 + 10 + 10
    request = ChatRequest(
        model="a-1",
        system=SystemPrompt(stable="f" * 40, changing="g" * 40),
        messages=history,
        tools=(ToolSpec(name="Read", description="h" * 10, schema=b"i" * 10),),
    )
    assert request_tokens(request) == 50 + 10 + 10 + 10
    assert request_tokens(msgspec.structs.replace(request, tools=())) == 70


@given(st.text())
def test_no_text_is_less_than_nothing(text: str) -> None:
    assert 0 <= text_tokens(text) <= len(text)
