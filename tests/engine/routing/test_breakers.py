"""Breakers among callers, over restarts and between processes: on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from roku_desktop.engine.errors import (
    BreakerOpen,
    ContextWindowExceeded,
    ProviderError,
    RateLimit,
    ServerError,
)
from roku_desktop.engine.events import BreakerChanged
from roku_desktop.engine.routing.breaker import BreakerLimits
from roku_desktop.engine.routing.breakers import Breakers
from roku_desktop.engine.settings import Resilience
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.clocks import HeldClock


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(tmp_path / "home")
    yield store
    await store.aclose()


def breakers_on(store: SqliteStore, clock: HeldClock, heard: list[BreakerChanged] | None = None) -> Breakers:
    return Breakers(
        store=store,
        clock=clock,
        limits_of=lambda _name: BreakerLimits.of(Resilience()),
        publish=(heard if heard is not None else []).append,
    )


async def fail(breakers: Breakers, times: int = 1, error: ProviderError | None = None) -> None:
    for _ in range(times):
        with suppress(ServerError, RateLimit, ContextWindowExceeded):
            async with breakers.attempt("lab"):
                raise error or ServerError("broken")


async def test_a_new_phase_is_told_with_its_reason(store: SqliteStore, clock: HeldClock) -> None:
    heard: list[BreakerChanged] = []
    breakers = breakers_on(store, clock, heard)
    await fail(breakers, 4)
    clock.advance(30)
    async with breakers.attempt("lab"):
        pass
    assert [(event.before, event.after, event.reason) for event in heard] == [
        ("closed", "open", "ServerError"),
        ("open", "half_open", ""),
        ("half_open", "closed", ""),
    ]
    assert heard[0].until == clock.now()


async def test_a_refusal_says_until_when(store: SqliteStore, clock: HeldClock) -> None:
    breakers = breakers_on(store, clock)
    await fail(breakers, 4)
    assert breakers.is_open("lab")
    with pytest.raises(BreakerOpen, match=r"failed 4 times in a row and is left alone until \d\d:") as caught:
        async with breakers.attempt("lab"):
            pytest.fail("it was let through")
    assert caught.value.retry_after_s == pytest.approx(30)


async def test_failures_of_the_request_itself_and_cancellations_never_count(
    store: SqliteStore, clock: HeldClock
) -> None:
    breakers = breakers_on(store, clock)
    await fail(breakers, 3)
    await fail(breakers, 5, ContextWindowExceeded("too long"))
    for _ in range(5):
        with suppress(asyncio.CancelledError):
            async with breakers.attempt("lab"):
                raise asyncio.CancelledError
    assert not breakers.is_open("lab")
    await fail(breakers)
    assert breakers.is_open("lab")


async def test_of_fifty_callers_exactly_one_probes(store: SqliteStore, clock: HeldClock) -> None:
    breakers = breakers_on(store, clock)
    await fail(breakers, 4)
    clock.advance(30)
    probing = refused = 0
    everyone_asked = asyncio.Event()

    async def call() -> None:
        nonlocal probing, refused
        try:
            async with breakers.attempt("lab"):
                probing += 1
                await everyone_asked.wait()
        except BreakerOpen:
            refused += 1
        if probing + refused == 50:
            everyone_asked.set()

    await asyncio.wait_for(asyncio.gather(*(call() for _ in range(50))), 20)
    assert (probing, refused) == (1, 49)
    assert not breakers.is_open("lab")


async def test_of_two_processes_one_probes(store: SqliteStore, clock: HeldClock) -> None:
    one, other = breakers_on(store, clock), breakers_on(store, clock)
    await fail(one, 4)
    await other.load()
    clock.advance(30)
    async with one.attempt("lab"):
        with pytest.raises(BreakerOpen):
            async with other.attempt("lab"):
                pytest.fail("two probes")
    async with other.attempt("lab"):
        pass  # the probe of the first one closed it for both


async def test_an_open_breaker_survives_a_restart(tmp_path: Path, clock: HeldClock) -> None:
    store = await SqliteStore.open(tmp_path / "home")
    await fail(breakers_on(store, clock), 1, RateLimit("slow down", retry_after_s=3600))
    await store.aclose()
    store = await SqliteStore.open(tmp_path / "home")
    breakers = breakers_on(store, clock)
    state = (await breakers.load())["lab"]
    assert (state.phase, state.until, state.last_error) == ("open", clock.now() + 3600, "RateLimit")
    assert breakers.is_open("lab")
    await store.aclose()


async def test_failures_of_short_lived_processes_add_up(store: SqliteStore, clock: HeldClock) -> None:
    for _ in range(4):
        breakers = breakers_on(store, clock)
        await breakers.load()
        await fail(breakers)
    assert breakers.is_open("lab")


async def test_a_person_closes_it_for_good(store: SqliteStore, clock: HeldClock) -> None:
    heard: list[BreakerChanged] = []
    breakers = breakers_on(store, clock, heard)
    await fail(breakers, 4)
    await breakers.reset("lab")
    assert heard[-1].initiator == "person"
    async with breakers.attempt("lab"):
        pass
    assert (await store.breakers())["lab"].phase == "closed"


async def test_a_healthy_provider_costs_no_query(clock: HeldClock) -> None:
    class NoStore:
        """Every use of it fails."""

    breakers = Breakers(
        store=NoStore(),  # type: ignore[arg-type]  # on purpose
        clock=clock,
        limits_of=lambda _name: BreakerLimits.of(Resilience()),
        publish=lambda event: None,
    )
    async with breakers.attempt("lab") as attempt:
        await attempt.answering()
