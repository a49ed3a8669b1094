"""Anthropic's wire: blocks, thinking kept verbatim, cache markers, usage by tier."""

from __future__ import annotations

import json
from typing import Any

import pytest

from roku_desktop.engine.errors import ContentRefused, StreamInterrupted
from roku_desktop.engine.messages import (
    AssistantMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, SystemPrompt, ThinkingChunk
from tests.support.fault_server import FaultServer, Reply, anthropic_stream, json_reply, sse, tool_call
from tests.support.wires import ANTHROPIC, CANARY_KEY, READ_TOOL, answer, chat_request, collect, failure

CALL = ToolCall(call_id="call_1", name="Read", arguments='{"path": "a"}')
MARK = {"type": "ephemeral"}


def said(*parts: Any, status: Any = "complete") -> AssistantMessage:
    return AssistantMessage(parts=parts, provider="lab", model="m", status=status)


async def sent(request: ChatRequest) -> dict[str, Any]:
    async with ANTHROPIC.serving(Reply(anthropic_stream(["ok"]))) as (server, provider):
        await answer(provider, request)
        body: dict[str, Any] = server.requests[0].json()
    return body


async def received(*events: bytes) -> AssistantMessage:
    async with ANTHROPIC.serving(Reply(events)) as (_, provider):
        return (await answer(provider)).message


async def test_a_request_is_what_the_wire_asks_for() -> None:
    async with ANTHROPIC.serving(Reply(anthropic_stream(["ok"]))) as (server, provider):
        await answer(provider)
        request = server.requests[0]
    assert request.path == "/v1/messages"
    assert request.headers["x-api-key"] == CANARY_KEY
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert list(request.json()) == ["model", "stream", "max_tokens", "tools", "system", "messages"]
    assert request.json()["max_tokens"] == 8192
    assert request.json()["system"] == [
        {"type": "text", "text": "You help.", "cache_control": MARK},
        {"type": "text", "text": "It is Tuesday."},
    ]
    assert request.json()["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "Hello", "cache_control": MARK}]}
    ]


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
async def test_the_base_url_may_or_may_not_have_its_version(suffix: str) -> None:
    hello = Reply(anthropic_stream(["ok"]))
    async with FaultServer([hello]) as server, ANTHROPIC.provider(server.url + suffix) as provider:
        await answer(provider)
    assert server.requests[0].path == "/v1/messages"


async def test_tools_and_system_are_the_same_bytes_in_the_next_turn() -> None:
    async with ANTHROPIC.serving(Reply(anthropic_stream(["ok"]))) as (server, provider):
        first = UserMessage(text="Hello")
        await answer(provider, chat_request(first))
        await answer(provider, chat_request(first, said(TextPart(text="ok")), UserMessage(text="More")))
        before, after = (request.body for request in server.requests)
    assert READ_TOOL.schema in before
    stable = before[: before.index(b'"Hello"') + len(b'"Hello"')]
    assert after.startswith(stable)


async def test_only_the_last_block_of_the_last_message_carries_the_mark() -> None:
    results = ToolMessage(
        results=(
            ToolResult(call_id="call_1", name="Read", content="a"),
            ToolResult(call_id="call_2", name="Read", content="no such file", outcome="error"),
        )
    )
    other = ToolCall(call_id="call_2", name="Read", arguments="{}")
    body = await sent(chat_request(UserMessage(text="read"), said(CALL, other), results))
    assert body["messages"][-1]["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "a", "is_error": False},
        {
            "type": "tool_result",
            "tool_use_id": "call_2",
            "content": "no such file",
            "is_error": True,
            "cache_control": MARK,
        },
    ]
    assert body["messages"][0]["content"] == [{"type": "text", "text": "read"}]


async def test_results_and_the_prompt_after_them_are_one_message() -> None:
    result = ToolMessage(results=(ToolResult(call_id="call_1", name="Read", content="a"),))
    body = await sent(chat_request(UserMessage(text="read"), said(CALL), result, UserMessage(text="and?")))
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert [block["type"] for block in body["messages"][-1]["content"]] == ["tool_result", "text"]


async def test_thinking_goes_back_unchanged_in_its_place() -> None:
    events = anthropic_stream(
        ["I look."], [tool_call("Read", {"path": "a"})], thinking=["h", "m ü"], redacted_thinking="xyz"
    )
    async with ANTHROPIC.serving(Reply(events), Reply(anthropic_stream(["ok"]))) as (server, provider):
        message = (await answer(provider)).message
        result = ToolMessage(results=(ToolResult(call_id="call_1", name="Read", content="a"),))
        await answer(provider, chat_request(UserMessage(text="read"), message, result))
        sent_back = server.requests[1].json()["messages"][1]["content"]
    assert sent_back == [
        {"type": "thinking", "thinking": "hm ü", "signature": "c2lnbmF0dXJl"},
        {"type": "redacted_thinking", "data": "xyz"},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "call_1", "name": "Read", "input": {"path": "a"}},
    ]


async def test_what_this_wire_refuses_is_left_out() -> None:
    body = await sent(
        chat_request(
            UserMessage(text="one"),
            said(
                ThinkingPart(text="of another", wire="openai-chat"),
                TextPart(text="  \n"),
                TextPart(text="yes"),
            ),
            UserMessage(text="two"),
            said(ThinkingPart(text="cut", wire="anthropic"), CALL, status="interrupted"),
            UserMessage(text="three"),
            said(TextPart(text="half"), status="failed"),
            UserMessage(text="four"),
        )
    )
    texts = [[block["text"] for block in message["content"]] for message in body["messages"]]
    assert texts == [["one"], ["yes"], ["two\n\nthree"], ["half"], ["four"]]


async def test_ids_of_other_vendors_are_made_fit_and_still_belong_together() -> None:
    call = ToolCall(call_id="functions.Read:0", name="Read", arguments="{}")
    result = ToolMessage(results=(ToolResult(call_id="functions.Read:0", name="Read", content="a"),))
    body = await sent(chat_request(UserMessage(text="x"), said(call), result))
    assert body["messages"][1]["content"][0]["id"] == "functions_Read_0"
    assert body["messages"][2]["content"][0]["tool_use_id"] == "functions_Read_0"


@pytest.mark.parametrize(
    ("budget", "sent_budget", "limit"), [(2000, 2000, 8192), (10, 1024, 8192), (9000, 9000, 17192)]
)
async def test_the_thinking_budget_fits_into_the_limit(budget: int, sent_budget: int, limit: int) -> None:
    body = await sent(chat_request(thinking_budget_tokens=budget))
    assert body["thinking"] == {"type": "enabled", "budget_tokens": sent_budget}
    assert body["max_tokens"] == limit


@pytest.mark.parametrize(
    ("model", "is_adaptive"),
    [
        ("claude-sonnet-4-6", True),
        ("claude-opus-4-7", True),
        ("claude-sonnet-5", True),
        ("claude-opus-5-20260801", True),
        ("anthropic/claude-opus-4.8", True),
        ("anthropic.claude-opus-4-6-v1", True),
        ("claude-haiku-4-5-20251001", False),
        ("claude-opus-4-20250514", False),
        ("claude-3-7-sonnet-20250219", False),
        ("claude-3-7-sonnet-latest", False),
        ("kimi-k2", False),
    ],
)
async def test_a_model_that_judges_by_itself_is_given_an_effort_and_the_others_a_budget(
    model: str, is_adaptive: bool
) -> None:
    request = ChatRequest(
        model=model,
        system=SystemPrompt(stable=""),
        messages=(UserMessage(text="x"),),
        thinking_budget_tokens=5_000,
    )
    body = await sent(request)
    if is_adaptive:
        assert body["thinking"] == {"type": "adaptive", "display": "summarized"}
        assert body["output_config"] == {"effort": "medium"}
    else:
        assert body["thinking"] == {"type": "enabled", "budget_tokens": 5_000}
        assert "output_config" not in body


async def test_an_empty_system_prompt_is_not_sent() -> None:
    request = ChatRequest(model="m", system=SystemPrompt(stable=""), messages=(UserMessage(text="x"),))
    assert "system" not in await sent(request)


async def test_a_stream_becomes_one_answer() -> None:
    usage = Usage(input_tokens=100, output_tokens=20, cache_read_tokens=64, cache_write_tokens=16)
    events = anthropic_stream(["Hel", "lo"], [tool_call("Read", {"path": "a"})], usage, ["let me", " see"])
    verbatim = '{"type":"thinking","thinking":"let me see","signature":"c2lnbmF0dXJl"}'
    assert await received(*events) == AssistantMessage(
        parts=(
            ThinkingPart(text="let me see", wire="anthropic", verbatim=verbatim),
            TextPart(text="Hello"),
            CALL,
        ),
        provider="lab",
        model="test-model",
        stop_reason="tool_use",
        usage=usage,
    )


async def test_thinking_is_streamed() -> None:
    async with ANTHROPIC.serving(Reply([b"".join(anthropic_stream(["ok"], thinking=["h", "m"]))])) as (
        _,
        provider,
    ):
        items = await collect(provider)
    assert ThinkingChunk("hm") in items


async def test_thinking_without_a_signature_is_shown_but_not_sent_back() -> None:
    events = [event for event in anthropic_stream(["ok"], thinking=["hm"]) if b"signature_delta" not in event]
    message = await received(*events)
    assert message.parts[0] == ThinkingPart(text="hm", wire="anthropic")


async def test_unknown_events_blocks_and_deltas_are_skipped() -> None:
    *events, stop = anthropic_stream(["Hello"])
    message = await received(
        *events,
        sse({"type": "brand_new", "delta": None}, "brand_new"),
        sse({"type": "content_block_start", "index": 9, "content_block": {"type": "hologram", "x": 1}}),
        sse({"type": "content_block_delta", "index": 9, "delta": {"type": "hologram_delta", "x": 1}}),
        sse({"type": "content_block_stop", "index": 9}),
        stop,
    )
    assert message.text == "Hello"
    assert len(message.parts) == 1


async def test_a_call_given_in_one_piece_is_read() -> None:
    *events, end, stop = anthropic_stream()
    block = {"type": "tool_use", "id": "t", "name": "Read", "input": {"path": "a"}}
    begin = sse({"type": "content_block_start", "index": 0, "content_block": block})
    message = await received(*events, begin, sse({"type": "content_block_stop", "index": 0}), end, stop)
    assert json.loads(message.tool_calls[0].arguments) == {"path": "a"}


async def test_two_calls_under_one_id_get_ids_of_their_own() -> None:
    *events, end, stop = anthropic_stream()
    for index, path in enumerate("ab"):
        block = {"type": "tool_use", "id": "t", "name": "Read", "input": {"path": path}}
        events.append(sse({"type": "content_block_start", "index": index, "content_block": block}))
        events.append(sse({"type": "content_block_stop", "index": index}))
    first, second = (await received(*events, end, stop)).tool_calls
    assert first.call_id == "t"
    assert second.call_id != "t"
    assert [json.loads(call.arguments) for call in (first, second)] == [{"path": "a"}, {"path": "b"}]


async def test_a_call_that_the_output_limit_cut_never_runs() -> None:
    events = anthropic_stream(["x"], [tool_call("Read", '{"path": "a')], stop_reason="max_tokens")
    message = await received(*events)
    assert message.tool_calls == ()
    assert message.stop_reason == "max_tokens"


@pytest.mark.parametrize(
    ("reason", "stop_reason"),
    [
        ("end_turn", "end_turn"),
        ("max_tokens", "max_tokens"),
        ("stop_sequence", "stop_sequence"),
        ("refusal", "refusal"),
        ("pause_turn", "other"),
    ],
)
async def test_each_stop_reason_is_told(reason: str, stop_reason: str) -> None:
    assert (await received(*anthropic_stream(["x"], stop_reason=reason))).stop_reason == stop_reason


async def test_a_refusal_before_any_text_is_an_error() -> None:
    async with ANTHROPIC.serving(Reply(anthropic_stream(stop_reason="refusal"))) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, ContentRefused)


async def test_a_stop_reason_without_message_stop_is_an_interruption() -> None:
    async with ANTHROPIC.serving(Reply(anthropic_stream(["x"], stop=False))) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, StreamInterrupted)


async def test_models_are_listed() -> None:
    models = {
        "data": [
            {
                "type": "model",
                "id": "a",
                "max_input_tokens": 200_000,
                "capabilities": {"image_input": {"supported": True}, "batch": {"supported": True}},
            },
            {"id": "b", "capabilities": None},
        ],
        "has_more": False,
    }
    async with FaultServer([], routes={"/v1/models": json_reply(200, models)}) as server:
        async with ANTHROPIC.provider(server.url) as provider:
            listed = await provider.list_models()
        assert server.gets[0].headers["x-api-key"] == CANARY_KEY
    facts = [(model.model, model.context_window_tokens, model.supports_images) for model in listed]
    assert facts == [("a", 200_000, True), ("b", None, None)]
