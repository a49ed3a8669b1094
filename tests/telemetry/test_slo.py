"""Budgets and burn rates equal a slow count; an alert is told once and is over once."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine import Series
from roku_desktop.telemetry.alert import BurnAlert, health_of
from roku_desktop.telemetry.slo import (
    ENGINE_OVERHEAD,
    LLM_REQUESTS,
    OBJECTIVES,
    RECOVERY,
    Budget,
    Standing,
    names_of,
    standings,
)
from roku_desktop.telemetry.window import WINDOW_S, WINDOWS, Window

NOW = 100 * 86_400.0
times = st.floats(NOW - 40 * 86_400, NOW, allow_nan=False)


def series(name: str, points: Iterable[tuple[float, float]], **attributes: str) -> Series:
    return Series(name=name, attributes=tuple(sorted(attributes.items())), points=tuple(sorted(points)))


def only(rows: Iterable[Series], name: str) -> Standing:
    return next(standing for standing in standings(rows, NOW) if standing.objective.name == name)


@given(st.lists(st.tuples(times, st.floats(0, 0.2, allow_nan=False)), max_size=50))
def test_a_time_objective_counts_samples_beyond_its_limit(points: list[tuple[float, float]]):
    standing = only([series("roku.turn.engine_overhead", points)], "engine_overhead")
    for window in WINDOWS:
        inside = [value for at, value in points if at >= NOW - WINDOW_S[window]]
        bad = [value for value in inside if value > 0.05]
        budget = standing.over(window)
        assert (budget.events, budget.bad) == (len(inside), len(bad))
        if inside:
            allowed_bad = len(inside) * (1 - ENGINE_OVERHEAD.target)
            assert math.isclose(budget.budget_left, 1 - len(bad) / allowed_bad, abs_tol=1e-9)
            assert math.isclose(budget.burn_rate, len(bad) / allowed_bad, abs_tol=1e-9)


@given(st.lists(times, max_size=30), st.lists(times, max_size=10), st.lists(times, max_size=10))
def test_requests_that_a_person_stopped_are_no_failures(
    good: list[float], bad: list[float], stopped: list[float]
):
    rows = [
        series("roku.llm.successes", [(at, 1.0) for at in good]),
        series("roku.llm.failures", [(at, 1.0) for at in bad], **{"error.type": "Timeout"}),
        series("roku.llm.failures", [(at, 1.0) for at in stopped], **{"error.type": "Cancelled"}),
    ]
    budget = only(rows, "llm_requests").over("28d")
    since = NOW - WINDOW_S["28d"]
    failed = sum(at >= since for at in bad)
    assert (budget.events, budget.bad) == (sum(at >= since for at in good) + failed, failed)


def test_failures_of_recovery_are_among_its_attempts():
    rows = [
        series("roku.recovery.attempts", [(NOW - n, 1.0) for n in range(1000)]),
        series("roku.recovery.failures", [(NOW - 5, 1.0)]),
    ]
    budget = only(rows, RECOVERY.name).over("1h")
    assert (budget.events, budget.bad) == (1000, 1)
    assert budget.budget_left == pytest.approx(0.0, abs=1e-9)


def test_without_events_the_budget_is_whole():
    for standing in standings([], NOW):
        assert all((budget.budget_left, budget.burn_rate) == (1.0, 0.0) for budget in standing.budgets)


def test_all_that_is_needed_is_asked_for_by_name():
    assert names_of() >= {"roku.app.startup", "roku.llm.successes", "roku.llm.failures"}
    assert all(instrument.name in names_of() for one in OBJECTIVES for instrument in one.instruments)


def burning(hour: float, day: float, *, bad: int = 10, left: float = 0.5) -> Standing:
    def budget(window: Window, rate: float) -> Budget:
        return Budget(window=window, events=100, bad=bad, compliance=0.9, budget_left=left, burn_rate=rate)

    return Standing(
        objective=LLM_REQUESTS,
        budgets=(budget("1h", hour), budget("24h", day), budget("7d", 1.0), budget("28d", 1.0)),
    )


def test_a_burn_is_told_once_and_is_over_once():
    alert = BurnAlert()
    told = []
    for rate in (1.0, 8.0, 8.0, 5.9, 6.1, 4.0, 2.9, 2.9, 5.0):
        begun, over = alert.update([burning(rate, 7.0)])
        told.append(f"{len(begun)}{len(over)}")
    assert told == ["00", "10", "00", "00", "00", "00", "01", "00", "00"]


@pytest.mark.parametrize(
    ("hour", "day", "bad"),
    [(50.0, 2.0, 10), (2.0, 50.0, 10), (20.0, 20.0, 2)],
    ids=["only this hour", "no longer", "two bad ones"],
)
def test_what_is_short_over_or_small_raises_nothing(hour: float, day: float, bad: int):
    assert BurnAlert().update([burning(hour, day, bad=bad)]) == ([], [])


def test_the_badge_is_red_while_it_burns_and_amber_when_it_is_burnt():
    overdrawn = burning(0.0, 0.0, left=-0.5)
    assert health_of([burning(0, 0)], frozenset()) == "green"
    assert health_of([overdrawn], frozenset()) == "amber"
    assert health_of([overdrawn], frozenset({"llm_requests"})) == "red"


def test_one_slow_answer_of_a_new_home_is_no_warning():
    assert health_of([burning(0.0, 0.0, bad=1, left=-19.0)], frozenset()) == "green"


def test_windows_end_now_and_hold_their_whole_length():
    edge = NOW - WINDOW_S["1h"]
    rows = [series("roku.turn.engine_overhead", [(math.nextafter(edge, 0), 1.0), (edge, 1.0), (NOW, 0.0)])]
    assert msgspec.structs.astuple(only(rows, "engine_overhead").over("1h"))[1:3] == (2, 1)
