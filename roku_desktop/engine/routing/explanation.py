"""Trouble on the way to an answer, in words: while it happens, and afterwards in one sentence.

Pure, over the incidents of a run. Used by both faces through the facade. What the window shows too takes
`say`, which finds the words of its language (docs/decisions/0032); without it, it is English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from roku_desktop.engine.sentences import said

_FAILED: Final = said("failed")
_WORDS: Final = {
    "RateLimit": said("is asked too often"),
    "ServerOverloaded": said("is overloaded"),
    "ServerError": _FAILED,
    "Timeout": said("did not answer in time"),
    "ConnectionFailed": said("could not be reached"),
    "TlsFailed": said("has a certificate that can't be verified"),
    "StreamInterrupted": said("broke off"),
    "MalformedResponse": said("answered something unreadable"),
    "AuthenticationFailed": said("has no key that works"),
    "QuotaExceeded": said("has no credit left"),
    "BreakerOpen": said("is left alone after earlier failures"),
}

_NEARLY_USED: Final[dict[BudgetScope, str]] = {
    "request": said("{0} of the question's budget of {1} are used."),
    "session": said("{0} of the session's budget of {1} are used."),
    "day": said("{0} of the day's budget of {1} are used."),
}
Say = Callable[[str], str]


def in_english(text: str) -> str:
    return text


def incident_line(incident: Incident) -> str:
    """One line about what happens now; empty where the next incident says it."""
    match incident:
        case AttemptFailed():
            return ""
        case RetryScheduled():
            if incident.reason == "BreakerOpen":
                return f"{incident.provider} is being tried with one request; waiting for its end."
            words = _WORDS.get(incident.reason, _FAILED)
            return f"{incident.provider} {words}; asking again {_in(incident.wait_s)}."
        case FailedOver():
            if incident.initiator == "person":
                return f"{_name(incident)} answers instead of waiting for {incident.from_provider}."
            words = _WORDS.get(incident.reason, _FAILED)
            return f"{incident.from_provider} {words}; {_name(incident)} answers instead."
    assert_never(incident)


def budget_line(near: BudgetNear, say: Say = in_english) -> str:
    """One line about a budget that is nearly used up."""
    spent, limit = amount(near.spent, near.unit, say), amount(near.limit, near.unit, say)
    return say(_NEARLY_USED[near.scope]).format(spent, limit)


def amount(number: float, unit: BudgetUnit, say: Say = in_english) -> str:
    """`1,200 tokens`, or `$0.85`, with four decimals where two would hide it."""
    if unit == "tokens":
        return say("{0} tokens").format(f"{number:,.0f}")
    return f"${number:,.4f}" if 0 < number < 0.1 else f"${number:,.2f}"


def explanation(incidents: Sequence[Incident], say: Say = in_english) -> str:
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
        told = _and(_failures_of(failures, say), say)
        return say("Before that, {0}.").format(told) if failures else ""
    last = hops[-1]
    failures = [one for one in incidents if isinstance(one, AttemptFailed) and one.step == last.step]
    answered_by = (last.to_provider, last.to_model)
    reasons = _failures_of([one for one in failures if (one.provider, one.model) != answered_by], say)
    unasked = [hop for hop in hops if hop.step == last.step and hop.reason == "BreakerOpen"]
    reasons += [f"{hop.from_provider} {say(_WORDS['BreakerOpen'])}" for hop in unasked]
    if last.left_alone_until and last.to_provider != last.from_provider:
        sentence = say("Answered by {0} because {1}; it is left alone until {2}.")
    else:
        sentence = say("Answered by {0} because {1}.")
    return sentence.format(_name(last), _and(reasons, say), clock_time(last.left_alone_until))


def failures_in_words(incidents: Sequence[Incident], say: Say = in_english) -> str:
    """What went wrong: `a returned 429 twice and b could not be reached`."""
    return _and(_failures_of([one for one in incidents if isinstance(one, AttemptFailed)], say), say)


def _failures_of(failures: Sequence[AttemptFailed], say: Say) -> list[str]:
    """`a returned 429 twice`, for each provider and each way it failed, in order."""

    def what(failed: AttemptFailed) -> tuple[str, str]:
        status = failed.failure.status
        words = say(_WORDS.get(failed.failure.kind, _FAILED))
        return failed.provider, say("returned {0}").format(status) if status else words

    return [
        _times(f"{provider} {words}", len(list(same)), say)
        for (provider, words), same in groupby(failures, what)
    ]


def _name(hop: FailedOver) -> str:
    same = hop.to_provider == hop.from_provider
    return hop.to_model if same else hop.to_provider


def _times(what: str, count: int, say: Say) -> str:
    if count == 1:
        return what
    return say("{0} twice").format(what) if count == 2 else say("{0} {1} times").format(what, count)


def _in(wait_s: float) -> str:
    if wait_s < 1:
        return "in a moment"
    return f"in {wait_s:.1f} s" if wait_s < 10 else f"in {wait_s:.0f} s"


def _and(parts: Sequence[str], say: Say) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return say("{0} and {1}").format(say(", ").join(parts[:-1]), parts[-1])
