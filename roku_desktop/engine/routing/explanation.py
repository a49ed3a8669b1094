"""Trouble on the way to an answer, in words: while it happens, and afterwards in one sentence.

Pure, over the incidents of a run. Used by both faces through the facade.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, assert_never

from roku_desktop.engine.events import (
    AttemptFailed,
    BudgetNear,
    BudgetScope,
    BudgetUnit,
    FailedOver,
    Incident,
    RetryScheduled,
)
from roku_desktop.engine.routing.breakers import clock_time

_WORDS: Final = {
    "RateLimit": "is asked too often",
    "ServerOverloaded": "is overloaded",
    "ServerError": "failed",
    "Timeout": "did not answer in time",
    "ConnectionFailed": "could not be reached",
    "TlsFailed": "has a certificate that can't be verified",
    "StreamInterrupted": "broke off",
    "MalformedResponse": "answered something unreadable",
    "AuthenticationFailed": "has no key that works",
    "QuotaExceeded": "has no credit left",
    "BreakerOpen": "is left alone after earlier failures",
}

SCOPES: Final[dict[BudgetScope, str]] = {
    "request": "question's",
    "session": "session's",
    "day": "day's",
}


def incident_line(incident: Incident) -> str:
    """One line about what happens now; empty where the next incident says it."""
    match incident:
        case AttemptFailed():
            return ""
        case RetryScheduled():
            if incident.reason == "BreakerOpen":
                return f"{incident.provider} is being tried with one request; waiting for its end."
            words = _WORDS.get(incident.reason, "failed")
            return f"{incident.provider} {words}; asking again {_in(incident.wait_s)}."
        case FailedOver():
            if incident.initiator == "person":
                return f"{_name(incident)} answers instead of waiting for {incident.from_provider}."
            words = _WORDS.get(incident.reason, "failed")
            return f"{incident.from_provider} {words}; {_name(incident)} answers instead."
    assert_never(incident)


def budget_line(near: BudgetNear) -> str:
    """One line about a budget that is nearly used up."""
    spent, limit = amount(near.spent, near.unit), amount(near.limit, near.unit)
    return f"{spent} of the {SCOPES[near.scope]} budget of {limit} are used."


def amount(number: float, unit: BudgetUnit) -> str:
    """`1,200 tokens`, or `$0.85`, with four decimals where two would hide it."""
    if unit == "tokens":
        return f"{number:,.0f} tokens"
    return f"${number:,.4f}" if 0 < number < 0.1 else f"${number:,.2f}"


def explanation(incidents: Sequence[Incident]) -> str:
    """Why somebody else answered, or how often it was tried: `Answered by b because a returned 429 twice.`

    Empty where nothing went wrong. Told is the last hop of the run, and without one its last step in trouble.
    """
    if not incidents:
        return ""
    step = max(incident.step for incident in incidents)
    of_step = [incident for incident in incidents if incident.step == step]
    hops = [incident for incident in incidents if isinstance(incident, FailedOver)]
    if not hops:
        failures = [incident for incident in of_step if isinstance(incident, AttemptFailed)]
        return f"Before that, {_and(_failures_of(failures))}." if failures else ""
    last = hops[-1]
    failures = [one for one in incidents if isinstance(one, AttemptFailed) and one.step == last.step]
    answered_by = (last.to_provider, last.to_model)
    reasons = _failures_of([one for one in failures if (one.provider, one.model) != answered_by])
    unasked = [hop for hop in hops if hop.step == last.step and hop.reason == "BreakerOpen"]
    reasons += [f"{hop.from_provider} {_WORDS['BreakerOpen']}" for hop in unasked]
    line = f"Answered by {_name(last)} because {_and(reasons)}"
    if last.left_alone_until and last.to_provider != last.from_provider:
        return f"{line}; it is left alone until {clock_time(last.left_alone_until)}."
    return f"{line}."


def failures_in_words(incidents: Sequence[Incident]) -> str:
    """What went wrong: `a returned 429 twice and b could not be reached`."""
    return _and(_failures_of([one for one in incidents if isinstance(one, AttemptFailed)]))


def _failures_of(failures: Sequence[AttemptFailed]) -> list[str]:
    """`a returned 429 twice`, for each provider and each way it failed, in order."""

    def what(failed: AttemptFailed) -> tuple[str, str]:
        status = failed.failure.status
        words = f"returned {status}" if status else _WORDS.get(failed.failure.kind, "failed")
        return failed.provider, words

    return [
        f"{provider} {words}{_times(len(list(same)))}" for (provider, words), same in groupby(failures, what)
    ]


def _name(hop: FailedOver) -> str:
    same = hop.to_provider == hop.from_provider
    return hop.to_model if same else hop.to_provider


def _times(count: int) -> str:
    return {1: "", 2: " twice"}.get(count, f" {count} times")


def _in(wait_s: float) -> str:
    if wait_s < 1:
        return "in a moment"
    return f"in {wait_s:.1f} s" if wait_s < 10 else f"in {wait_s:.0f} s"


def _and(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
