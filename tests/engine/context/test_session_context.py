"""What a process remembers of a session: summaries that failed, and what the provider had in its cache."""

from __future__ import annotations

import msgspec
import pytest

from roku_desktop.engine.context.calibration import Calibration
from roku_desktop.engine.context.session_context import (
    CACHE_BREAK_TOKENS,
    COOLDOWN_S,
    SESSIONS_REMEMBERED,
    CacheWatch,
    Sent,
    SessionContexts,
    SummaryBreaker,
)
from roku_desktop.engine.ports import SystemPrompt, ToolSpec
from tests.support.clocks import HeldClock

SENT = Sent(provider="a", model="a-1", system=SystemPrompt(stable="s"), tools=())


def test_the_third_failure_opens_the_breaker_and_after_the_cool_down_one_may_try():
    clock = HeldClock()
    breaker = SummaryBreaker(clock)
    assert [breaker.failed() for _ in range(3)] == [False, False, True]
    assert not breaker.allows()
    clock.advance(COOLDOWN_S)
    assert breaker.allows()
    assert breaker.failed()
    assert not breaker.allows()
    clock.advance(COOLDOWN_S)
    breaker.succeeded()
    assert [breaker.failed() for _ in range(2)] == [False, False]


@pytest.mark.parametrize(
    ("before", "now", "breaks"),
    [
        (50_000, 50_000 - CACHE_BREAK_TOKENS + 1, False),  # not enough tokens
        (50_000, 50_000 - CACHE_BREAK_TOKENS - 600, True),
        (100_000, 97_000, False),  # not a large enough part
        (100_000, 0, True),
        (1_000, 0, False),
        (0, 90_000, False),
    ],
)
def test_a_break_is_large_and_a_large_part(before: int, now: int, breaks: bool):
    watch = CacheWatch()
    assert watch.answered(SENT, before) is None
    assert (watch.answered(SENT, now) is not None) is breaks


def test_a_break_says_what_changed():
    tool = ToolSpec(name="Read", description="Read.", schema=b"{}")
    changed = {
        "system": msgspec.structs.replace(SENT, system=SystemPrompt(stable="other")),
        "tools": msgspec.structs.replace(SENT, tools=(tool,)),
        "model": msgspec.structs.replace(SENT, model="a-2"),
    }
    for name, sent in changed.items():
        watch = CacheWatch()
        watch.answered(SENT, 90_000)
        found = watch.answered(sent, 0)
        assert found is not None
        assert found.changed == (name,)


def test_after_a_compaction_less_from_the_cache_is_no_break():
    watch = CacheWatch()
    watch.answered(SENT, 90_000)
    watch.forget()
    assert watch.answered(SENT, 0) is None


def test_the_session_unused_for_longest_is_forgotten_first():
    contexts = SessionContexts(HeldClock())
    first = contexts.of("0")
    for number in range(1, SESSIONS_REMEMBERED):
        contexts.of(str(number))
    assert contexts.of("0") is first
    contexts.of("one more")
    contexts.of("another")
    assert contexts.of("0") is first


@pytest.mark.parametrize(
    ("pairs", "scale"),
    [
        ([], 1.0),
        ([(100, 150)], 1.5),
        ([(100, 900)], 2.0),
        ([(100, 1)], 0.5),
        ([(1_000, 1_000), (10, 20)], 1_020 / 1_010),
        ([(100, 0), (0, 100)], 1.0),
        ([(100, 200)] * 8 + [(100, 100)] * 8, 1.0),
    ],
)
def test_the_last_eight_pairs_correct_the_estimate_by_half_or_twice_at_most(
    pairs: list[tuple[int, int]], scale: float
):
    calibration = Calibration()
    for estimated, counted in pairs:
        calibration.add(estimated, counted)
    assert calibration.scale == pytest.approx(scale)
