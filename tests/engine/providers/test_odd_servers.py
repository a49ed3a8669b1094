"""Servers that are odd but legal, as a stranger might write them: each gives the answer all the same."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from roku_desktop.engine.errors import MalformedResponse
from roku_desktop.engine.messages import AssistantMessage, Usage
from tests.support.fault_server import FaultServer, Reply, json_reply, sse, tool_call
from tests.support.wires import ANTHROPIC, OPENAI, RESPONSES, Wire, answer, failure

ARGUMENTS = {"path": "ä"}
CALLS = (tool_call("Read", ARGUMENTS), tool_call("Read", {}, "call_2"))


def whole_stream(wire: Wire) -> bytes:
    return b"".join(wire.stream(["Grüße, ", "你好 \u2028!"], CALLS))


def is_right(message: AssistantMessage) -> None:
    assert message.text == "Grüße, 你好 \u2028!"
    assert [(call.name, json.loads(call.arguments)) for call in message.tool_calls] == [
        ("Read", ARGUMENTS),
        ("Read", {}),
    ]
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == (
        "tool_use",
        12,
        5,
    )


async def answered(wire: Wire, reply: Reply) -> AssistantMessage:
    async with wire.serving(reply) as (_, provider):
        return (await answer(provider)).message


def deflated(pieces: Iterable[bytes]) -> list[bytes]:
    """A gzip stream that is flushed after each piece."""
    packer = zlib.compressobj(wbits=31)
    return [*(packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH) for piece in pieces), packer.flush()]


def old_fashioned(body: bytes) -> Reply:
    return Reply(raw=b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body)


FRAMINGS = {
    "byte by byte": lambda body: Reply([body[i : i + 1] for i in range(len(body))], framing="close"),
    "CRLF": lambda body: Reply([body.replace(b"\n", b"\r\n")]),
    "CR": lambda body: Reply([body.replace(b"\n", b"\r")]),
    "byte order mark": lambda body: Reply([b"\xef\xbb\xbf" + body]),
    "no space after the colon": lambda body: Reply([body.replace(b"data: ", b"data:")]),
    "empty data as a ping": lambda body: Reply([b"data:\n\ndata: \n\n" + body]),
    "comments as pings": lambda body: Reply([b": OPENROUTER PROCESSING\n\n:\n" + body]),
    "unknown fields": lambda body: Reply([b"id: 7\nretry: 10\nfoo: bar\n" + body]),
    "labelled as JSON": lambda body: Reply([body], headers={"Content-Type": "application/json"}),
    "not labelled": lambda body: Reply([body], headers={}),
    "status 201": lambda body: Reply([body], status=201),
    "gzip, flushed": lambda body: Reply(
        deflated([body[:100], body[100:]]), headers={"Content-Encoding": "gzip"}
    ),
    "gzip, whole": lambda body: Reply([gzip.compress(body)], headers={"Content-Encoding": "GZip"}),
    "HTTP/1.0": old_fashioned,
    "a length": lambda body: Reply([body], framing="length"),
}


@pytest.mark.parametrize("framing", FRAMINGS)
async def test_however_it_is_packed_it_is_the_same_answer(wire: Wire, framing: str) -> None:
    is_right(await answered(wire, FRAMINGS[framing](whole_stream(wire))))


async def test_data_over_several_lines_is_one_event(wire: Wire) -> None:
    def spread(event: bytes) -> bytes:
        return event.replace(b',"', b',\ndata: "')

    is_right(await answered(wire, Reply([spread(event) for event in whole_stream(wire).splitlines(True)])))


@pytest.mark.parametrize("encoding", ["br", "zstd", "br, gzip"])
async def test_a_compression_that_nobody_asked_for_is_named(wire: Wire, encoding: str) -> None:
    async with wire.serving(Reply([b"\x1b\x03\x00"], headers={"Content-Encoding": encoding})) as (
        _,
        provider,
    ):
        error, _ = await failure(provider)
    assert isinstance(error, MalformedResponse)
    assert str(error) == (
        f"lab compressed its answer ({encoding}), which nobody asked for; "
        "switch that off at the server or at the proxy before it."
    )


WIRE_CALLS: Sequence[dict[str, Any]] = [
    {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
    for call in CALLS
]
TEXT = "Grüße, 你好 \u2028!"
WHOLE = {
    OPENAI.name: {
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": TEXT, "tool_calls": WIRE_CALLS},
                "finish_reason": "tool_calls",
            }
        ],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5},
    },
    ANTHROPIC.name: {
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "text", "text": TEXT},
            *(
                {
                    "type": "tool_use",
                    "id": call.call_id,
                    "name": call.name,
                    "input": json.loads(call.arguments),
                }
                for call in CALLS
            ),
        ],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 12, "output_tokens": 5},
    },
    RESPONSES.name: {
        "object": "response",
        "status": "completed",
        "error": None,
        "output": [
            {"type": "message", "content": [{"type": "output_text", "text": TEXT}]},
            *(
                {"type": "function_call", "call_id": c.call_id, "name": c.name, "arguments": c.arguments}
                for c in CALLS
            ),
        ],
        "usage": {"input_tokens": 12, "output_tokens": 5},
    },
}


async def test_an_answer_that_comes_at_once_although_a_stream_was_asked_for_is_taken(wire: Wire) -> None:
    is_right(await answered(wire, json_reply(200, WHOLE[wire.name])))


async def test_half_of_an_answer_that_comes_at_once_is_none(wire: Wire) -> None:
    body = json.dumps(WHOLE[wire.name]).encode()
    async with wire.serving(Reply([body[: len(body) // 2]], framing="close")) as (_, provider):
        assert isinstance((await failure(provider))[0], MalformedResponse)


@pytest.mark.parametrize("status", [307, 308])
async def test_a_server_may_send_a_request_on_to_another_of_its_paths(wire: Wire, status: int) -> None:
    moved = Reply((), status, {"Location": "/elsewhere/"}, "length")
    async with wire.serving(moved, Reply([whole_stream(wire)])) as (server, provider):
        is_right((await answer(provider)).message)
    first, second = server.requests
    assert second.path == "/elsewhere/"
    assert (first.body, first.headers.get("authorization")) == (
        second.body,
        second.headers.get("authorization"),
    )


async def test_a_circle_of_redirects_ends(wire: Wire) -> None:
    async with wire.serving(Reply((), 307, {"Location": "/round"}, "length")) as (server, provider):
        assert isinstance((await failure(provider))[0], MalformedResponse)
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "base", ["/tenant/v1", "/tenant/v1/", "/tenant/v1?api-version=7", "/tenant/v1/?api-version=7"]
)
async def test_a_base_url_may_have_a_prefix_and_a_query(wire: Wire, base: str) -> None:
    async with (
        FaultServer([Reply([whole_stream(wire)])]) as server,
        wire.provider(server.url + base) as provider,
    ):
        is_right((await answer(provider)).message)
    path, _, query = server.requests[0].path.partition("?")
    assert path.startswith("/tenant/v1/")
    assert "//" not in path
    assert query == ("api-version=7" if "?" in base else "")


async def test_an_address_of_ipv6_is_reached() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + whole_stream(OPENAI))
        writer.close()

    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        server = await asyncio.start_server(serve, "::1", 0)
    except OSError:
        pytest.skip("no IPv6 here")
    port = server.sockets[0].getsockname()[1]
    async with server, OPENAI.provider(f"http://[::1]:{port}/v1") as provider:
        is_right((await answer(provider)).message)


def delta(finish: str | None = None, **fields: Any) -> bytes:
    return sse({"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})


def piece(index: int | None, call_id: str | None, name: str | None, arguments: str | None) -> bytes:
    call: dict[str, Any] = {"function": {"name": name, "arguments": arguments}}
    if index is not None:
        call["index"] = index
    if call_id is not None:
        call["id"] = call_id
    return delta(tool_calls=[call])


END = sse({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}) + sse("[DONE]")
TWO = [("A", {"x": 1}), ("A", {"x": 2})]
CALL_PIECES: dict[str, tuple[list[bytes], list[tuple[str, dict[str, int]]]]] = {
    "every call is number 0, without ids": (
        [piece(0, "", "A", '{"x": 1}'), piece(0, "", "A", '{"x": 2}')],
        TWO,
    ),
    "every call is number 0, with ids": (
        [piece(0, "i", "A", '{"x": 1}'), piece(0, "j", "A", '{"x": 2}')],
        TWO,
    ),
    "neither number nor id": ([piece(None, None, "A", '{"x": 1}'), piece(None, None, "A", '{"x": 2}')], TWO),
    "the id in every piece": (
        [
            piece(None, "i", "A", '{"x"'),
            piece(None, "j", "A", '{"x"'),
            piece(None, "i", None, ": 1}"),
            piece(None, "j", None, ": 2}"),
        ],
        TWO,
    ),
    "interleaved by number": (
        [
            piece(0, "i", "A", ""),
            piece(1, "j", "A", ""),
            piece(1, None, None, '{"x": 2}'),
            piece(0, None, None, '{"x": 1}'),
        ],
        TWO,
    ),
    "one id for all": ([piece(0, "i", "A", '{"x": 1}'), piece(1, "i", "A", '{"x": 2}')], TWO),
    "the name in every piece": (
        [piece(0, "i", "A", '{"x"'), piece(0, "i", "A", ": 1}"), piece(0, "i", "A", "")],
        TWO[:1],
    ),
    "no arguments": ([piece(0, "i", "A", ""), piece(1, "j", "B", None)], [("A", {}), ("B", {})]),
}


@pytest.mark.parametrize("finish", ["tool_calls", "stop"])
@pytest.mark.parametrize("case", CALL_PIECES)
async def test_calls_are_told_apart_however_they_are_numbered(case: str, finish: str) -> None:
    pieces, calls = CALL_PIECES[case]
    message = await answered(OPENAI, Reply([delta(role="assistant"), *pieces, delta(finish), END]))
    assert [(call.name, json.loads(call.arguments)) for call in message.tool_calls] == calls
    assert len({call.call_id for call in message.tool_calls}) == len(calls)
    assert message.stop_reason == "tool_use"


NOTHING = (
    sse({"choices": [{"index": 0, "delta": None}]}),
    sse({"choices": [], "usage": None}),
    sse({"choices": None}),
    delta(content=None, tool_calls=None),
    delta(role="assistant"),
    delta(content=[], tool_calls=[]),
)


async def test_pieces_without_content_are_borne_and_a_second_finish_changes_nothing() -> None:
    events = [
        *NOTHING,
        delta(content=[{"type": "text", "text": "Hi"}]),
        delta("stop"),
        *NOTHING,
        delta("stop"),
        END,
    ]
    message = await answered(OPENAI, Reply(events))
    assert (message.text, message.stop_reason) == ("Hi", "end_turn")
    assert message.usage == Usage(input_tokens=3, output_tokens=2)


def event(kind: str, **fields: Any) -> bytes:
    return sse({"type": kind, **fields}, kind)


def message_end(reason: str = "end_turn", **usage: int) -> list[bytes]:
    return [event("message_delta", delta={"stop_reason": reason}, usage=usage), event("message_stop")]


START = event("message_start", message={"content": [], "usage": {"input_tokens": 9, "output_tokens": 1}})


def text(words: str, index: int | None = 0) -> list[bytes]:
    place = {} if index is None else {"index": index}
    return [
        event("content_block_start", **place, content_block={"type": "text", "text": ""}),
        event("content_block_delta", **place, delta={"type": "text_delta", "text": words}),
        event("content_block_stop", **place),
    ]


async def test_events_blocks_and_deltas_of_the_future_are_skipped_whatever_their_shape() -> None:
    message = await answered(
        ANTHROPIC,
        Reply(
            [
                START,
                event("ping"),
                event("weather_report", message="sunny", usage=7, delta=[1], content_block="x", content=3),
                event(
                    "content_block_start",
                    index=0,
                    content_block={"type": "server_tool_use", "id": "s", "input": {}},
                ),
                event(
                    "content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": "{}"}
                ),
                event(
                    "content_block_start",
                    index=1,
                    content_block={"type": "web_search_tool_result", "content": []},
                ),
                *text("Found.", 2),
                event(
                    "content_block_delta",
                    index=2,
                    delta={"type": "citations_delta", "citation": {"url": "x"}},
                ),
                event("content_block_delta", index=2, delta={"type": "hologram_delta", "cube": [1, 2]}),
                *message_end(output_tokens=30),
            ]
        ),
    )
    assert (message.text, message.tool_calls) == ("Found.", ())
    assert message.usage == Usage(input_tokens=9, output_tokens=30)


@pytest.mark.parametrize("index", [0, None])
async def test_blocks_that_share_a_number_or_have_none_are_all_kept(index: int | None) -> None:
    message = await answered(
        ANTHROPIC, Reply([START, *text("One, ", index), *text("two.", index), *message_end()])
    )
    assert message.text == "One, two."


async def test_text_without_the_start_of_its_block_is_text() -> None:
    words = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hi"})
    assert (await answered(ANTHROPIC, Reply([START, words, *message_end()]))).text == "Hi"


async def test_figures_that_are_written_as_text_are_figures() -> None:
    end = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": "4"})
    message = await answered(ANTHROPIC, Reply([START, *text("Hi"), end, event("message_stop")]))
    assert message.usage.output_tokens == 4


async def test_an_empty_delta_of_arguments_is_no_arguments() -> None:
    start = {"type": "tool_use", "id": "t", "name": "Now", "input": {}}
    message = await answered(
        ANTHROPIC,
        Reply(
            [
                START,
                event("content_block_start", index=0, content_block=start),
                event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": ""}),
                event("content_block_stop", index=0),
                *message_end("tool_use"),
            ]
        ),
    )
    assert [(call.name, call.arguments) for call in message.tool_calls] == [("Now", "{}")]
