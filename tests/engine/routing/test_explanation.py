"""What a person reads about trouble: as it happens, and afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from roku_desktop.engine import budget_line, explanation, incident_line
from roku_desktop.engine.errors import Failure
from roku_desktop.engine.events import AttemptFailed, BudgetNear, FailedOver, Incident, RetryScheduled

HERE: dict[str, Any] = {"session_id": "s", "run_id": "r", "at": 0.0, "step": 1}


def failed(provider: str, kind: str = "RateLimit", status: int | None = 429, step: int = 1) -> AttemptFailed:
    failure = Failure(kind=kind, message="No.", status=status)
    here = HERE | {"step": step}
    return AttemptFailed(**here, provider=provider, model=f"{provider}-1", attempt=1, failure=failure)


def hop(one: str, other: str, reason: str = "RateLimit", **more: Any) -> FailedOver:
    models = {"from_model": f"{one}-1", "to_model": f"{other}-1"}
    fields = HERE | models | more
    return FailedOver(**fields, from_provider=one, to_provider=other, reason=reason, message="No.")


def waiting(wait_s: float, reason: str = "RateLimit") -> RetryScheduled:
    return RetryScheduled(
        **HERE, provider="a", model="a-1", attempt=2, wait_s=wait_s, until=wait_s, reason=reason
    )


@pytest.mark.parametrize(
    ("incidents", "sentence"),
    [
        ([], ""),
        (
            [failed("a"), waiting(1), failed("a"), hop("a", "b")],
            "Answered by b because a returned 429 twice.",
        ),
        (
            [failed("a"), hop("a", "b"), failed("b", "Timeout", None), hop("b", "c")],
            "Answered by c because a returned 429 and b did not answer in time.",
        ),
        ([hop("a", "b", "BreakerOpen")], "Answered by b because a is left alone after earlier failures."),
        (
            [failed("a", "ServerOverloaded", 529), hop("a", "a", to_model="a-2")],
            "Answered by a-2 because a returned 529.",
        ),
        ([failed("a", "ConnectionFailed", None)] * 3, "Before that, a could not be reached 3 times."),
    ],
)
def test_the_way_to_an_answer_is_one_sentence(incidents: list[Incident], sentence: str) -> None:
    assert explanation(incidents) == sentence


def test_waits_and_hops_are_a_line_each() -> None:
    assert incident_line(failed("a")) == ""
    assert incident_line(waiting(2.04)) == "a is asked too often; asking again in 2.0 s."
    assert incident_line(waiting(25)) == "a is asked too often; asking again in 25 s."
    probed = "a is being tried with one request; waiting for its end."
    assert incident_line(waiting(130, "BreakerOpen")) == probed
    assert incident_line(hop("a", "b", "QuotaExceeded")) == "a has no credit left; b answers instead."
    assert incident_line(hop("a", "b", initiator="person")) == "b answers instead of waiting for a."


def test_a_budget_is_named_with_what_is_left_of_it() -> None:
    where = {name: HERE[name] for name in ("session_id", "run_id", "at")}
    near = BudgetNear(**where, scope="day", unit="usd", spent=0.85, limit=1.0)
    assert budget_line(near) == "$0.85 of the day's budget of $1.00 are used."
    near = BudgetNear(**where, scope="request", unit="tokens", spent=9000, limit=10_000)
    assert budget_line(near) == "9,000 tokens of the question's budget of 10,000 tokens are used."
