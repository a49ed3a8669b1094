"""What each wire bears and where it gives up: limits, cuts, caps, cancelling, and what is left behind.

Which fault is which class and sentence stands in `test_fault_matrix`.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

import pytest

from roku_desktop.engine.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContentRefused,
    ContextWindowExceeded,
    InvalidRequest,
    MalformedResponse,
    ProviderError,
    QuotaExceeded,
    RateLimit,
    ServerError,
    ServerOverloaded,
    StreamInterrupted,
    Timeout,
)
from roku_desktop.engine.ports import FirstByte, RequestOnWire, TextChunk
from tests.support.fault_matrix import upto
from tests.support.fault_server import Cut, Gate, Repeat, Reply, Stall, tool_call
from tests.support.wires import OPENAI, SOON, Wire, answer, chat_request, collect, error_event, failure, shown


async def test_unknown_host_is_a_failed_connection(wire: Wire) -> None:
    async with wire.provider(f"http://no-such-host.invalid{wire.url_suffix}", limits=SOON) as provider:
        error, _ = await failure(provider)
    assert isinstance(error, ConnectionFailed)
    assert "no-such-host.invalid" in str(error)


@pytest.mark.parametrize("base_url", ["", "localhost:8000", "ftp://host/v1", "http://", "http://[::1"])
async def test_an_address_that_is_none_says_so(wire: Wire, base_url: str) -> None:
    async with wire.provider(base_url) as provider:
        error, _ = await failure(provider)
    assert isinstance(error, InvalidRequest)
    assert "base_url" in str(error)


@pytest.mark.parametrize("raw", [b"HELLO\r\n\r\n", b"\x00\xff\x00\xff\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
async def test_garbage_instead_of_http_is_malformed(wire: Wire, raw: bytes) -> None:
    async with wire.serving(Reply(raw=raw)) as (_, provider):
        error, _ = await failure(provider)
    assert isinstance(error, MalformedResponse)


async def test_ten_megabytes_in_one_line_are_read(wire: Wire) -> None:
    text = "x" * 10_000_000
    async with wire.serving(Reply(wire.stream([text]))) as (_, provider):
        assert (await answer(provider)).message.text == text


@pytest.mark.parametrize("framing", ["chunked", "close"])
@pytest.mark.parametrize("how", ["fin", "rst"])
async def test_a_stream_cut_after_any_event_is_never_an_answer(wire: Wire, framing: str, how: str) -> None:
    events = wire.stream(["Hel", "lo"], [tool_call("Read", {"path": "a"})], thinking=["hm"])
    # On OpenAI's wire a clean end after the finish reason is an end too: see below.
    last = next(i for i, event in enumerate(events) if wire.last_event in event)
    cuts = [
        Reply(
            [*events[:count], Cut("rst" if how == "rst" else "fin")],
            framing="close" if framing == "close" else "chunked",
        )
        for count in range(last + 1)
    ]
    async with wire.serving(*cuts) as (_, provider):
        for _ in cuts:
            error, _items = await failure(provider)
            assert isinstance(error, StreamInterrupted)


async def test_a_stream_cut_inside_an_event_is_never_an_answer(wire: Wire) -> None:
    events = b"".join(wire.stream(["Hello"]))
    end = events.rindex(b'"finish_reason":null' if wire is OPENAI else wire.last_event)
    replies = [Reply([events], framing="close", cut_at=size) for size in range(1, end, 37)]
    async with wire.serving(*replies) as (_, provider):
        for _ in replies:
            error, _items = await failure(provider)
            assert isinstance(error, StreamInterrupted)


async def test_text_before_a_reset_is_kept(wire: Wire) -> None:
    events = wire.stream(["Hel", "lo"])
    place = next(i for i, event in enumerate(events) if b'"lo"' in event)
    async with wire.serving(Reply([*events[:place], Gate("read"), Cut("rst")])) as (server, provider):
        items = []
        with suppress(StreamInterrupted):
            async for item in provider.stream(chat_request()):
                items.append(item)
                if isinstance(item, TextChunk):
                    server.open("read")
    assert shown(items) == "Hel"


STATUSES: list[tuple[int, str, str, type[ProviderError]]] = [
    (400, "invalid_request_error", "temperature must be a number", InvalidRequest),
    (401, "authentication_error", "invalid key sk-canary-0123456789abcdef", AuthenticationFailed),
    (402, "billing_error", "pay first", QuotaExceeded),
    (403, "permission_error", "not for you", AuthenticationFailed),
    (404, "not_found_error", "model: nope", InvalidRequest),
    (408, "timeout_error", "too slow", Timeout),
    (413, "request_too_large", "too many bytes", ContextWindowExceeded),
    (422, "unprocessable", "no such field", InvalidRequest),
    (429, "rate_limit_error", "slow down", RateLimit),
    (429, "insufficient_quota", "You exceeded your current quota", QuotaExceeded),
    (500, "api_error", "oops", ServerError),
    (502, "bad_gateway", "oops", ServerError),
    (503, "unavailable", "busy", ServerOverloaded),
    (504, "gateway", "oops", ServerError),
    (529, "overloaded_error", "Overloaded", ServerOverloaded),
]


@pytest.mark.parametrize(("status", "code", "message", "kind"), STATUSES)
async def test_each_status_is_one_class(
    wire: Wire, status: int, code: str, message: str, kind: type[ProviderError]
) -> None:
    async with wire.serving(wire.error(status, code, message)) as (_, provider):
        error, items = await failure(provider)
    assert type(error) is kind
    assert error.status == status
    assert error.provider_says
    assert items == [RequestOnWire()]


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
async def test_a_web_page_as_an_error_is_classified_by_its_status(wire: Wire, status: int) -> None:
    page = Reply([b"<html><body>nginx</body></html>"], status, {"Content-Type": "text/html"}, "length")
    async with wire.serving(page) as (_, provider):
        error, _ = await failure(provider)
    assert error.status == status
    assert error.provider_says == ""


async def test_an_error_body_without_end_is_read_no_further_than_needed(wire: Wire) -> None:
    reply = Reply([Repeat(b"x" * 65536)], 500, {"Content-Type": "text/plain"})
    async with wire.serving(reply) as (server, provider):
        error, _ = await failure(provider)
        await server.requests[0].client_gone.wait()
    assert isinstance(error, ServerError)
    assert len(error.provider_says) <= 300


async def test_retry_after_is_told(wire: Wire) -> None:
    reply = wire.error(429, "rate_limit_error", "slow down", headers={"Retry-After": "12"})
    async with wire.serving(reply) as (_, provider):
        error, _ = await failure(provider)
    assert error.retry_after_s == 12
    assert str(error) == "lab is limiting requests; it asks to wait 12 s."


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("overloaded_error", ServerOverloaded),
        ("rate_limit_exceeded", RateLimit),
        ("insufficient_quota", QuotaExceeded),
        ("context_length_exceeded", ContextWindowExceeded),
        ("invalid_prompt", ContentRefused),
        ("server_error", ServerError),
        ("never_heard_of", ServerError),
    ],
)
async def test_an_error_event_in_mid_stream_has_its_class(
    wire: Wire, name: str, kind: type[ProviderError]
) -> None:
    begin = upto(wire.stream(["Hel", "lo"]), b'"Hel"')
    async with wire.serving(Reply([*begin, error_event(wire, name, "Sorry"), Stall()]), limits=SOON) as (
        _,
        provider,
    ):
        error, items = await failure(provider)
    assert type(error) is kind
    assert error.provider_says == "Sorry"
    assert shown(items) == "Hel"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'data: {"error":{"code":429,"message":"upstream is busy"}}\n\n', RateLimit),
        (b'event: error\ndata: {"error":{"message":"Overloaded"}}\n\n', ServerOverloaded),
        (b"event: error\ndata: broken pipe\n\n", ServerError),
        (b'event: error\ndata: {"type":"error","code":"rate_limit_exceeded","message":"x"}\n\n', RateLimit),
    ],
)
async def test_an_error_event_of_a_gateway_has_its_class(
    wire: Wire, body: bytes, kind: type[ProviderError]
) -> None:
    begin = upto(wire.stream(["Hel", "lo"]), b'"Hel"')
    async with wire.serving(Reply([*begin, body, Stall()]), limits=SOON) as (_, provider):
        error, items = await failure(provider)
    assert type(error) is kind
    assert shown(items) == "Hel"


async def test_a_mislabelled_stream_is_read(wire: Wire) -> None:
    unlabelled = Reply(wire.stream(["Hello"]), headers={"Content-Type": "text/plain"})
    async with wire.serving(unlabelled, Reply(wire.stream(["Hello"]), headers={})) as (_, provider):
        assert (await answer(provider)).message.text == "Hello"
        assert (await answer(provider)).message.text == "Hello"


async def test_invalid_utf8_costs_one_character_and_not_the_answer(wire: Wire) -> None:
    broken = [event.replace(b"@", b"\xe2\x82") for event in wire.stream(["5 @", " ok"])]
    async with wire.serving(Reply(broken)) as (_, provider):
        assert (await answer(provider)).message.text == "5 � ok"


async def test_half_a_surrogate_pair_costs_one_character_and_not_the_answer(wire: Wire) -> None:
    broken = [event.replace(b"@", b"\\ud83d") for event in wire.stream(["5 @", " ok"])]
    async with wire.serving(Reply(broken)) as (_, provider):
        assert (await answer(provider)).message.text == "5 ? ok"


async def test_the_answer_does_not_depend_on_how_its_bytes_are_cut(wire: Wire) -> None:
    text = ["Grüße, 世界 \u2028 \u0085 ", "😀 end\n"]
    events = wire.stream(text, [tool_call("Read", {"path": "a\u2028b"})], thinking=["hm, ü"])
    body = b"".join(events)
    crlf = body.replace(b"\n", b"\r\n")
    replies = [
        Reply(events),
        Reply([body]),
        Reply([body[i : i + 1] for i in range(len(body))]),
        Reply([crlf]),
    ]
    replies.append(Reply([crlf[i : i + 1] for i in range(len(crlf))], framing="close"))
    async with wire.serving(*replies) as (_, provider):
        answers = [(await answer(provider)).message for _ in replies]
    assert answers[0].text == "".join(text)
    assert answers[0].tool_calls[0].arguments == '{"path": "a\\u2028b"}'
    assert all(other == answers[0] for other in answers)


async def test_what_one_read_brought_is_one_chunk(wire: Wire) -> None:
    async with wire.serving(Reply([b"".join(wire.stream(["a"] * 100))])) as (_, provider):
        items = await collect(provider)
    assert [item.text for item in items if isinstance(item, TextChunk)] == ["a" * 100]


async def test_text_is_handed_on_before_more_arrives(wire: Wire) -> None:
    events = wire.stream(["Hel", "lo"])
    place = next(i for i, event in enumerate(events) if b'"lo"' in event)
    async with wire.serving(Reply([*events[:place], Gate("more"), *events[place:]])) as (server, provider):
        seen = []
        async for item in provider.stream(chat_request()):
            seen.append(type(item))
            if isinstance(item, TextChunk) and item.text == "Hel":
                server.open("more")
    assert seen[:3] == [RequestOnWire, FirstByte, TextChunk]


async def test_the_request_is_on_the_wire_before_the_server_answers(wire: Wire) -> None:
    reply = Reply(wire.stream(["hi"]), before_head=[Gate("head")])
    async with wire.serving(reply) as (server, provider), aclosing(provider.stream(chat_request())) as items:
        assert await anext(items) == RequestOnWire()
        server.open("head")
        assert await anext(items) == FirstByte()


async def test_closing_the_iterator_closes_the_connection(wire: Wire) -> None:
    events = wire.stream(["Hel", "lo"])
    async with wire.serving(Reply([*events[:4], Stall()])) as (server, provider):
        async with aclosing(provider.stream(chat_request())) as items:
            async for item in items:
                if isinstance(item, TextChunk):
                    break
        await server.requests[0].client_gone.wait()


@pytest.mark.parametrize("where", ["before head", "in body"])
async def test_cancelling_closes_the_connection_and_leaves_no_task(wire: Wire, where: str) -> None:
    reply = Reply([Gate("x")]) if where == "in body" else Reply(before_head=[Gate("x")])
    async with wire.serving(reply) as (server, provider):
        others = asyncio.all_tasks()
        task = asyncio.create_task(collect(provider))
        await server.reached("x")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.requests[0].client_gone.wait()
        ours = {t for t in asyncio.all_tasks() - others if t.get_name().startswith("http ")}
        assert ours == set()


async def test_a_finished_answer_leaves_its_connection_for_the_next(wire: Wire) -> None:
    async with wire.serving(Reply(wire.stream(["hi"]))) as (server, provider):
        for _ in range(3):
            await answer(provider)
        assert {request.connection for request in server.requests} == {1}


async def test_after_an_error_the_next_request_works(wire: Wire) -> None:
    replies = [wire.error(500, "api_error", "oops"), Reply([Cut("rst")]), Reply(wire.stream(["hi"]))]
    async with wire.serving(*replies) as (_, provider):
        assert isinstance((await failure(provider))[0], ServerError)
        assert isinstance((await failure(provider))[0], StreamInterrupted)
        assert (await answer(provider)).message.text == "hi"


async def test_a_key_that_no_header_can_hold_is_refused_without_quoting_it(wire: Wire) -> None:
    async with wire.provider("http://127.0.0.1:9", api_key="sk-canary-0123456789abcdef\nx") as provider:
        error, _ = await failure(provider)
    assert isinstance(error, AuthenticationFailed)


async def test_a_missing_key_is_said_to_be_missing(wire: Wire) -> None:
    async with wire.serving(wire.error(401, "authentication_error", "no key")) as (server, _):
        async with wire.provider(wire.url(server), api_key=None) as provider:
            error, _ = await failure(provider)
        assert not {"authorization", "x-api-key"} & set(server.requests[0].headers)
    assert str(error) == "lab wants an API key and none is set."
