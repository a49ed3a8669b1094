"""OpenAI's wire: what is sent, and what its many servers may send back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from roku_desktop.engine.errors import (
    ContentRefused,
    MalformedResponse,
    RateLimit,
    ServerError,
    StreamInterrupted,
)
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
from roku_desktop.engine.ports import ThinkingChunk
from roku_desktop.engine.providers.openai_chat import OpenAIChatProvider
from tests.support.fault_server import (
    FaultServer,
    Reply,
    json_reply,
    openai_error,
    openai_stream,
    sse,
    tool_call,
)
from tests.support.wires import CANARY_KEY, OPENAI, READ_TOOL, answer, chat_request, collect, failure, shown

CALL = ToolCall(call_id="call_1", name="Read", arguments='{"path": "a"}')
RESULT = ToolMessage(results=(ToolResult(call_id="call_1", name="Read", content="text of a"),))


def said(*parts: Any, status: Any = "complete") -> AssistantMessage:
    return AssistantMessage(parts=parts, provider="lab", model="m", status=status)


def delta(finish: str | None = None, **fields: Any) -> bytes:
    return sse({"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})


def piece(arguments: Any = None, **fields: Any) -> bytes:
    function = {"arguments": arguments} if arguments is not None else {}
    if "name" in fields:
        function["name"] = fields.pop("name")
    return delta(tool_calls=[{**fields, "function": function}])


async def sent(*messages: Any) -> dict[str, Any]:
    async with OPENAI.serving(Reply(openai_stream(["ok"]))) as (server, provider):
        await answer(provider, chat_request(*messages))
        body: dict[str, Any] = server.requests[0].json()
    return body


async def received(*events: bytes, framing: Any = "chunked") -> AssistantMessage:
    async with OPENAI.serving(Reply(events, framing=framing)) as (_, provider):
        return (await answer(provider)).message


async def test_a_request_is_what_the_wire_asks_for() -> None:
    async with OPENAI.serving(Reply(openai_stream(["ok"]))) as (server, provider):
        await answer(provider)
        request = server.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {CANARY_KEY}"
    assert list(request.json()) == ["model", "stream", "stream_options", "tools", "messages"]
    assert request.json()["stream_options"] == {"include_usage": True}
    assert request.json()["tools"][0]["function"]["parameters"] == json.loads(READ_TOOL.schema)
    assert request.json()["messages"] == [
        {"role": "system", "content": "You help.\n\nIt is Tuesday."},
        {"role": "user", "content": "Hello"},
    ]


@pytest.mark.parametrize("suffix", ["/v1", "/v1/"])
async def test_a_trailing_slash_of_the_base_url_does_not_matter(suffix: str) -> None:
    async with (
        FaultServer([Reply(openai_stream(["ok"]))]) as server,
        OPENAI.provider(server.url + suffix) as lab,
    ):
        await answer(lab)
    assert server.requests[0].path == "/v1/chat/completions"


async def test_the_limit_of_output_is_sent_under_the_name_the_server_knows() -> None:
    async with FaultServer([Reply(openai_stream(["ok"]))]) as server:
        provider = OpenAIChatProvider(name="lab", base_url=server.openai_url, max_output_tokens=77)
        await answer(provider)
        await provider.aclose()
    assert server.requests[0].json()["max_tokens"] == 77


async def test_the_next_turns_request_begins_with_the_same_bytes() -> None:
    async with OPENAI.serving(Reply(openai_stream(["ok"]))) as (server, provider):
        first = UserMessage(text="Hello")
        await answer(provider, chat_request(first))
        await answer(provider, chat_request(first, said(TextPart(text="ok")), UserMessage(text="More")))
        before, after = (request.body for request in server.requests)
    assert READ_TOOL.schema in before
    assert after.startswith(before.removesuffix(b"]}"))


async def test_a_history_of_every_kind_is_sent_in_place() -> None:
    thought = ThinkingPart(text="hm", wire="anthropic", verbatim="{}")
    body = await sent(
        UserMessage(text="read a"),
        said(thought, TextPart(text="I look."), CALL),
        RESULT,
        said(TextPart(text="It says …"), status="interrupted"),
        UserMessage(text="go on", origin="runtime"),
    )
    assert body["messages"][1:] == [
        {"role": "user", "content": "read a"},
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "Read", "arguments": '{"path": "a"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "text of a"},
        {"role": "assistant", "content": "It says …"},
        {"role": "user", "content": "go on"},
    ]


async def test_what_a_failed_turn_left_is_merged_so_that_roles_alternate() -> None:
    body = await sent(
        UserMessage(text="first"),
        said(status="failed"),
        UserMessage(text="second"),
        said(ThinkingPart(text="only thought"), status="interrupted"),
        UserMessage(text="third"),
    )
    assert body["messages"][1:] == [{"role": "user", "content": "first\n\nsecond\n\nthird"}]


async def test_broken_arguments_in_the_history_do_not_break_the_request() -> None:
    broken = ToolCall(call_id="call_1", name="Read", arguments='{"path": ')
    empty = ToolCall(call_id="call_2", name="Read", arguments="")
    body = await sent(UserMessage(text="a"), said(broken, empty), RESULT)
    arguments = [call["function"]["arguments"] for call in body["messages"][2]["tool_calls"]]
    assert [json.loads(text) for text in arguments] == [{"not_valid_json": '{"path": '}, {}]


async def test_a_stream_becomes_one_answer() -> None:
    usage = Usage(input_tokens=100, output_tokens=20, cache_read_tokens=64, reasoning_tokens=7)
    events = openai_stream(["Hel", "lo"], [tool_call("Read", {"path": "a"})], usage, ["let me", " see"])
    assert await received(*events) == AssistantMessage(
        parts=(
            ThinkingPart(
                text="let me see", wire="openai-chat", verbatim='{"reasoning_content":"let me see"}'
            ),
            TextPart(text="Hello"),
            CALL,
        ),
        provider="lab",
        model="test-model",
        stop_reason="tool_use",
        usage=usage,
    )


async def test_thinking_is_streamed_under_both_of_its_names() -> None:
    events = [
        delta(reasoning="one "),
        delta(reasoning_content="two"),
        delta("stop", content="ok"),
        sse("[DONE]"),
    ]
    async with OPENAI.serving(Reply([b"".join(events)])) as (_, provider):
        items = await collect(provider)
    assert ThinkingChunk("one two") in items


async def test_interleaved_calls_are_put_together_by_index() -> None:
    message = await received(
        piece("", index=0, id="a", name="Read"),
        piece("", index=1, id="b", name="Glob"),
        piece('{"pat', index=0),
        piece('{"pattern":', index=1),
        piece('h":"x"}', index=0),
        piece('"*"}', index=1),
        delta("tool_calls"),
        sse("[DONE]"),
    )
    assert message.tool_calls == (
        ToolCall(call_id="a", name="Read", arguments='{"path":"x"}'),
        ToolCall(call_id="b", name="Glob", arguments='{"pattern":"*"}'),
    )


@pytest.mark.parametrize(
    "pieces",
    [
        [piece('{"a":1}', index=0, id="x", name="Read"), piece('{"b":2}', index=0, id="y", name="Glob")],
        [piece('{"a":1}', id="x", name="Read"), piece('{"b":2}', id="y", name="Glob")],
        [piece('{"a":1}', name="Read"), piece('{"b":2}', name="Glob")],
        [piece({"a": 1}, name="Read"), piece({"b": 2}, name="Glob")],
        [piece('{"a":', name="Read"), piece("1}"), piece('{"b":', name="Glob"), piece("2}")],
        [
            piece('{"a":1}', index=0, id="same", name="Read"),
            piece('{"b":2}', index=1, id="same", name="Glob"),
        ],
        [
            piece('{"a":', index=0, id="x", name="Read"),
            piece("1}", index=0, id="x", name="Read"),
            piece('{"b":2}', index=1, id=None, name="Glob"),
        ],
        [
            piece('{"a":1}', index=0, id="", name="Read"),
            piece(None, index=0),
            piece('{"b":2}', index=1, name="Glob"),
        ],
    ],
    ids=[
        "index always 0",
        "no index",
        "no id",
        "objects",
        "no id, pieces",
        "same id",
        "name repeated",
        "empty id",
    ],
)
async def test_servers_that_save_on_ids_and_indexes_are_understood(pieces: list[bytes]) -> None:
    calls = (await received(*pieces, delta("stop"), sse("[DONE]"))).tool_calls
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [
        ("Read", {"a": 1}),
        ("Glob", {"b": 2}),
    ]
    assert all(call.call_id for call in calls)
    assert calls[0].call_id != calls[1].call_id


async def test_a_call_that_the_output_limit_cut_never_runs() -> None:
    whole, half, none = (
        piece('{"path":"a"}', index=0, id="a", name="Read"),
        piece('{"path":"b', index=1, id="b", name="Read"),
        piece("", index=2, id="c", name="Read"),
    )
    message = await received(whole, half, none, delta("length"), sse("[DONE]"))
    assert [call.call_id for call in message.tool_calls] == ["a"]
    assert message.stop_reason == "max_tokens"


async def test_a_call_without_arguments_has_an_empty_object() -> None:
    message = await received(piece(None, index=0, id="a", name="ListDir"), delta("tool_calls"), sse("[DONE]"))
    assert message.tool_calls[0].arguments == "{}"


@pytest.mark.parametrize(
    ("finish", "stop_reason"),
    [("stop", "end_turn"), ("length", "max_tokens"), ("content_filter", "refusal"), ("weird", "other")],
)
async def test_each_finish_reason_has_its_stop_reason(finish: str, stop_reason: str) -> None:
    assert (await received(*openai_stream(["x"], finish_reason=finish))).stop_reason == stop_reason


async def test_a_filter_before_any_text_is_a_refusal() -> None:
    async with OPENAI.serving(Reply(openai_stream(finish_reason="content_filter"))) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, ContentRefused)


async def test_a_refusal_in_words_is_text() -> None:
    assert (await received(delta(refusal="I can't."), delta("stop"), sse("[DONE]"))).text == "I can't."


async def test_a_server_without_usage_and_without_done_is_understood() -> None:
    events = openai_stream(["Hello"], usage=None, done=False)
    assert (await received(*events, framing="close")).text == "Hello"
    assert (await received(*events)).usage == Usage()


async def test_done_without_a_finish_reason_is_an_end() -> None:
    assert (await received(delta(content="Hello"), sse("[DONE]"))).text == "Hello"


async def test_a_last_event_without_its_blank_line_counts() -> None:
    *events, done = openai_stream(["Hello"])
    assert (await received(*events, done.rstrip(b"\n"))).text == "Hello"


async def test_neither_finish_nor_done_is_an_interruption() -> None:
    async with OPENAI.serving(Reply([delta(content="Hello")], framing="close")) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, StreamInterrupted)


async def test_what_comes_after_done_is_not_read() -> None:
    assert (await received(*openai_stream(["Hello"]), b"data: not json\n\n")).text == "Hello"


async def test_nulls_and_unknown_fields_are_borne() -> None:
    message = await received(
        sse({"choices": None, "usage": None, "error": None, "new": {"field": 1}}),
        sse({"choices": []}),
        sse({"choices": [{"delta": None, "finish_reason": None, "logprobs": None}]}),
        delta(role="assistant", content=None, reasoning_content=None, tool_calls=None, refusal=None),
        delta(content="Hello", tool_calls=[]),
        sse({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": None}}),
        sse(
            {
                "choices": [],
                "usage": {"prompt_tokens": 3, "completion_tokens": 1, "prompt_tokens_details": None},
            }
        ),
        sse("[DONE]"),
    )
    assert message.text == "Hello"
    assert message.usage == Usage(input_tokens=3, output_tokens=1)


async def test_content_in_parts_is_text_and_thinking() -> None:
    """As Mistral's reasoning models stream it."""
    message = await received(
        delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "let me see"}]}]),
        delta(
            content=[{"type": "thinking", "thinking": ", yes"}, {"type": "reference", "reference_ids": [1]}]
        ),
        delta(content=[{"type": "text", "text": "It is "}]),
        delta("stop", content="so."),
        sse("[DONE]"),
    )
    assert message.parts == (
        ThinkingPart(text="let me see, yes", wire="openai-chat"),
        TextPart(text="It is so."),
    )


async def test_counts_that_a_gateway_wrote_as_other_types_are_understood() -> None:
    usage = {"prompt_tokens": 12.0, "completion_tokens": "3"}
    message = await received(delta("stop", content="12"), sse({"choices": [], "usage": usage}), sse("[DONE]"))
    assert (message.text, message.usage) == ("12", Usage(input_tokens=12, output_tokens=3))


async def test_words_that_look_like_other_types_stay_text() -> None:
    words = ["null", "true", " 12", "3.5"]
    message = await received(*(delta(content=word) for word in words), delta("stop"), sse("[DONE]"))
    assert message.text == "".join(words)


async def test_an_error_object_of_vllm_in_mid_stream_is_an_error() -> None:
    said_by_vllm = sse({"object": "error", "message": "slow", "type": "rate_limit_error", "code": 429})
    async with OPENAI.serving(Reply([delta(content="Hel"), said_by_vllm])) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, RateLimit)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"error": {"code": 502, "message": "Provider disconnected"}}, ServerError),
        ({"error": {"code": "rate_limit_exceeded", "message": "upstream"}}, RateLimit),
        ({}, ServerError),
    ],
)
async def test_an_answer_that_openrouter_ends_with_an_error_is_none(fields: Any, kind: Any) -> None:
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    body = [delta(content="Hel"), sse({"choices": [choice], **fields}), sse("[DONE]")]
    async with OPENAI.serving(Reply(body)) as (_, provider):
        error, items = await failure(provider)
    assert type(error) is kind
    assert shown(items) == "Hel"


async def test_models_are_listed_with_what_servers_tell_about_them() -> None:
    models = [
        {"id": "plain"},
        {"id": "vllm", "max_model_len": 4096},
        {"id": "router", "context_length": 200_000, "supported_parameters": ["tools", "top_p"]},
        {"object": "model"},
        {"id": "groq", "context_window": 131_072},
        {
            "id": "mistral",
            "max_context_length": 32_768,
            "capabilities": {"completion_chat": True, "function_calling": True, "vision": False},
        },
        {"id": "mistral-ocr", "capabilities": {"completion_chat": False}},
        {
            "id": "eyes",
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "capabilities": ["streaming"],
        },
        {"id": "painter", "architecture": {"output_modalities": ["image"]}},
        {"id": "text-embedding-3-small"},
        {"id": "whisper-1"},
        {"id": "openai/gpt-4o-mini-transcribe"},
    ]
    async with FaultServer([], routes={"/v1/models": json_reply(200, {"data": models})}) as server:
        async with OPENAI.provider(server.openai_url) as provider:
            listed = await provider.list_models()
        assert server.gets[0].headers["authorization"] == f"Bearer {CANARY_KEY}"
    facts = [(m.model, m.context_window_tokens, m.supports_tools, m.supports_images) for m in listed]
    assert facts == [
        ("plain", None, None, None),
        ("vllm", 4096, None, None),
        ("router", 200_000, True, None),
        ("groq", 131_072, None, None),
        ("mistral", 32_768, True, False),
        ("eyes", None, None, True),
    ]


@pytest.mark.parametrize(
    "reply", [json_reply(200, {"data": 5}), Reply([b"<html>"], 200, {}), json_reply(200, [])]
)
async def test_a_list_that_is_none_is_malformed(reply: Reply) -> None:
    async with (
        FaultServer([], routes={"/v1/models": reply}) as server,
        OPENAI.provider(server.openai_url) as lab,
    ):
        with pytest.raises(MalformedResponse):
            await lab.list_models()


NO_PAGE = Reply((b"404 page not found",), status=404)
NO_SUCH_MODEL = openai_error(404, "model_not_found", "No such model")


@pytest.mark.parametrize(
    ("suffix", "reply", "told"), [("", NO_PAGE, True), ("", NO_SUCH_MODEL, False), ("/v1", NO_PAGE, False)]
)
async def test_an_address_without_its_version_is_told_where_nothing_answers_there(
    suffix: str, reply: Reply, told: bool
) -> None:
    async with FaultServer([reply]) as server, OPENAI.provider(server.url + suffix) as provider:
        failed, _ = await failure(provider)
    hint = "lab has nothing at its base_url: check whether that needs /v1 at the end."
    other = "lab does not know the model test-model, or its base_url is not right."
    assert str(failed) == (hint if told else other)
