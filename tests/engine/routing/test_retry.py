"""Retries: how many, how far apart, and for what there are none."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine import errors
from roku_desktop.engine.errors import ProviderError, RateLimit, ServerError
from roku_desktop.engine.routing.retry import RetryBudget, RetryPolicy, RetrySchedule
from roku_desktop.engine.settings import Resilience

POLICY = RetryPolicy.of(Resilience())
CLASSES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ProviderError) and kind is not ProviderError
]


def middle(low: float, high: float) -> float:
    return (low + high) / 2


async def waits(
    error: ProviderError, policy: RetryPolicy = POLICY, budget: RetryBudget | None = None, times: int = 20
) -> list[float]:
    schedule = RetrySchedule(policy, budget or RetryBudget(), middle)
    found: list[float] = []
    for _ in range(times):
        wait_s = await schedule.after(error)
        if wait_s is None:
            break
        found.append(wait_s)
    return found


async def test_five_retries_double_from_a_fifth_of_a_second() -> None:
    assert await waits(ServerError("broken")) == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2])


async def test_a_wait_never_exceeds_the_cap() -> None:
    policy = RetryPolicy.of(Resilience(max_retries=10))
    assert await waits(ServerError("broken"), policy, times=9) == pytest.approx(
        [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0]
    )


async def test_the_servers_own_wait_goes_before_ours() -> None:
    policy = RetryPolicy.of(Resilience(max_retries=2))
    assert await waits(RateLimit("slow", retry_after_s=7), policy) == pytest.approx([7.35, 7.35])
    assert await waits(RateLimit("slow", retry_after_s=30), policy) == [30.0, 30.0]
    assert await waits(RateLimit("slow", retry_after_s=0), policy) == [0.0, 0.0]


async def test_a_wait_longer_than_the_cap_is_not_slept_for() -> None:
    assert await waits(RateLimit("slow", retry_after_s=30.5)) == []


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
async def test_only_what_may_heal_is_retried(kind: type[ProviderError]) -> None:
    assert bool(await waits(kind("trouble"))) == kind.retryable


async def test_no_retries_are_configured_none_are_made() -> None:
    assert await waits(ServerError("broken"), RetryPolicy.of(Resilience(max_retries=0))) == []


async def test_a_session_spends_ten_retries_and_one_for_every_five_requests() -> None:
    budget = RetryBudget()
    many = RetryPolicy.of(Resilience(max_retries=100))
    assert len(await waits(ServerError("broken"), many, budget)) == 10
    assert await waits(ServerError("broken"), many, budget) == []
    for _ in range(10):
        budget.count_request()
    assert len(await waits(ServerError("broken"), many, budget)) == 2


@given(
    asked_s=st.none() | st.floats(0, 100_000),
    attempt=st.integers(1, 2000),
    share=st.floats(0, 1),
    initial_ms=st.integers(0, 100_000),
    max_ms=st.integers(0, 100_000),
)
def test_a_wait_is_never_shorter_than_asked_nor_ours_longer_than_the_cap(
    asked_s: float | None, attempt: int, share: float, initial_ms: int, max_ms: int
) -> None:
    policy = RetryPolicy.of(Resilience(initial_backoff_ms=initial_ms, max_backoff_ms=max_ms))
    error = RateLimit("slow", retry_after_s=asked_s)
    wait_s = policy.wait_s(error, attempt, lambda low, high: low + (high - low) * share)
    if asked_s is None:
        assert 0 <= wait_s <= policy.max_s
    else:
        assert wait_s >= asked_s
        assert policy.waits_too_long(error) or wait_s <= policy.max_s


def test_a_healthy_start_never_imports_tenacity() -> None:
    code = "import sys, roku_desktop.engine.turns; sys.exit('tenacity' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
