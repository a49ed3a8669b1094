"""The breaker's rules, by example and against every order of events."""

from __future__ import annotations

import gc
import tracemalloc

import msgspec
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from roku_desktop.engine.records import BreakerState
from roku_desktop.engine.routing.breaker import (
    CLOSED,
    BreakerLimits,
    Permit,
    abandoned,
    admit,
    answering,
    failed,
    reset,
    succeeded,
)
from roku_desktop.engine.settings import Resilience

LIMITS = BreakerLimits(threshold=4, cooldown_s=30.0, long_wait_s=30.0, probe_timeout_s=130.0)
NOW = 1_800_000_000.0


def fail(
    state: BreakerState,
    times: int = 1,
    *,
    now: float = NOW,
    limits: BreakerLimits = LIMITS,
    retry_after_s: float | None = None,
) -> BreakerState:
    for _ in range(times):
        state, permit = admit(state, now, limits)
        assert permit is not None
        state = failed(state, permit, now, limits, error="ServerError", retry_after_s=retry_after_s)
    return state


def probe(state: BreakerState, now: float) -> tuple[BreakerState, Permit]:
    state, permit = admit(state, now, LIMITS)
    assert permit is not None
    assert permit.is_probe
    return state, permit


def test_the_limits_are_those_of_the_settings() -> None:
    assert BreakerLimits.of(Resilience()) == LIMITS


def test_four_failures_in_a_row_open_it_and_three_do_not() -> None:
    assert fail(CLOSED, 3).phase == "closed"
    opened = fail(CLOSED, 4)
    assert (opened.phase, opened.until, opened.last_error) == ("open", NOW + 30, "ServerError")
    assert admit(opened, NOW + 29.9, LIMITS)[1] is None


def test_a_success_ends_the_row() -> None:
    state = fail(CLOSED, 3)
    state = succeeded(state, Permit(generation=state.generation), NOW)
    assert fail(state, 3).phase == "closed"


def test_after_the_cooldown_one_caller_probes_and_the_others_wait() -> None:
    state, first = probe(fail(CLOSED, 4), NOW + 30)
    assert admit(state, NOW + 30, LIMITS)[1] is None
    assert state.phase == "half_open"
    assert succeeded(state, first, NOW + 31).phase == "closed"


def test_a_probe_that_gets_content_closes_it_on_trial() -> None:
    state, permit = probe(fail(CLOSED, 4), NOW + 30)
    state = answering(state, permit, NOW + 31, LIMITS)
    assert state.phase == "closed"
    assert failed(state, permit, NOW + 32, LIMITS, error="StreamInterrupted").phase == "open"
    assert succeeded(state, permit, NOW + 32).failures == 0


def test_a_failed_probe_opens_it_for_another_cooldown() -> None:
    state, permit = probe(fail(CLOSED, 4), NOW + 30)
    state = failed(state, permit, NOW + 31, LIMITS, error="Timeout")
    assert (state.phase, state.until) == ("open", NOW + 61)


def test_a_hung_probe_is_given_up_and_its_late_end_decides_nothing() -> None:
    state, hung = probe(fail(CLOSED, 4), NOW + 30)
    assert admit(state, NOW + 159, LIMITS)[1] is None
    state, second = probe(state, NOW + 160)
    assert failed(state, hung, NOW + 161, LIMITS, error="Timeout").phase == "half_open"
    assert succeeded(state, hung, NOW + 161).phase == "half_open"
    assert succeeded(state, second, NOW + 161).phase == "closed"


def test_a_cancelled_probe_gives_its_place_to_the_next() -> None:
    state, permit = probe(fail(CLOSED, 4), NOW + 30)
    probe(abandoned(state, permit, NOW + 31), NOW + 31)


def test_a_cancelled_request_counts_for_nothing() -> None:
    state = fail(CLOSED, 3)
    assert abandoned(state, Permit(generation=state.generation), NOW) == state


def test_requests_from_before_it_opened_neither_close_nor_prolong_it() -> None:
    before = Permit(generation=CLOSED.generation)
    opened = fail(CLOSED, 4)
    assert succeeded(opened, before, NOW + 5) == opened
    assert failed(opened, before, NOW + 5, LIMITS, error="ServerError") == opened


def test_a_long_retry_after_opens_it_at_once_and_until_then() -> None:
    opened = fail(CLOSED, retry_after_s=3600)
    assert (opened.phase, opened.until) == ("open", NOW + 3600)


def test_a_retry_after_is_kept_also_where_others_opened_it() -> None:
    opened = fail(CLOSED, 4)
    told = failed(opened, Permit(generation=0), NOW + 1, LIMITS, error="RateLimit", retry_after_s=600)
    assert told.until == NOW + 601


def test_a_threshold_of_zero_turns_it_off() -> None:
    off = msgspec.structs.replace(LIMITS, threshold=0)
    assert fail(CLOSED, 20, limits=off, retry_after_s=3600) == CLOSED
    assert admit(fail(CLOSED, 4), NOW, off)[1] is not None


def test_a_person_closes_it() -> None:
    closed = reset(fail(CLOSED, 4), NOW + 1)
    assert closed.phase == "closed"
    assert fail(closed, 3).phase == "closed"


def test_a_clock_set_back_never_makes_the_wait_longer() -> None:
    set_back = NOW - 86_400
    state, permit = admit(fail(CLOSED, 4), set_back, LIMITS)
    assert permit is None
    assert state.until == set_back + 30
    probe(state, set_back + 30)


def test_a_million_transitions_leak_nothing() -> None:
    def turn(times: int) -> BreakerState:
        state = CLOSED
        for _ in range(times):
            state, permit = admit(state, state.until, LIMITS)
            assert permit is not None
            state = failed(state, permit, state.until, LIMITS, error="Timeout")
        return state

    turn(1000)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        turn(20_000)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()


class AnyOrder(RuleBasedStateMachine):
    """Callers come, end and vanish in any order, while time passes and the clock is set."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.state = CLOSED
        self.now = NOW
        self.probes: list[tuple[Permit, float]] = []

    @rule(seconds=st.floats(0, 200))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=permits)
    def ask(self) -> Permit:
        before = self.state
        self.state, permit = admit(self.state, self.now, LIMITS)
        if permit is None:
            assert before.phase != "closed"
            assert before.until > self.now
            return Permit(generation=-1)
        if permit.is_probe:
            under_way = [
                at
                for other, at in self.probes
                if other.generation == before.generation and before.phase == "half_open"
            ]
            assert all(self.now - at >= LIMITS.probe_timeout_s for at in under_way), "two probes"
            self.probes.append((permit, self.now))
        else:
            assert before.phase == "closed"
        return permit

    @rule(permit=consumes(permits), wait_s=st.none() | st.floats(0, 500))
    def end_badly(self, permit: Permit, wait_s: float | None) -> None:
        before = self.state
        self.state = failed(self.state, permit, self.now, LIMITS, error="ServerError", retry_after_s=wait_s)
        if before.phase == "open":
            assert self.state.until >= before.until
        if self.state.phase == "open" and permit.generation == before.generation:
            assert self.state.until >= self.now + (wait_s or 0.0)

    @rule(permit=permits)
    def get_content(self, permit: Permit) -> None:
        self.state = answering(self.state, permit, self.now, LIMITS)

    @rule(permit=consumes(permits))
    def end_well(self, permit: Permit) -> None:
        before = self.state
        self.state = succeeded(self.state, permit, self.now)
        if permit.generation != before.generation:
            assert self.state == before

    @rule(permit=consumes(permits))
    def vanish(self, permit: Permit) -> None:
        self.state = abandoned(self.state, permit, self.now)

    @rule()
    def close_by_hand(self) -> None:
        self.state = reset(self.state, self.now)

    @invariant()
    def it_is_never_shut_for_good(self) -> None:
        far = max(self.state.until, self.now)
        assert admit(self.state, far, LIMITS)[1] is not None

    @invariant()
    def it_is_closed_only_below_its_threshold(self) -> None:
        if self.state.phase == "closed":
            assert self.state.failures < LIMITS.threshold


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
