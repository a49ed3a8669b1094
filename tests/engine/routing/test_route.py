"""A turn on its way to a model: attempts, waits, hops, and what a person hears of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from roku_desktop.engine import AssistantMessage, ModelChoice, ToolCall
from roku_desktop.engine.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    QuotaExceeded,
    RateLimit,
    ServerError,
    ServerOverloaded,
    StreamInterrupted,
)
from roku_desktop.engine.events import (
    AttemptFailed,
    BreakerChanged,
    FailedOver,
    RequestSent,
    RetryScheduled,
    TextDelta,
)
from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.engine.settings import Resilience
from tests.support.clocks import HeldClock, StandingClock
from tests.support.engines import Heard
from tests.support.labs import Lab, configured, engine_of, say, settings_of

BROKEN = ServerError("a broke.", provider="a")
LIMITED = RateLimit("a is asked too often.", provider="a", retry_after_s=5)


def of(heard: Heard, *kinds: type) -> list[str]:
    return [type(event).__name__ for event in heard if isinstance(event, kinds)]


async def test_a_request_that_heals_is_made_again_and_each_wait_is_told(tmp_path: Path) -> None:
    clock = HeldClock()
    async with engine_of(tmp_path, Lab("a", BROKEN, LIMITED, "Hello."), clock=clock) as engine:
        heard = Heard(engine)
        finished = await say(engine)
        assert (finished.outcome, finished.provider) == ("completed", "a")
        assert clock.slept == [0.2, 5]
        assert of(heard, RequestSent, AttemptFailed, RetryScheduled) == [
            "RequestSent",
            "AttemptFailed",
            "RetryScheduled",
            "RequestSent",
            "AttemptFailed",
            "RetryScheduled",
            "RequestSent",
        ]
        assert [event.attempt for event in heard if isinstance(event, RequestSent)] == [1, 2, 3]
        first, second = (event for event in heard if isinstance(event, RetryScheduled))
        assert (first.wait_s, first.reason, first.attempt) == (0.2, "ServerError", 2)
        assert second.until == second.at + 5
        stored = await engine.incidents(finished.run_id)
        assert stored == [e for e in heard if isinstance(e, AttemptFailed | RetryScheduled)]


async def test_a_dead_provider_gets_four_requests_and_then_none(tmp_path: Path) -> None:
    clock, a = HeldClock(), Lab("a", BROKEN)
    async with engine_of(tmp_path, a, clock=clock) as engine:
        finished = await say(engine)
        assert finished.failure is not None
        assert finished.failure.kind == "ServerError"
        assert "is left alone until" in finished.failure.message
        assert finished.failure.retry_after_s == pytest.approx(30)
        assert (len(a.requests), clock.slept) == (4, [0.2, 0.4, 0.8])
        again = await say(engine)
        assert again.failure is not None
        assert again.failure.kind == "BreakerOpen"
        assert len(a.requests) == 4
        clock.advance(30)
        await say(engine)
        assert len(a.requests) == 5  # one probe


async def test_without_a_breaker_all_five_retries_are_made(tmp_path: Path) -> None:
    clock, a = HeldClock(), Lab("a", BROKEN)
    settings = settings_of(configured("a"), resilience=Resilience(failure_threshold=0))
    async with engine_of(tmp_path, a, settings=settings, clock=clock) as engine:
        assert (await say(engine)).outcome == "failed"
    assert clock.slept == [0.2, 0.4, 0.8, 1.6, 3.2]
    assert len(a.requests) == 6


async def test_another_provider_answers_when_the_chosen_one_stays_broken(tmp_path: Path) -> None:
    a, b = Lab("a", BROKEN), Lab("b", "From b.")
    async with engine_of(tmp_path, a, b) as engine:
        heard = Heard(engine)
        finished = await say(engine)
        assert (finished.outcome, finished.provider, finished.model) == ("completed", "b", "b-1")
        hop = next(event for event in heard if isinstance(event, FailedOver))
        assert (hop.from_provider, hop.to_provider, hop.reason, hop.initiator) == (
            "a",
            "b",
            "ServerError",
            "system",
        )
        assert (await engine.run(finished.run_id)).provider == "b"
        changes = [event for event in heard if isinstance(event, BreakerChanged)]
        assert [(event.provider, event.after) for event in changes] == [("a", "open")]


async def test_nothing_is_retried_or_handed_on_once_text_was_shown(tmp_path: Path) -> None:
    cut = StreamInterrupted("a was cut off.", provider="a")
    a, b = Lab("a", ("Half an", cut)), Lab("b", "From b.")
    async with engine_of(tmp_path, a, b) as engine:
        heard = Heard(engine)
        finished = await say(engine)
        assert finished.failure is not None
        assert finished.failure.kind == "StreamInterrupted"
        assert (len(a.requests), len(b.requests)) == (1, 0)
        kept = (await engine.messages(finished.session_id))[-1].message
        assert isinstance(kept, AssistantMessage)
        assert kept.text == "Half an"
        assert of(heard, TextDelta, AttemptFailed, FailedOver) == ["TextDelta", "AttemptFailed"]


async def test_a_wait_beyond_the_cap_hands_the_turn_on_at_once(tmp_path: Path) -> None:
    clock, far = HeldClock(), RateLimit("a is asked too often.", provider="a", retry_after_s=3600)
    a = Lab("a", far, "Back again.")
    async with engine_of(tmp_path, a, Lab("b", "From b."), clock=clock) as engine:
        assert (await say(engine)).provider == "b"
        assert clock.slept == []
        clock.advance(3599)
        assert (await say(engine)).provider == "b"
        assert len(a.requests) == 1
        clock.advance(1)
        assert (await say(engine)).provider == "a"


async def test_a_wait_beyond_the_cap_with_nobody_to_stand_in_stops_and_says_until_when(
    tmp_path: Path,
) -> None:
    far = RateLimit("a is asked too often.", provider="a", retry_after_s=3600)
    async with engine_of(tmp_path, Lab("a", far)) as engine:
        failure = (await say(engine)).failure
    assert failure is not None
    assert failure.kind == "RateLimit"
    assert failure.retry_after_s == pytest.approx(3600)
    assert "left alone until" in failure.message


async def test_a_turn_stays_with_its_stand_in_and_the_next_one_goes_back(tmp_path: Path) -> None:
    call = ToolCall(call_id="c1", name="ListDir", arguments='{"path": "."}')
    a = Lab("a", QuotaExceeded("The credit is used up.", provider="a"), "Back again.")
    b = Lab("b", (call,), "From b.")
    async with engine_of(tmp_path, a, b) as engine:
        first = await say(engine)
        assert (first.provider, len(a.requests), len(b.requests)) == ("b", 1, 2)
        second = await say(engine, session_id=first.session_id)
        assert (second.provider, len(a.requests)) == ("a", 2)


async def test_an_open_breaker_hands_the_turn_on_without_an_attempt(tmp_path: Path) -> None:
    a, b = Lab("a", BROKEN), Lab("b", "From b.")
    async with engine_of(tmp_path, a, b) as engine:
        await say(engine)
        heard = Heard(engine)
        finished = await say(engine)
        assert finished.provider == "b"
        assert of(heard, AttemptFailed, FailedOver) == ["FailedOver"]
        assert len(a.requests) == 4


async def test_a_fallback_model_of_the_same_provider_is_asked_before_others(tmp_path: Path) -> None:
    a, b = Lab("a", ServerOverloaded("a-1 is overloaded.", provider="a"), "From a-2."), Lab("b")
    settings = settings_of(
        configured("a", fallback_models=("a-2",)), configured("b"), resilience=Resilience(max_retries=0)
    )
    async with engine_of(tmp_path, a, b, settings=settings) as engine:
        finished = await say(engine)
    assert (finished.provider, finished.model) == ("a", "a-2")


@pytest.mark.parametrize("kind", [QuotaExceeded, ConnectionFailed, AuthenticationFailed])
async def test_a_fallback_model_is_passed_over_where_its_whole_provider_is_in_trouble(
    tmp_path: Path, kind: type[QuotaExceeded]
) -> None:
    a, b = Lab("a", kind("No.", provider="a")), Lab("b", "From b.")
    settings = settings_of(
        configured("a", fallback_models=("a-2",)), configured("b"), resilience=Resilience(max_retries=0)
    )
    async with engine_of(tmp_path, a, b, settings=settings) as engine:
        assert (await say(engine)).provider == "b"
    assert len(a.requests) == 1


async def test_stand_ins_come_by_priority_then_cost_then_the_files_order(tmp_path: Path) -> None:
    broken = QuotaExceeded("No.", provider="x")
    labs = [Lab(name, broken) for name in ("a", "dear", "cheap", "unknown", "first")]

    async def price(provider: str, model: str, usage: object) -> float | None:
        return {"dear": 2.0, "cheap": 1.0}.get(provider)

    settings = settings_of(
        *(configured(name) for name in ("a", "dear", "unknown", "cheap")), configured("first", priority=1)
    )
    async with engine_of(tmp_path, *labs, settings=settings, price=price) as engine:
        heard = Heard(engine)
        assert (await say(engine)).outcome == "failed"
    hops = [event.to_provider for event in heard if isinstance(event, FailedOver)]
    assert hops == ["first", "cheap", "dear", "unknown"]


async def test_a_person_who_does_not_want_to_wait_is_answered_by_the_alternative(tmp_path: Path) -> None:
    clock = StandingClock()
    async with engine_of(tmp_path, Lab("a", LIMITED), Lab("b", "From b."), clock=clock) as engine:
        heard = Heard(engine)
        session = await engine.create_session(tmp_path)
        turn = await engine.ask(session.session_id, "Hello")
        await clock.sleeping.wait()
        waiting = next(event for event in heard if isinstance(event, RetryScheduled))
        assert (waiting.alternative_provider, waiting.alternative_model) == ("b", "b-1")
        assert engine.skip_wait(turn.run_id)
        finished = await turn.result()
        assert finished.provider == "b"
        hop = next(event for event in heard if isinstance(event, FailedOver))
        assert (hop.initiator, hop.reason) == ("person", "RateLimit")
        assert not engine.skip_wait(turn.run_id)


async def test_a_wait_without_an_alternative_can_not_be_skipped(tmp_path: Path) -> None:
    clock = StandingClock()
    async with engine_of(tmp_path, Lab("a", LIMITED, "Hello."), clock=clock) as engine:
        session = await engine.create_session(tmp_path)
        turn = await engine.ask(session.session_id, "Hello")
        await clock.sleeping.wait()
        assert not engine.skip_wait(turn.run_id)
        assert not engine.skip_wait("run_unknown")
        clock.wake.set()
        assert (await turn.result()).outcome == "completed"


@pytest.mark.parametrize("others", [(), ("b",)])
async def test_stopping_ends_a_wait_at_once_and_nothing_is_asked_after(
    tmp_path: Path, others: tuple[str, ...]
) -> None:
    clock, a = StandingClock(), Lab("a", LIMITED)
    async with engine_of(tmp_path, a, *map(Lab, others), clock=clock) as engine:
        session = await engine.create_session(tmp_path)
        turn = await engine.ask(session.session_id, "Hello")
        await clock.sleeping.wait()
        finished = await engine.stop(session.session_id)
        assert finished is not None
        assert finished.outcome == "cancelled"
        assert len(a.requests) == 1
        assert turn.done
        assert (await engine.breakers())["a"].failures == 1  # the stop itself counts for nothing


async def test_a_missing_key_hands_the_turn_on_where_somebody_may_stand_in(tmp_path: Path) -> None:
    async with engine_of(tmp_path, Lab("a"), Lab("b", "From b."), locked=["a"]) as engine:
        heard = Heard(engine)
        finished = await say(engine)
        assert finished.provider == "b"
        failed = next(event for event in heard if isinstance(event, AttemptFailed))
        assert failed.failure.kind == "AuthenticationFailed"


async def test_a_missing_key_is_said_before_anything_is_stored_where_nobody_may_stand_in(
    tmp_path: Path,
) -> None:
    async with engine_of(tmp_path, Lab("a"), Lab("b"), locked=["a", "b"]) as engine:
        session = await engine.create_session(tmp_path)
        with pytest.raises(AuthenticationFailed, match="a needs an API key"):
            await engine.ask(session.session_id, "Hello")
        assert await engine.messages(session.session_id) == []


async def test_fifty_prompts_to_a_dead_provider_cost_few_requests_and_all_end(tmp_path: Path) -> None:
    clock, a = HeldClock(), Lab("a", ConnectionFailed("a is gone.", provider="a"))
    async with engine_of(tmp_path, a, clock=clock) as engine:
        finished = await asyncio.gather(*(say(engine) for _ in range(50)))
        assert {each.outcome for each in finished} == {"failed"}
        assert len(a.requests) <= 50 + 4  # those under way when it opened, and hardly a retry of theirs


async def test_fifty_prompts_per_cooldown_cost_one_request_each_cooldown(tmp_path: Path) -> None:
    clock, a = StandingClock(), Lab("a", ConnectionFailed("a is gone.", provider="a"))
    once = settings_of(configured("a"), resilience=Resilience(max_retries=0, failure_threshold=1))
    async with engine_of(tmp_path, a, settings=once, clock=clock) as engine:
        await say(engine)
        for cooldowns in (1, 2, 3):
            clock.advance(30)
            finished = await asyncio.gather(*(say(engine) for _ in range(50)))
            assert {each.outcome for each in finished} == {"failed"}
            assert len(a.requests) == 1 + cooldowns


async def test_a_provider_that_heals_is_found_out_by_one_probe_and_then_serves_all(tmp_path: Path) -> None:
    clock, gate, probing = StandingClock(), asyncio.Event(), asyncio.Event()
    a = Lab("a", ConnectionFailed("a is gone.", provider="a"), (Waiting(gate, probing), "Hi."), "Hello.")
    once = settings_of(configured("a"), resilience=Resilience(max_retries=0, failure_threshold=1))
    async with engine_of(tmp_path, a, settings=once, clock=clock) as engine:
        assert (await say(engine)).outcome == "failed"
        clock.advance(30)
        heard = Heard(engine)
        turns = asyncio.gather(*(say(engine) for _ in range(50)))
        await probing.wait()
        while of(heard, RetryScheduled) != ["RetryScheduled"] * 49:
            await asyncio.sleep(0.001)  # until all others have come and wait for its end
        assert len(a.requests) == 2
        gate.set()
        assert {each.outcome for each in await turns} == {"completed"}
        assert of(heard, BreakerChanged) == ["BreakerChanged"] * 2  # half open, closed
        assert {event.reason for event in heard if isinstance(event, RetryScheduled)} == {"BreakerOpen"}


async def test_who_waited_for_a_probe_that_failed_is_told_and_sends_nothing(tmp_path: Path) -> None:
    clock, gate, probing = StandingClock(), asyncio.Event(), asyncio.Event()
    gone = ConnectionFailed("a is gone.", provider="a")
    a = Lab("a", gone, (Waiting(gate, probing), gone))
    once = settings_of(configured("a"), resilience=Resilience(max_retries=0, failure_threshold=1))
    async with engine_of(tmp_path, a, settings=once, clock=clock) as engine:
        await say(engine)
        clock.advance(30)
        probe, other = asyncio.create_task(say(engine)), asyncio.create_task(say(engine))
        await probing.wait()
        await clock.sleeping.wait()
        gate.set()
        kinds = {(await turn).failure.kind for turn in (probe, other)}  # type: ignore[union-attr]  # both failed
        assert kinds == {"ConnectionFailed", "BreakerOpen"}
        assert len(a.requests) == 2


async def test_a_probe_that_a_person_stops_makes_room_for_the_next_at_once(tmp_path: Path) -> None:
    clock, gate, reached = HeldClock(), asyncio.Event(), asyncio.Event()
    a = Lab("a", *[BROKEN] * 4, (Waiting(gate, reached), "Never."), "Hello.")
    async with engine_of(tmp_path, a, clock=clock) as engine:
        await say(engine)
        clock.advance(30)
        session = await engine.create_session(tmp_path)
        await engine.ask(session.session_id, "Hello")
        await reached.wait()
        assert (await engine.breakers())["a"].phase == "half_open"
        await engine.stop(session.session_id)
        assert (await say(engine)).outcome == "completed"
        assert (await engine.breakers())["a"].phase == "closed"


async def test_one_choice_of_a_person_is_asked_even_where_others_come_first(tmp_path: Path) -> None:
    a, b = Lab("a"), Lab("b", QuotaExceeded("No credit.", provider="b"))
    async with engine_of(tmp_path, a, b) as engine:
        finished = await say(engine, choice=ModelChoice("b", "b-1"))
    assert (len(b.requests), finished.provider) == (1, "a")
