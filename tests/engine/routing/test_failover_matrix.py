"""A fails in each class, and B is free, pinned out, elsewhere, without tools, too small, dear, or absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.engine import Pin, errors
from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.events import FailedOver, RetryScheduled
from roku_desktop.engine.settings import EngineSettings
from tests.support.engines import Heard
from tests.support.labs import Lab, configured, engine_of, say, settings_of

CLASSES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ProviderError) and kind is not ProviderError
]
MAY_FAIL_OVER = {
    "AuthenticationFailed",
    "BreakerOpen",
    "ConnectionFailed",
    "Fatal",
    "MalformedResponse",
    "QuotaExceeded",
    "RateLimit",
    "ServerError",
    "ServerOverloaded",
    "StreamInterrupted",
    "Timeout",
    "TlsFailed",
}
PIN = "runtime.toml:3"


def plain() -> EngineSettings:
    return settings_of(configured("a"), configured("b"))


def pinned(*failover: str) -> EngineSettings:
    return settings_of(configured("a"), configured("b"), pin=Pin(provider="a", source=PIN, failover=failover))


CASES = {
    "allowed": (Lab("b", "From b."), plain(), True),
    "pinned with b as failover": (Lab("b", "From b."), pinned("b"), True),
    "pinned out": (Lab("b"), pinned(), False),
    "another region": (
        Lab("b"),
        settings_of(configured("a", region="eu"), configured("b", region="us")),
        False,
    ),
    "the same region": (
        Lab("b", "From b."),
        settings_of(configured("a", region="eu"), configured("b", region="eu")),
        True,
    ),
    "never to stand in": (Lab("b"), settings_of(configured("a"), configured("b", risk_tier="denied")), False),
    "only by a person": (
        Lab("b"),
        settings_of(configured("a"), configured("b", risk_tier="requires_approval")),
        False,
    ),
    "no tools": (Lab("b", tools=False), plain(), False),
    "too small": (Lab("b", window_tokens=50), plain(), False),
    "too small by configuration": (
        Lab("b"),
        settings_of(configured("a"), configured("b", context_window_tokens=50)),
        False,
    ),
    "not configured": (Lab("b"), settings_of(configured("a"), configured("b", configured=False)), False),
    "none": (None, settings_of(configured("a")), False),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
async def test_a_fails(tmp_path: Path, kind: type[ProviderError], case: str) -> None:
    """B answers where both the class and the case allow it; else the failure is A's own, in its class."""
    b, settings, allowed = CASES[case]
    a = Lab("a", kind("a is in trouble.", provider="a", model="a-1"))
    labs = [a] if b is None else [a, b]
    asked_before = 0 if b is None else len(b.requests)
    async with engine_of(tmp_path, *labs, settings=settings) as engine:
        heard = Heard(engine)
        finished = await say(engine)
    hops = [event for event in heard if isinstance(event, FailedOver)]
    if allowed and kind.__name__ in MAY_FAIL_OVER:
        assert (finished.outcome, finished.provider) == ("completed", "b")
        assert [(hop.reason, hop.message) for hop in hops] == [(kind.__name__, "a is in trouble.")]
    else:
        assert finished.failure is not None
        assert (finished.failure.kind, finished.failure.provider) == (kind.__name__, "a")
        assert finished.failure.message.startswith("a is in trouble.")
        assert hops == []
        assert b is None or len(b.requests) == asked_before
    assert len(a.requests) == (4 if kind.retryable else 1)


async def test_what_keeps_the_others_from_standing_in_is_said(tmp_path: Path) -> None:
    labs = [Lab("a", errors.QuotaExceeded("No credit.", provider="a")), Lab("b", tools=False), Lab("c")]
    settings = settings_of(configured("a", region="eu"), configured("b", region="eu"), configured("c"))
    async with engine_of(tmp_path, *labs, settings=settings) as engine:
        failure = (await say(engine)).failure
    assert failure is not None
    assert failure.message == "No credit. c is in another region. b has no tools."


async def test_the_tier_of_risk_says_who_is_not_asked(tmp_path: Path) -> None:
    a = Lab("a", errors.QuotaExceeded("No credit.", provider="a"))
    settings = settings_of(
        configured("a"), configured("b", risk_tier="denied"), configured("c", risk_tier="requires_approval")
    )
    async with engine_of(tmp_path, a, Lab("b"), Lab("c"), settings=settings) as engine:
        failure = (await say(engine)).failure
    assert failure is not None
    assert failure.message == "No credit. b is not to stand in for others. c is asked only if you choose it."


async def test_the_tier_of_risk_counts_before_the_priority(tmp_path: Path) -> None:
    a = Lab("a", errors.ServerError("Down.", provider="a"))
    settings = settings_of(
        configured("a"), configured("b", risk_tier="requires_approval", priority=1), configured("c")
    )
    async with engine_of(tmp_path, a, Lab("b"), Lab("c", "From c."), settings=settings) as engine:
        heard = Heard(engine)
        finished = await say(engine)
    offered = [event.alternative_provider for event in heard if isinstance(event, RetryScheduled)]
    assert (finished.provider, set(offered)) == ("c", {"c"})


async def test_a_provider_that_needs_a_yes_is_offered_while_another_is_waited_for(tmp_path: Path) -> None:
    a = Lab("a", errors.ServerError("Down.", provider="a"))
    settings = settings_of(configured("a"), configured("b", risk_tier="requires_approval"))
    async with engine_of(tmp_path, a, Lab("b"), settings=settings) as engine:
        heard = Heard(engine)
        finished = await say(engine)
    offered = [event.alternative_provider for event in heard if isinstance(event, RetryScheduled)]
    assert (finished.outcome, set(offered)) == ("failed", {"b"})


async def test_the_pins_own_order_decides_whatever_things_cost(tmp_path: Path) -> None:
    labs = [Lab(name, errors.QuotaExceeded("No credit.", provider=name)) for name in "abc"]
    settings = settings_of(
        *(configured(name) for name in "abc"), pin=Pin(provider="a", source=PIN, failover=("c", "b"))
    )
    async with engine_of(tmp_path, *labs, settings=settings) as engine:
        heard = Heard(engine)
        await say(engine)
    assert [event.to_provider for event in heard if isinstance(event, FailedOver)] == ["c", "b"]
