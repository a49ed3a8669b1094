"""OpenAI's Responses wire: what is sent, how an answer arrives, and reasoning that comes back verbatim."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.errors import ContentRefused, RateLimit, ServerError, StreamInterrupted
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
from roku_desktop.engine.providers.openai_responses import OpenAIResponsesProvider
from roku_desktop.engine.providers.response_events import ResponseReader
from roku_desktop.engine.providers.sse import SseDecoder
from tests.support.fault_server import FaultServer, Reply, responses_stream, sse, tool_call
from tests.support.wires import CANARY_KEY, READ_TOOL, RESPONSES, answer, chat_request, collect, failure

CALL = ToolCall(call_id="call_1", name="Read", arguments='{"path": "a"}')
RESULT = ToolMessage(results=(ToolResult(call_id="call_1", name="Read", content="text of a"),))


def said(*parts: Any, status: Any = "complete") -> AssistantMessage:
    return AssistantMessage(parts=parts, provider="lab", model="m", status=status)


async def sent(request: ChatRequest) -> dict[str, Any]:
    async with RESPONSES.serving(Reply(responses_stream(["ok"]))) as (server, provider):
        await answer(provider, request)
        body: dict[str, Any] = server.requests[0].json()
    return body


async def received(*events: bytes) -> AssistantMessage:
    async with RESPONSES.serving(Reply(events)) as (_, provider):
        return (await answer(provider)).message


def ended(**fields: Any) -> bytes:
    return sse({"type": "response.completed", "response": {"status": "completed", **fields}})


async def test_a_request_is_what_the_wire_asks_for() -> None:
    async with RESPONSES.serving(Reply(responses_stream(["ok"]))) as (server, provider):
        await answer(provider)
        request = server.requests[0]
    assert request.path == "/v1/responses"
    assert request.headers["authorization"] == f"Bearer {CANARY_KEY}"
    assert request.json() == {
        "model": "test-model",
        "stream": True,
        "store": False,
        "tools": [
            {
                "type": "function",
                "name": "Read",
                "description": "Read a file.",
                "parameters": json.loads(READ_TOOL.schema),
                "strict": False,
            }
        ],
        "instructions": "You help.\n\nIt is Tuesday.",
        "input": [{"type": "message", "role": "user", "content": "Hello"}],
    }


@pytest.mark.parametrize(
    ("model", "asks"),
    [
        ("o4-mini", True),
        ("gpt-5.4", True),
        ("openai/gpt-5.4", True),
        ("gpt-oss:20b", True),
        ("gpt-4o", False),
        ("gpt-5-chat-latest", False),
        ("qwen3", False),
    ],
)
async def test_encrypted_reasoning_is_asked_of_models_that_have_it(model: str, asks: bool) -> None:
    request = ChatRequest(model=model, system=SystemPrompt(stable=""), messages=(UserMessage(text="x"),))
    async with RESPONSES.serving(Reply(responses_stream(["ok"]))) as (server, provider):
        await answer(provider, request)
        body = server.requests[0].json()
    assert ("include" in body) is asks
    assert "reasoning" not in body


@pytest.mark.parametrize(("budget", "effort"), [(1_024, "low"), (10_000, "medium"), (50_000, "high")])
async def test_a_thinking_budget_becomes_an_effort(budget: int, effort: str) -> None:
    body = await sent(chat_request(thinking_budget_tokens=budget))
    assert body["reasoning"] == {"effort": effort, "summary": "auto"}
    assert body["include"] == ["reasoning.encrypted_content"]


@pytest.mark.parametrize(("limit", "sent_limit"), [(77, 77), (1, 16)])
async def test_the_limit_of_output_is_one_that_the_service_takes(limit: int, sent_limit: int) -> None:
    async with FaultServer([Reply(responses_stream(["ok"]))]) as server:
        provider = OpenAIResponsesProvider(name="lab", base_url=server.openai_url, max_output_tokens=limit)
        await answer(provider)
        await provider.aclose()
    assert server.requests[0].json()["max_output_tokens"] == sent_limit


async def test_the_next_turns_request_begins_with_the_same_bytes() -> None:
    async with RESPONSES.serving(Reply(responses_stream(["ok"]))) as (server, provider):
        first = UserMessage(text="Hello")
        await answer(provider, chat_request(first))
        await answer(provider, chat_request(first, said(TextPart(text="ok")), UserMessage(text="More")))
        before, after = (request.body for request in server.requests)
    assert after.startswith(before.removesuffix(b"]}"))


async def test_reasoning_goes_back_unchanged_in_its_place() -> None:
    events = responses_stream(["I look."], [tool_call("Read", {"path": "a"})], thinking=["h", "m ü"])
    async with RESPONSES.serving(Reply(events), Reply(responses_stream(["ok"]))) as (server, provider):
        message = (await answer(provider)).message
        await answer(provider, chat_request(UserMessage(text="read"), message, RESULT))
        sent_back = server.requests[1].json()["input"]
    assert sent_back == [
        {"type": "message", "role": "user", "content": "read"},
        {
            "id": "rs_1",
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "hm ü"}],
            "encrypted_content": "Z0FBQUFB",
        },
        {"type": "message", "role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "call_1", "name": "Read", "arguments": '{"path": "a"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "text of a"},
    ]


async def test_reasoning_that_cannot_be_read_again_is_shown_but_not_sent_back() -> None:
    message = await received(*responses_stream(["ok"], thinking=["hm"], encrypted=None))
    assert message.parts[0] == ThinkingPart(text="hm", wire="openai-responses")
    body = await sent(chat_request(UserMessage(text="x"), message, UserMessage(text="y")))
    assert [item["type"] for item in body["input"]] == ["message"] * 3


async def test_reasoning_that_nothing_follows_is_not_sent_back() -> None:
    thought = ThinkingPart(text="", wire="openai-responses", verbatim='{"type":"reasoning"}')
    body = await sent(
        chat_request(
            UserMessage(text="x"), said(thought, TextPart(text="ok"), thought), UserMessage(text="y")
        )
    )
    assert [item["type"] for item in body["input"]] == ["message", "reasoning", "message", "message"]


async def test_a_stream_becomes_one_answer() -> None:
    usage = Usage(input_tokens=100, output_tokens=20, cache_read_tokens=64, reasoning_tokens=7)
    events = responses_stream(["Hel", "lo"], [tool_call("Read", {"path": "a"})], usage, ["let me", " see"])
    message = await received(*events)
    thinking, *rest = message.parts
    assert isinstance(thinking, ThinkingPart)
    assert json.loads(thinking.verbatim or "")["encrypted_content"] == "Z0FBQUFB"
    assert thinking.text == "let me see"
    assert rest == [TextPart(text="Hello"), CALL]
    assert (message.stop_reason, message.usage) == ("tool_use", usage)


async def test_paragraphs_of_a_summary_are_streamed_apart() -> None:
    def piece(delta: str, place: int) -> bytes:
        kind = "response.reasoning_summary_text.delta"
        return sse({"type": kind, "output_index": 0, "summary_index": place, "delta": delta})

    body = b"".join([piece("a", 0), piece("b", 0), piece("c", 1), ended()])
    async with RESPONSES.serving(Reply([body])) as (_, provider):
        assert ThinkingChunk("ab\n\nc") in await collect(provider)


async def test_a_refusal_is_text_and_said_to_be_one() -> None:
    message = await received(
        sse({"type": "response.refusal.delta", "output_index": 0, "delta": "I can't."}), ended()
    )
    assert (message.text, message.stop_reason) == ("I can't.", "refusal")


@pytest.mark.parametrize("reason", ["content_filter"])
async def test_a_filter_before_any_text_is_a_refusal(reason: str) -> None:
    async with RESPONSES.serving(Reply(responses_stream(incomplete=reason))) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, ContentRefused)


@pytest.mark.parametrize(
    ("reason", "stop_reason"),
    [("max_output_tokens", "max_tokens"), ("content_filter", "refusal"), ("new_one", "other")],
)
async def test_an_incomplete_answer_says_why(reason: str, stop_reason: str) -> None:
    assert (await received(*responses_stream(["x"], incomplete=reason))).stop_reason == stop_reason


async def test_a_call_that_the_output_limit_cut_never_runs() -> None:
    whole, half = tool_call("Read", {"path": "a"}), tool_call("Read", '{"path": "b', "call_2")
    message = await received(*responses_stream(["x"], [whole, half], incomplete="max_output_tokens"))
    assert message.tool_calls == (whole,)


async def test_a_whole_call_whose_item_never_ended_does_not_run_in_a_cut_answer() -> None:
    events = responses_stream([], [CALL], incomplete="max_output_tokens")
    unfinished = [event for event in events if b"output_item.done" not in event]
    assert (await received(*unfinished)).tool_calls == ()


async def test_a_failed_response_has_its_class() -> None:
    for error, kind in (({"code": "rate_limit_exceeded", "message": "x"}, RateLimit), (None, ServerError)):
        body = sse({"type": "response.failed", "response": {"error": error}})
        async with RESPONSES.serving(Reply([body])) as (_, provider):
            failed, _ = await failure(provider)
        assert type(failed) is kind


async def test_no_terminal_event_is_an_interruption() -> None:
    async with RESPONSES.serving(Reply(responses_stream(["x"], end=False))) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, StreamInterrupted)


async def test_what_was_not_streamed_is_read_from_the_whole() -> None:
    output = [
        {"type": "reasoning", "summary": [{"text": "hm"}], "encrypted_content": "e"},
        {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]},
        {"type": "function_call", "call_id": "call_1", "name": "Read", "arguments": '{"path": "a"}'},
    ]
    at_once = await received(ended(output=output))
    by_item = await received(
        *(
            sse({"type": "response.output_item.done", "output_index": index, "item": item})
            for index, item in enumerate(output)
        ),
        ended(output=output),
    )
    assert at_once == by_item
    assert (at_once.text, at_once.tool_calls) == ("Hello", (CALL,))


async def test_unknown_events_and_items_are_skipped_and_two_calls_never_share_an_id() -> None:
    *events, last = responses_stream(["Hello"], [CALL, CALL])
    message = await received(
        sse({"type": "keepalive"}),
        *events,
        sse({"type": "response.brand_new", "delta": {"x": 1}, "item": 7}),
        sse({"type": "response.output_item.added", "output_index": 9, "item": {"type": "hologram"}}),
        sse("[DONE]"),
        last,
    )
    assert message.text == "Hello"
    first, second = message.tool_calls
    assert first == CALL
    assert second.call_id != CALL.call_id


BODY = b"".join(
    responses_stream(["Grüße \u2028", " 😀"], [tool_call("Read", {"path": "ü"})], thinking=["h", "m"])
)


def read_in(pieces: list[bytes]) -> tuple[AssistantMessage, str]:
    reader, decoder = ResponseReader(), SseDecoder()
    for piece in pieces:
        reader.read(decoder.feed(piece))
    assert reader.done
    return reader.answer("lab", "m"), "".join(chunk.text for chunk in reader.shown.fresh())


@given(st.lists(st.integers(1, len(BODY) - 1), unique=True, max_size=40))
def test_the_answer_is_the_same_for_every_split(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(BODY)]
    pieces = [BODY[begin:end] for begin, end in itertools.pairwise(ends)]
    assert read_in(pieces) == read_in([BODY])
