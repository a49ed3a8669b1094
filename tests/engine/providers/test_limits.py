"""The five clocks of a request: when each strikes, what is said, and that the connection is closed."""

from __future__ import annotations

import asyncio

import pytest

from roku_desktop.engine.errors import Timeout
from roku_desktop.engine.ports import FirstByte, RequestOnWire
from tests.support.fault_server import Pause, Repeat, Reply, Stall
from tests.support.wires import Wire, answer, chat_request, failure, limits, shown


async def test_a_server_silent_before_headers_times_out(wire: Wire) -> None:
    short = limits(first_byte_timeout_s=0.05)
    async with wire.serving(Reply(before_head=[Stall()]), limits=short) as (server, provider):
        error, _ = await failure(provider)
        await server.requests[0].client_gone.wait()
    assert isinstance(error, Timeout)
    assert error.phase == "first_byte"


async def test_a_server_silent_after_headers_times_out(wire: Wire) -> None:
    short = limits(first_byte_timeout_s=0.05)
    async with wire.serving(Reply([Stall()]), limits=short) as (_, provider):
        error, items = await failure(provider)
    assert isinstance(error, Timeout)
    assert error.phase == "first_byte"
    assert items == [RequestOnWire()]


async def test_a_tls_handshake_that_never_ends_is_a_timeout_while_connecting(wire: Wire) -> None:
    closed = asyncio.Event()

    async def never_speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        closed.set()

    async with await asyncio.start_server(never_speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        short = limits(connect_timeout_s=0.1)
        async with wire.provider(f"https://127.0.0.1:{port}{wire.url_suffix}", limits=short) as provider:
            error, items = await failure(provider)
            await closed.wait()
    assert isinstance(error, Timeout)
    assert error.phase == "connect"
    assert items == []


async def test_silence_in_mid_stream_ends_the_wait_and_keeps_the_text(wire: Wire) -> None:
    events = wire.stream(["Hel", "lo"])
    place = next(i for i, event in enumerate(events) if b'"lo"' in event) + 1
    short = limits(idle_timeout_s=0.1)
    async with wire.serving(Reply([*events[:place], Stall()]), limits=short) as (server, provider):
        error, items = await failure(provider)
        await server.requests[0].client_gone.wait()
    assert isinstance(error, Timeout)
    assert error.phase == "idle"
    assert shown(items) == "Hello"


@pytest.mark.parametrize(
    "ping", [b": ping\n\n", b'event: ping\ndata: {"type": "ping"}\n\n'], ids=["comment", "event"]
)
async def test_pings_without_progress_end_the_wait(wire: Wire, ping: bytes) -> None:
    short = limits(progress_timeout_s=0.15)
    async with wire.serving(Reply([Repeat(ping, every_s=0.01)]), limits=short) as (server, provider):
        error, items = await failure(provider)
        await server.requests[0].client_gone.wait()
    assert isinstance(error, Timeout)
    assert error.phase == "progress"
    assert items == [RequestOnWire(), FirstByte()]


PHASES = {
    "first_byte": (Reply(before_head=[Stall()]), "lab did not begin to answer within 0.05 s."),
    "idle": (Reply([b": ping\n\n", Stall()]), "lab fell silent for 0.05 s in the middle of its answer."),
    "progress": (
        Reply([Repeat(b": ping\n\n", every_s=0.01)]),
        "lab kept the connection open for 0.05 s without answering.",
    ),
    "whole": (
        Reply([Repeat(b": ping\n\n", every_s=0.01)]),
        "lab did not finish its answer within 0.05 s.",
    ),
}


@pytest.mark.parametrize(("phase", "reply", "sentence"), [(name, *row) for name, row in PHASES.items()])
async def test_a_passed_limit_is_said_with_the_key_that_raises_it(
    wire: Wire, phase: str, reply: Reply, sentence: str
) -> None:
    key = "stream_timeout_s" if phase == "whole" else f"{phase}_timeout_s"
    async with wire.serving(reply, limits=limits(**{key: 0.05})) as (_, provider):
        error, _ = await failure(provider)
    assert (str(error), error.phase) == (sentence, phase)
    assert key in error.next_step


async def test_a_thinking_budget_buys_time_before_the_first_byte(wire: Wire) -> None:
    slow = Reply(wire.stream(["hm"]), before_head=[Pause(0.2)])
    async with wire.serving(slow, limits=limits(first_byte_timeout_s=0.05)) as (_, provider):
        assert (await answer(provider, chat_request(thinking_budget_tokens=200))).message.text == "hm"
        error, _ = await failure(provider)
    assert isinstance(error, Timeout)


async def test_a_stream_that_never_ends_stops_at_the_whole_limit(wire: Wire) -> None:
    events = wire.stream(["more"])
    place = next(i for i, event in enumerate(events) if b'"more"' in event)
    begin, content = events[:place], events[place]
    short = limits(stream_timeout_s=0.2)
    reply = Reply([*begin, Repeat(content, every_s=0.01)])
    async with wire.serving(reply, limits=short) as (_, provider):
        error, items = await failure(provider)
    assert isinstance(error, Timeout)
    assert error.phase == "whole"
    assert shown(items).startswith("more")
