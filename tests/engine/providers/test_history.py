"""Whatever a history holds and whoever answered in it, every wire sends a request that is taken."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, SystemPrompt
from roku_desktop.engine.providers.history import HistoryRules, sendable
from tests.support.fault_server import (
    FaultServer,
    Reply,
    tool_call,
)
from tests.support.wires import ANTHROPIC, OPENAI, RESPONSES, WIRES, Wire, answer, chat_request

WORDS = st.sampled_from(["", "  \n", "Hello", "ü 😀 \u2028", "x" * 300])
IDS = st.sampled_from(["call_1", "a", "functions.Read:0", "toolu_01", "", "ä|ö", "i" * 70, "i" * 69 + "j"])
NAMES = st.sampled_from(["Read", "functions.Read", "", "n" * 99])
ARGUMENTS = st.sampled_from(["{}", '{"path": "a"}', '{"path": ', "", "[1]", "null"])
SIGNED = {
    "anthropic": '{"type":"thinking","thinking":"hm","signature":"c2ln"}',
    "openai-responses": '{"type":"reasoning","summary":[],"encrypted_content":"ZQ"}',
    "openai-chat": '{"reasoning_content":"hm"}',
}


@st.composite
def thinking_parts(draw: st.DrawFn) -> ThinkingPart:
    wire = draw(st.sampled_from(sorted(SIGNED)))
    signed = draw(st.booleans())
    return ThinkingPart(text="hm", wire=wire, verbatim=SIGNED[wire] if signed else None)


PARTS = st.one_of(
    st.builds(TextPart, text=WORDS),
    thinking_parts(),
    st.builds(ToolCall, call_id=IDS, name=NAMES, arguments=ARGUMENTS),
)
RESULTS = st.builds(
    ToolResult,
    call_id=IDS,
    name=NAMES,
    content=WORDS,
    outcome=st.sampled_from(["ok", "error", "refused", "interrupted"]),
)
MESSAGES = st.one_of(
    st.builds(UserMessage, text=WORDS),
    st.builds(
        AssistantMessage,
        parts=st.lists(PARTS, max_size=4).map(tuple),
        provider=st.sampled_from(["lab", "other"]),
        model=st.just("m"),
        status=st.sampled_from(["complete", "interrupted", "failed"]),
    ),
    st.builds(ToolMessage, results=st.lists(RESULTS, max_size=3).map(tuple)),
)
HISTORIES = st.lists(MESSAGES, max_size=8)


def body_of(wire: Wire, history: list[Message], thinking: int | None = None) -> dict[str, Any]:
    provider = wire.provider_class(name="lab", base_url="http://127.0.0.1:9")
    request = ChatRequest(
        model="m", system=SystemPrompt(stable="s"), messages=history, thinking_budget_tokens=thinking
    )
    body: dict[str, Any] = json.loads(provider._body(request))
    return body


def assert_arguments(text: str) -> None:
    assert isinstance(json.loads(text), dict)


def check_anthropic(body: dict[str, Any]) -> None:
    messages = body["messages"]
    roles = [message["role"] for message in messages]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2)
    assert len(roles) % 2 or not roles
    seen: set[str] = set()
    for message, following in zip(messages, [*messages[1:], None], strict=False):
        blocks = message["content"]
        assert blocks
        assert all(block["text"].strip() for block in blocks if block["type"] == "text")
        calls = [block for block in blocks if block["type"] == "tool_use"]
        for call in calls:
            assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", call["id"])
            assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", call["name"])
            assert isinstance(call["input"], dict)
            assert call["id"] not in seen
            seen.add(call["id"])
        results = [b for b in (following or {"content": ()})["content"] if b["type"] == "tool_result"]
        if message["role"] == "assistant":
            assert [result["tool_use_id"] for result in results] == [call["id"] for call in calls]
    if "thinking" in body:
        prompts = [
            place
            for place, message in enumerate(messages)
            if message["role"] == "user" and any(block["type"] == "text" for block in message["content"])
        ]
        last_prompt = max(prompts, default=-1)
        for message in messages[last_prompt + 1 : last_prompt + 2]:
            assert message["content"][0]["type"] in {"thinking", "redacted_thinking"}


def check_chat(body: dict[str, Any]) -> None:
    system, *messages = body["messages"]
    assert system["role"] == "system"
    assert [m["role"] for m in messages[:1]] in ([], ["user"])
    assert [m["role"] for m in messages[-1:]] in ([], ["user"], ["tool"])
    owed: list[str] = []
    seen: set[str] = set()
    before = ""
    for message in messages:
        role = message["role"]
        if role == "tool":
            assert message["tool_call_id"] == owed.pop(0)
        else:
            assert owed == []
            assert role != before
            assert message["content"].strip() or message.get("tool_calls")
        for call in message.get("tool_calls", ()):
            assert 1 <= len(call["id"]) <= 40
            assert call["id"] not in seen
            assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", call["function"]["name"])
            assert_arguments(call["function"]["arguments"])
            owed.append(call["id"])
            seen.add(call["id"])
        before = role
    assert owed == []


def check_responses(body: dict[str, Any]) -> None:
    owed: list[str] = []
    seen: set[str] = set()
    items = body["input"]
    for item, following in zip(items, [*items[1:], {"type": ""}], strict=False):
        match item["type"]:
            case "message":
                assert owed == [] or item["role"] == "assistant"
                assert item["content"].strip()
            case "reasoning":
                assert item["encrypted_content"]
                assert following["type"] in {"message", "function_call", "reasoning"}
                assert following.get("role") != "user"
            case "function_call":
                assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", item["call_id"])
                assert item["call_id"] not in seen
                assert_arguments(item["arguments"])
                owed.append(item["call_id"])
                seen.add(item["call_id"])
            case "function_call_output":
                assert item["call_id"] == owed.pop(0)
    assert owed == []
    assert not items or items[-1].get("role") != "assistant"


CHECKS = {OPENAI.name: check_chat, ANTHROPIC.name: check_anthropic, RESPONSES.name: check_responses}


@given(HISTORIES, st.sampled_from([None, 2_000]))
def test_any_history_becomes_a_valid_request_on_every_wire(
    history: list[Message], thinking: int | None
) -> None:
    for wire in WIRES:
        CHECKS[wire.name](body_of(wire, history, thinking))


@given(HISTORIES)
def test_nothing_signed_by_another_service_is_sent(history: list[Message]) -> None:
    for wire in WIRES:
        ours = sum(
            part.verbatim is not None
            for message in history
            if isinstance(message, AssistantMessage) and message.provider == "lab"
            for part in message.parts
            if isinstance(part, ThinkingPart) and part.wire == wire.name
        )
        text = json.dumps(body_of(wire, history))
        assert text.count("c2ln") + text.count('"ZQ"') <= ours


@given(HISTORIES, HISTORIES)
def test_what_was_sent_before_is_the_beginning_of_what_is_sent_next(
    history: list[Message], more: list[Message]
) -> None:
    """Prompt caches hold; the last message may still grow by a neighbour of its role."""
    rules = HistoryRules(wire="w", provider="lab", max_id_characters=40)
    whole = [*history, UserMessage(text="settled")]
    before = sendable(whole, rules)[:-1]
    assert sendable([*whole, *more], rules)[: len(before)] == before


@pytest.mark.parametrize("first", WIRES, ids=lambda wire: wire.name)
async def test_a_conversation_goes_on_over_another_wire_in_the_middle_of_a_turn(
    wire: Wire, first: Wire
) -> None:
    events = first.stream(
        ["I look."], [tool_call("Read", {"path": "a"}, "functions.Read:0")], thinking=["hm"]
    )
    async with FaultServer([Reply(events), Reply(wire.stream(["Done."]))]) as server:
        async with first.provider(first.url(server)) as asked:
            message = (await answer(asked)).message
        call = message.tool_calls[0]
        result = ToolMessage(results=(ToolResult(call_id=call.call_id, name="Read", content="text of a"),))
        request = chat_request(UserMessage(text="Hello"), message, result, thinking_budget_tokens=2_000)
        async with wire.provider(wire.url(server)) as next_one:
            assert (await answer(next_one, request)).message.text == "Done."
        body = server.requests[1].json()
    CHECKS[wire.name](body)
    assert "I look." in json.dumps(body)
    assert "text of a" in json.dumps(body)
    has_thinking = "c2lnbmF0dXJl" in json.dumps(body) or "Z0FBQUFB" in json.dumps(body)
    assert has_thinking is (wire is first and wire is not OPENAI)
    if wire is ANTHROPIC:
        assert ("thinking" in body) is (first is ANTHROPIC)


def test_long_ids_that_differ_in_their_ends_stay_different() -> None:
    calls = tuple(ToolCall(call_id="i" * 60 + end, name="Read", arguments="{}") for end in "ab")
    results = tuple(ToolResult(call_id=call.call_id, name="Read", content=call.call_id[-1]) for call in calls)
    history: list[Message] = [
        UserMessage(text="x"),
        AssistantMessage(parts=calls, provider="lab", model="m"),
        ToolMessage(results=results[::-1]),
    ]
    _, _, spoken, first, second = body_of(OPENAI, history)["messages"]
    ids = [call["id"] for call in spoken["tool_calls"]]
    assert len(set(ids)) == 2
    assert [(m["tool_call_id"], m["content"]) for m in (first, second)] == [(ids[0], "a"), (ids[1], "b")]


def test_ids_that_a_server_uses_again_in_each_turn_are_told_apart() -> None:
    turn: list[Message] = [
        UserMessage(text="x"),
        AssistantMessage(
            parts=(ToolCall(call_id="call_0", name="Read", arguments="{}"),), provider="lab", model="m"
        ),
        ToolMessage(results=(ToolResult(call_id="call_0", name="Read", content="a"),)),
    ]
    body = body_of(ANTHROPIC, turn * 2)
    assert [m["content"][0]["tool_use_id"] for m in body["messages"] if "tool_use_id" in m["content"][0]] == [
        "call_0",
        "call_0_2",
    ]
