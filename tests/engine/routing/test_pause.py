"""While a person's pause lasts nothing goes out to a provider; afterwards everything goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from roku_desktop.engine import Engine, Event
from roku_desktop.engine.errors import EnginePausedError, ServerError
from roku_desktop.engine.events import RequestSent, RetryScheduled
from tests.support.clocks import HeldClock
from tests.support.engines import Heard
from tests.support.labs import Lab, engine_of, say

BROKEN = ServerError("a broke.", provider="a")


def pause_at_the_first_wait(engine: Engine) -> None:
    def hear(event: Event) -> None:
        if isinstance(event, RetryScheduled):
            engine.pause.begin()

    engine.subscribe(hear)


async def test_a_prompt_is_refused_before_it_is_stored_and_taken_afterwards(tmp_path: Path):
    async with engine_of(tmp_path, Lab("a", "Hello.")) as engine:
        session = await engine.create_session(tmp_path)
        engine.pause.begin()
        with pytest.raises(EnginePausedError, match="paused") as refusal:
            await engine.ask(session.session_id, "hi")
        assert refusal.value.failure().next_step
        assert await engine.messages(session.session_id) == []
        engine.pause.end()
        turn = await engine.ask(session.session_id, "hi")
        assert (await turn.result()).outcome == "completed"


async def test_a_turn_under_way_waits_before_its_next_request(tmp_path: Path):
    clock = HeldClock()
    async with engine_of(tmp_path, Lab("a", BROKEN, "Hello."), clock=clock) as engine:
        heard = Heard(engine)

        pause_at_the_first_wait(engine)
        talking = asyncio.create_task(say(engine))
        while not engine.pause.lasts:
            await asyncio.sleep(0)
        await asyncio.wait([talking], timeout=0.05)
        assert heard.kinds().count("RequestSent") == 1
        engine.pause.end()
        assert (await talking).outcome == "completed"
        assert sum(isinstance(event, RequestSent) for event in heard) == 2


async def test_a_turn_that_waits_in_a_pause_can_be_stopped(tmp_path: Path):
    clock = HeldClock()
    async with engine_of(tmp_path, Lab("a", BROKEN, "Hello."), clock=clock) as engine:
        pause_at_the_first_wait(engine)
        talking = asyncio.create_task(say(engine))
        while not engine.pause.lasts:
            await asyncio.sleep(0)
        (session,) = await engine.sessions()
        stopped = await engine.stop(session.session_id)
        assert stopped is not None
        assert (await talking).outcome == "cancelled"
