"""The circuit breaker of one provider, as a pure state machine: frozen states, and functions between them.

    closed ── failure_threshold failures in a row, or a long Retry-After ──→ open
    open ── its time has come: the next caller is the probe ──→ half_open
    half_open ── the probe gets content ──→ closed, on trial: its next failure opens it again
    half_open ── the probe fails ──→ open;  the probe hangs ──→ another one goes

Knows no clock and no storage: `now` comes in as Unix seconds, and the whole state is one value that
`breakers.py` keeps and shares. An outcome counts only within the generation it was admitted in, so
that fifty requests which were under way when the breaker opened neither close nor prolong it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from roku_desktop.engine.records import BreakerState
from roku_desktop.engine.settings import Resilience

CLOSED: Final = BreakerState()
CLOCK_STEP_S: Final = 5.0
"""A clock that was set back by less than this is no reason to count anew."""


class BreakerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`threshold` 0 = the breaker is off. A probe that gave no sign for `probe_timeout_s` is given up."""

    threshold: int
    cooldown_s: float
    long_wait_s: float
    probe_timeout_s: float

    @classmethod
    def of(cls, settings: Resilience) -> BreakerLimits:
        return cls(
            threshold=settings.failure_threshold,
            cooldown_s=settings.cooldown_ms / 1000,
            long_wait_s=settings.max_backoff_ms / 1000,
            probe_timeout_s=settings.connect_timeout_s + settings.first_byte_timeout_s,
        )


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """Leave to ask once; its outcome is reported with it."""

    generation: int
    is_probe: bool = False


def admit(state: BreakerState, now: float, limits: BreakerLimits) -> tuple[BreakerState, Permit | None]:
    """Who asks now gets a permit, or none while the breaker is open or its probe is under way."""
    if state.phase == "closed" or not limits.threshold:
        return state, Permit(generation=state.generation)
    state = against_clock_steps(state, now)
    if now < state.until:
        return state, None
    probing = msgspec.structs.replace(
        state,
        phase="half_open",
        generation=state.generation + 1,
        since=now,
        until=now + limits.probe_timeout_s,
    )
    return probing, Permit(generation=probing.generation, is_probe=True)


def answering(state: BreakerState, permit: Permit, now: float, limits: BreakerLimits) -> BreakerState:
    """Content arrived. A probe has seen enough: others may ask, while one failure opens it again."""
    if not _decides(state, permit) or state.phase != "half_open":
        return state
    return msgspec.structs.replace(
        state, phase="closed", failures=max(limits.threshold - 1, 0), since=now, until=0.0
    )


def succeeded(state: BreakerState, permit: Permit, now: float) -> BreakerState:
    """The answer is whole."""
    if not _decides(state, permit) or (state.phase == "closed" and not state.failures):
        return state
    since = state.since if state.phase == "closed" else now
    return msgspec.structs.replace(state, phase="closed", failures=0, since=since, until=0.0)


def failed(
    state: BreakerState,
    permit: Permit,
    now: float,
    limits: BreakerLimits,
    *,
    error: str,
    retry_after_s: float | None = None,
) -> BreakerState:
    """A failure that trips. The server's own wait is never shortened, also where others opened it."""
    if not limits.threshold:
        return state
    asked_s = retry_after_s or 0.0
    if state.phase == "open":
        until = max(state.until, now + asked_s)
        return msgspec.structs.replace(state, until=until) if until > state.until else state
    noted = msgspec.structs.replace(state, last_error=error, last_error_at=now)
    if not _decides(state, permit):
        return noted
    noted = msgspec.structs.replace(noted, failures=state.failures + 1)
    if state.phase == "closed" and noted.failures < limits.threshold and asked_s <= limits.long_wait_s:
        return noted
    return msgspec.structs.replace(
        noted,
        phase="open",
        generation=state.generation + 1,
        since=now,
        until=now + max(limits.cooldown_s, asked_s),
    )


def abandoned(state: BreakerState, permit: Permit, now: float) -> BreakerState:
    """It ended without a verdict: cancelled, or refused for a reason of the request's own.

    A probe gives its place back, so that the next caller probes at once.
    """
    if not _decides(state, permit) or state.phase != "half_open":
        return state
    return msgspec.structs.replace(state, phase="open", generation=state.generation + 1, since=now, until=now)


def reset(state: BreakerState, now: float) -> BreakerState:
    """A person closes it; what is still under way decides nothing."""
    return msgspec.structs.replace(
        state, phase="closed", failures=0, generation=state.generation + 1, since=now, until=0.0
    )


def against_clock_steps(state: BreakerState, now: float) -> BreakerState:
    """If the clock was set back since, wait as long as was meant and not until a far-away time."""
    if state.phase == "closed" or now >= state.since - CLOCK_STEP_S:
        return state
    return msgspec.structs.replace(state, since=now, until=now + (state.until - state.since))


def _decides(state: BreakerState, permit: Permit) -> bool:
    return permit.generation == state.generation
