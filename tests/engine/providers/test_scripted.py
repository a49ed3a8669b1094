"""The provider scripted in code keeps the promises of the port."""

from __future__ import annotations

import asyncio

import pytest

from roku_desktop.engine.errors import RateLimit
from roku_desktop.engine.messages import TextPart, ThinkingPart, ToolCall
from roku_desktop.engine.ports import Answer, FirstByte, Provider, RequestOnWire, TextChunk, ThinkingChunk
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider, Thinking, Waiting
from tests.support.wires import chat_request

CALL = ToolCall(call_id="c", name="Read", arguments="{}")


async def test_a_script_is_played_step_by_step() -> None:
    provider: Provider = ScriptedProvider([ScriptedAnswer(steps=(Thinking("hm"), "Hel", "lo", CALL))])
    items = [item async for item in provider.stream(chat_request())]
    last = items.pop()
    assert items == [RequestOnWire(), FirstByte(), ThinkingChunk("hm"), TextChunk("Hel"), TextChunk("lo")]
    assert isinstance(last, Answer)
    assert last.message.parts == (ThinkingPart(text="hm"), TextPart(text="Hello"), CALL)
    assert last.message.stop_reason == "tool_use"


async def test_answers_come_in_order_and_the_last_one_repeats() -> None:
    provider = ScriptedProvider([ScriptedAnswer(steps=("one",)), ScriptedAnswer(steps=("two",))])
    texts = []
    for _ in range(3):
        *_, last = [item async for item in provider.stream(chat_request())]
        assert isinstance(last, Answer)
        texts.append(last.message.text)
    assert texts == ["one", "two", "two"]
    assert len(provider.requests) == 3


async def test_a_failure_is_raised_where_it_stands() -> None:
    provider = ScriptedProvider([ScriptedAnswer(steps=("Hel", RateLimit("wait", provider="scripted")))])
    stream = provider.stream(chat_request())
    assert [await anext(stream) for _ in range(3)] == [RequestOnWire(), FirstByte(), TextChunk("Hel")]
    with pytest.raises(RateLimit):
        await anext(stream)


async def test_a_gate_holds_the_answer_and_cancelling_there_leaves_nothing_open() -> None:
    gate, reached = asyncio.Event(), asyncio.Event()
    provider = ScriptedProvider([ScriptedAnswer(steps=("a", Waiting(gate, reached), "b"))])

    async def play() -> list[object]:
        return [item async for item in provider.stream(chat_request())]

    held = asyncio.create_task(play())
    await reached.wait()
    assert provider.open_streams == 1
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    assert provider.open_streams == 0
    gate.set()
    assert isinstance((await play())[-1], Answer)


async def test_models_are_listed() -> None:
    provider = ScriptedProvider([ScriptedAnswer(steps=("x",))], models=("a", "b"))
    assert [model.model for model in await provider.list_models()] == ["a", "b"]
