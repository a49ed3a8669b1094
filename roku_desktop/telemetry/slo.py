"""Objectives, error budgets and burn rates, from the rows on disk.

Definitions after the Site Reliability Workbook, chapter 5: with an objective of 95 %, one event in
twenty may be bad; the budget of a window is that share of its events, and a burn rate of 1 uses it up
exactly at the window's end. Pure; called by `slo`, the panel and the alert.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from roku_desktop.engine import Series, said
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.instruments import Instrument
from roku_desktop.telemetry.window import WINDOW_S, WINDOWS, Window


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """What share (0..1) of events is to be good.

    Either samples of `good_within_s[0]` at most as long as `limit_s` are good, or the events of
    `bad` count against those of `total`; `but_not` leaves out series with these attributes.
    """

    name: str
    meaning: str
    target: float
    total: Instrument
    limit_s: float | None = None
    bad: Instrument | None = None
    total_includes_bad: bool = True
    but_not: tuple[tuple[str, str], ...] = ()

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        return (self.total,) if self.bad is None else (self.total, self.bad)


STARTUP: Final = Objective(
    name="startup",
    meaning=said("The first prompt can be typed within a second of the start."),
    target=0.95,
    total=table.APP_STARTUP,
    limit_s=1.0,
)
ENGINE_OVERHEAD: Final = Objective(
    name="engine_overhead",
    meaning=said("This program's own share of the first token's time stays below 50 ms."),
    target=0.95,
    total=table.TURN_ENGINE_OVERHEAD,
    limit_s=0.05,
)
RECOVERY: Final = Objective(
    name="recovery",
    meaning=said("What an earlier process left loads again: sessions, runs, approvals."),
    target=0.999,
    total=table.RECOVERY_ATTEMPTS,
    bad=table.RECOVERY_FAILURES,
)
LLM_REQUESTS: Final = Objective(
    name="llm_requests",
    meaning=said("Requests to models bring an answer; those that a person stopped are left out."),
    target=0.95,
    total=table.LLM_SUCCESSES,
    bad=table.LLM_FAILURES,
    total_includes_bad=False,
    but_not=((table.ERROR_TYPE, "Cancelled"),),
)
COMPACTION: Final = Objective(
    name="compaction",
    meaning=said("Compactions keep what must survive."),
    target=0.995,
    total=table.COMPACTION_COUNT,
    bad=table.COMPACTION_VALIDATION_FAILURES,
    but_not=((table.LAYER, "micro"),),  # nothing is summed up there
)
OBJECTIVES: Final = (STARTUP, ENGINE_OVERHEAD, RECOVERY, LLM_REQUESTS, COMPACTION)


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """An objective over one window. Without events nothing is burnt and the budget is whole.

    `compliance` is the share of good events; `budget_left` the share of the error budget that is
    left (negative = overdrawn); `burn_rate` how many times too fast it is used (1 = just in time).
    """

    window: Window
    events: int
    bad: int
    compliance: float
    budget_left: float
    burn_rate: float


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    objective: Objective
    budgets: tuple[Budget, ...]

    def over(self, window: Window) -> Budget:
        return next(budget for budget in self.budgets if budget.window == window)


def standings(
    rows: Iterable[Series], now: float, objectives: Sequence[Objective] = OBJECTIVES
) -> list[Standing]:
    """How each objective stands over each window that ends at `now` (Unix seconds).

    `rows` must hold the instruments of all objectives (`names_of`) for the longest window.
    """
    by_name: dict[str, list[Series]] = {}
    for series in rows:
        by_name.setdefault(series.name, []).append(series)
    return [
        Standing(
            objective=objective,
            budgets=tuple(_budget(objective, by_name, window, now) for window in WINDOWS),
        )
        for objective in objectives
    ]


def names_of(objectives: Sequence[Objective] = OBJECTIVES) -> frozenset[str]:
    return frozenset(instrument.name for objective in objectives for instrument in objective.instruments)


def _budget(objective: Objective, rows: dict[str, list[Series]], window: Window, now: float) -> Budget:
    since = now - WINDOW_S[window]
    events, bad = _count(objective, rows, since)
    allowed = 1.0 - objective.target
    share = bad / events if events else 0.0
    return Budget(
        window=window,
        events=events,
        bad=bad,
        compliance=1.0 - share,
        budget_left=1.0 - share / allowed,
        burn_rate=share / allowed,
    )


def _count(objective: Objective, rows: dict[str, list[Series]], since: float) -> tuple[int, int]:
    """Return (events, bad ones) from `since` on."""
    values = _values(objective, rows.get(objective.total.name, ()), since)
    if objective.bad is None:
        limit_s = objective.limit_s if objective.limit_s is not None else float("inf")
        return len(values), sum(value > limit_s for value in values)
    bad = round(sum(_values(objective, rows.get(objective.bad.name, ()), since)))
    total = round(sum(values))
    return (total, bad) if objective.total_includes_bad else (total + bad, bad)


def _values(objective: Objective, rows: Iterable[Series], since: float) -> list[float]:
    kept = (series for series in rows if not set(objective.but_not) & set(series.attributes))
    return [
        value
        for series in kept
        for _, value in series.points[bisect_left(series.points, (since, float("-inf"))) :]
    ]
