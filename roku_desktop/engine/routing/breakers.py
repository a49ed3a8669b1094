"""The circuit breakers of all providers: shared by the sessions of a process and by processes of a home.

Owns when a state is read and stored; the rules stand in `breaker.py`. While a breaker is closed and
nothing fails, a request costs no I/O here. Everything else is decided on what is stored, in one
transaction, so that of two processes one gets the probe (docs/decisions/0014). Called by `route.py`
for each attempt and by the service for a person.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from roku_desktop.engine.errors import BreakerOpen, ProviderError, StorageError
from roku_desktop.engine.events import BreakerChanged, Initiator
from roku_desktop.engine.ports import Clock, Store
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
from roku_desktop.engine.sentences import said

_log = logging.getLogger(__name__)


class Attempt:
    """One admitted request. `answering` is to be called once, when content arrives."""

    def __init__(self, provider: str, permit: Permit, breakers: Breakers) -> None:
        self._provider = provider
        self._permit = permit
        self._breakers = breakers

    async def answering(self) -> None:
        if self._permit.is_probe:
            await self._change(lambda state, now, limits: answering(state, self._permit, now, limits))

    async def succeeded(self) -> None:
        state = self._breakers.known(self._provider)
        if state.failures or state.phase != "closed":
            await self._change(lambda state, now, limits: succeeded(state, self._permit, now))

    async def failed(self, error: ProviderError) -> None:
        kind, wait_s = type(error).__name__, error.retry_after_s
        await self._change(
            lambda state, now, limits: failed(
                state, self._permit, now, limits, error=kind, retry_after_s=wait_s
            ),
            reason=kind,
        )

    async def abandoned(self) -> None:
        if self._permit.is_probe:
            await self._change(lambda state, now, limits: abandoned(state, self._permit, now))

    async def _change(
        self, rule: Callable[[BreakerState, float, BreakerLimits], BreakerState], reason: str = ""
    ) -> None:
        await self._breakers.change(self._provider, rule, reason=reason)


class Breakers:
    """By provider name. `limits_of` gives the limits that the configuration sets for one."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        limits_of: Callable[[str], BreakerLimits],
        publish: Callable[[BreakerChanged], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits_of = limits_of
        self._publish = publish
        self._states: dict[str, BreakerState] = {}
        self._probes: dict[str, asyncio.Event] = {}

    async def load(self) -> dict[str, BreakerState]:
        """Read what is stored: at the start, and where a person asks."""
        self._states |= await self._store.breakers()
        return dict(self._states)

    def known(self, provider: str) -> BreakerState:
        """The state as this process knows it."""
        return self._states.get(provider, CLOSED)

    def is_open(self, provider: str, in_s: float = 0.0) -> bool:
        """Whether a request would be refused `in_s` seconds from now, as far as this process knows."""
        state = self.known(provider)
        return admit(state, self._clock.now() + in_s, self._limits_of(provider))[1] is None

    def probe_end(self, provider: str) -> asyncio.Event | None:
        """What is set when the probe under way has an outcome; None where this process has none."""
        return self._probes.get(provider)

    @contextlib.asynccontextmanager
    async def attempt(self, provider: str) -> AsyncIterator[Attempt]:
        """One request inside the block: its error, or its end, is the outcome.

        Raises `BreakerOpen` before the block where nothing may be asked now.
        """
        attempt = Attempt(provider, await self._admit(provider), self)
        try:
            yield attempt
        except ProviderError as error:
            await (attempt.failed(error) if error.trips_breaker else attempt.abandoned())
            raise
        except BaseException:
            await attempt.abandoned()
            raise
        await attempt.succeeded()

    async def reset(self, provider: str) -> None:
        """A person closes it."""
        await self.change(provider, lambda state, now, _limits: reset(state, now), initiator="person")

    async def change(
        self,
        provider: str,
        rule: Callable[[BreakerState, float, BreakerLimits], BreakerState],
        *,
        reason: str = "",
        initiator: Initiator = "system",
    ) -> BreakerState:
        """Apply a rule to what is stored, then tell of a new phase.

        Where the disk refuses, the rule holds in this process all the same: the provider's own failure
        is what a person has to hear of.
        """
        limits = self._limits_of(provider)
        now = self._clock.now()
        before = self.known(provider)
        try:
            after = await self._store.change_breaker(provider, lambda state: rule(state, now, limits))
        except StorageError as error:
            _log.warning("the breaker of %s could not be stored: %s", provider, error)
            after = rule(before, now, limits)
        before = self.known(provider)  # others of this process may have changed it meanwhile
        self._states[provider] = after
        if after.phase != "half_open" and (probe := self._probes.pop(provider, None)):
            probe.set()
        if before.phase != after.phase:
            self._publish(
                BreakerChanged(
                    session_id="",
                    run_id="",
                    at=now,
                    provider=provider,
                    before=before.phase,
                    after=after.phase,
                    until=after.until,
                    reason=reason,
                    initiator=initiator,
                )
            )
        return after

    async def _admit(self, provider: str) -> Permit:
        limits = self._limits_of(provider)
        state = self.known(provider)
        if state.phase == "closed" or not limits.threshold:
            return Permit(generation=state.generation)
        permits: list[Permit | None] = []

        def ask(state: BreakerState, now: float, limits: BreakerLimits) -> BreakerState:
            after, permit = admit(state, now, limits)
            permits.append(permit)
            return after

        state = await self.change(provider, ask)
        if permits[-1] is None:
            raise refusal(provider, state, self._clock.now())
        if permits[-1].is_probe:
            self._probes.setdefault(provider, asyncio.Event())
        return permits[-1]


def refusal(provider: str, state: BreakerState, now: float) -> BreakerOpen:
    """Why an open breaker lets nobody through, and until when."""
    wait_s = max(state.until - now, 0.0)
    if state.phase == "half_open":
        return BreakerOpen(
            said("{provider} is being tried with one request just now.", provider=provider),
            provider=provider,
            retry_after_s=wait_s,
        )
    until = clock_time(state.until)
    message = (
        said(
            "{provider} failed {failures} times in a row and is left alone until {until}.",
            provider=provider,
            failures=state.failures,
            until=until,
        )
        if state.failures > 1
        else said("{provider} asked to be left alone until {until}.", provider=provider, until=until)
    )
    return BreakerOpen(message, provider=provider, retry_after_s=wait_s)


def clock_time(at: float) -> str:
    """Return Unix seconds as a person would say the time today, `18:04:05`."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
