"""All that the telemetry panel shows, as one frozen value.

Computed from the samples of `History` and from what the engine says of breakers, storage, costs and
runs. What has not changed since the last snapshot is not computed again, so that one a second costs
next to nothing; the result is the same as if it were computed from nothing. Pure: no clock, no I/O;
the panel calls it on a thread.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from roku_desktop.engine import BreakerState, CostRow, RunRecord, Series, StorageUse
from roku_desktop.engine.events import MemoryHealth
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.breaker_lanes import BreakerLane, lanes_of
from roku_desktop.telemetry.collector import Departure
from roku_desktop.telemetry.figures import percentile
from roku_desktop.telemetry.history import History, Track
from roku_desktop.telemetry.slo import Budget, names_of, standings
from roku_desktop.telemetry.window import WINDOW_S, Window

BUCKETS: Final = 60
"""Points of a plot over a window."""
STEP_S: Final = 15.0
"""The window moves in steps: a panel that nothing happens in computes nothing in between."""
_COUNTERS: Final = (
    table.LLM_REQUESTS,
    table.LLM_SUCCESSES,
    table.LLM_FAILURES,
    table.LLM_COST,
    table.TOKEN_USAGE,
)
_READ: Final = (*_COUNTERS, table.TURN_TTFT, table.BREAKER_TRANSITIONS, table.TELEMETRY_DROPPED)
NAMES: Final = frozenset(
    {
        *(instrument.name for instrument in _READ),
        *names_of(),
    }
)
"""The instruments that a snapshot is made of."""


class Quantiles(msgspec.Struct, frozen=True, kw_only=True):
    """Of `count` samples (at least one), in seconds."""

    count: int
    p50: float
    p95: float
    p99: float


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of a piece of the window that begins at `at` (Unix seconds)."""

    at: float
    quantiles: Quantiles


class ModelFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One model of one provider; both names are empty for all of them together.

    `first_token` is enter to first text, in seconds, None without a sample; `histogram` counts its
    samples at most as long as each of `table.TURN_TTFT.boundaries`, and the rest.
    """

    provider: str
    model: str
    requests: int
    successes: int
    failures: Mapping[str, int]
    input_tokens: int
    output_tokens: int
    cost_usd: float
    first_token: Quantiles | None
    over_time: tuple[Bucket, ...]
    histogram: tuple[int, ...]

    @property
    def success_share(self) -> float | None:
        """Of the requests that ended and that nobody stopped, 0..1."""
        failed = sum(count for kind, count in self.failures.items() if kind != "Cancelled")
        ended = self.successes + failed
        return self.successes / ended if ended else None


class ObjectiveBar(msgspec.Struct, frozen=True, kw_only=True):
    """An objective over the chosen window; `hour_burn_rate` says whether it goes on."""

    name: str
    meaning: str
    target: float
    budget: Budget
    hour_burn_rate: float


class MemoryStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Which service finds memories ("" = none: the home does), and how it does."""

    service: str = ""
    health: MemoryHealth = "healthy"


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine says besides samples. `costs` are those of today; `runs`, newest first."""

    breakers: Mapping[str, BreakerState] = {}
    storage: tuple[StorageUse, ...] = ()
    costs: tuple[CostRow, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    departure: Departure = Departure()
    memory: MemoryStanding = MemoryStanding()


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """`since` and `until` (Unix seconds) bound the window; `bucket_s` is a plot's step.

    `departure` is this process's export; `lost` counts what any process of the home lost within the
    window, on the way to the disk too.
    """

    window: Window
    since: float
    until: float
    bucket_s: float
    total: ModelFigures
    models: tuple[ModelFigures, ...]
    breakers: tuple[BreakerLane, ...]
    objectives: tuple[ObjectiveBar, ...]
    spent_today_usd: float
    unpriced_today: int
    storage: tuple[StorageUse, ...]
    runs: tuple[RunRecord, ...]
    departure: Departure
    lost: int
    memory: MemoryStanding


class SnapshotMaker:
    """Makes the snapshots of one panel.

    Attributes:
        history: to be kept up by the caller with the samples of `NAMES`.
    """

    def __init__(self) -> None:
        self.history = History(NAMES)
        self._figures: dict[tuple[str, str], tuple[object, ModelFigures]] = {}
        self._ordered: dict[object, tuple[object, list[float]]] = {}
        self._objectives: tuple[object, tuple[ObjectiveBar, ...]] = ((), ())

    def make(self, window: Window, now: float, around: Surroundings) -> Snapshot:
        """The snapshot of the window that ends at `now` (Unix seconds)."""
        until = now - now % STEP_S + STEP_S
        since = until - WINDOW_S[window]
        bucket_s = WINDOW_S[window] / BUCKETS
        keys = sorted(
            {_model_of(track) for name in _MODEL_NAMES for track in self.history.of(name)} - {("", "")}
        )
        figures = [self._figures_of(key, since, bucket_s) for key in (("", ""), *keys)]
        return Snapshot(
            window=window,
            since=since,
            until=until,
            bucket_s=bucket_s,
            total=figures[0],
            models=tuple(each for each in figures[1:] if each.requests or each.first_token),
            breakers=lanes_of(self.history.of(table.BREAKER_TRANSITIONS.name), around.breakers, since, until),
            objectives=self._objective_bars(window, until),
            spent_today_usd=math.fsum(row.cost_usd for row in around.costs),
            unpriced_today=sum(row.unknown for row in around.costs),
            storage=around.storage,
            runs=around.runs,
            departure=around.departure,
            lost=self._dropped(since),
            memory=around.memory,
        )

    def _dropped(self, since: float) -> int:
        tracks = self.history.of(table.TELEMETRY_DROPPED.name)
        return round(
            math.fsum(value for track in tracks for value in track.values[track.first_from(since) :])
        )

    def _figures_of(self, key: tuple[str, str], since: float, bucket_s: float) -> ModelFigures:
        tracks = [
            track
            for name in _MODEL_NAMES
            for track in self.history.of(name)
            if key == ("", "") or _model_of(track) == key
        ]
        basis = (since, bucket_s, tuple((track.key, track.version) for track in tracks))
        kept = self._figures.get(key)
        if kept is None or kept[0] != basis:
            kept = self._figures[key] = (basis, self._computed(key, tracks, since, bucket_s))
        return kept[1]

    def _computed(
        self, key: tuple[str, str], tracks: Sequence[Track], since: float, bucket_s: float
    ) -> ModelFigures:
        sums: Counter[str] = Counter()
        failures: Counter[str] = Counter()
        cost_usd: list[float] = []
        first_tokens = [track for track in tracks if track.name == table.TURN_TTFT.name]
        for track in tracks:
            values = track.values[track.first_from(since) :]
            if not values or track.name == table.TURN_TTFT.name:
                continue
            if track.name == table.LLM_COST.name:
                cost_usd += values
            elif track.name == table.LLM_FAILURES.name:
                failures[track.attributes.get(table.ERROR_TYPE, "")] += round(math.fsum(values))
            else:
                sums[track.name + track.attributes.get(table.TOKEN_TYPE, "")] += round(math.fsum(values))
        # Sorting what is sorted in pieces takes one pass.
        ordered = sorted(value for track in first_tokens for value in self._in_order(track, since))
        return ModelFigures(
            provider=key[0],
            model=key[1],
            requests=sums[table.LLM_REQUESTS.name],
            successes=sums[table.LLM_SUCCESSES.name],
            failures=dict(sorted(failures.items(), key=lambda item: (-item[1], item[0]))),
            input_tokens=sums[table.TOKEN_USAGE.name + "input"],
            output_tokens=sums[table.TOKEN_USAGE.name + "output"],
            cost_usd=math.fsum(cost_usd),
            first_token=_quantiles(ordered) if ordered else None,
            over_time=_over_time(first_tokens, since, bucket_s),
            histogram=_histogram(ordered),
        )

    def _in_order(self, track: Track, since: float) -> list[float]:
        """The values of a series from then on, rising; sorted once for its model and for all."""
        basis = (track.version, since)
        kept = self._ordered.get(track.key)
        if kept is None or kept[0] != basis:
            kept = self._ordered[track.key] = (basis, sorted(track.values[track.first_from(since) :]))
        return kept[1]

    def _objective_bars(self, window: Window, until: float) -> tuple[ObjectiveBar, ...]:
        names = names_of()
        basis = (window, until, self.history.version(names))
        if self._objectives[0] != basis:
            self._objectives = (basis, objective_bars(self.history.series(names), window, until))
        return self._objectives[1]


_MODEL_NAMES: Final = tuple(instrument.name for instrument in (*_COUNTERS, table.TURN_TTFT))


def objective_bars(rows: Sequence[Series], window: Window, until: float) -> tuple[ObjectiveBar, ...]:
    return tuple(
        ObjectiveBar(
            name=standing.objective.name,
            meaning=standing.objective.meaning,
            target=standing.objective.target,
            budget=standing.over(window),
            hour_burn_rate=standing.over("1h").burn_rate,
        )
        for standing in standings(rows, until)
    )


def _model_of(track: Track) -> tuple[str, str]:
    return track.attributes.get(table.PROVIDER, ""), track.attributes.get(table.REQUEST_MODEL, "")


def _quantiles(ordered: Sequence[float]) -> Quantiles:
    return Quantiles(
        count=len(ordered),
        p50=percentile(ordered, 0.50),
        p95=percentile(ordered, 0.95),
        p99=percentile(ordered, 0.99),
    )


def _over_time(tracks: Sequence[Track], since: float, bucket_s: float) -> tuple[Bucket, ...]:
    """Buckets begin at whole multiples of their width, so that points stay where they are as time goes."""
    newest = max((track.times[-1] for track in tracks if track.times), default=since)
    buckets = []
    for number in range(int(since // bucket_s), int(newest // bucket_s) + 1):
        at = number * bucket_s
        values: list[float] = []
        for track in tracks:
            first = track.first_from(max(at, since))
            values += track.values[first : track.first_from(at + bucket_s)]
        if values:
            buckets.append(Bucket(at=at, quantiles=_quantiles(sorted(values))))
    return tuple(buckets)


def _histogram(ordered: Sequence[float]) -> tuple[int, ...]:
    within = [bisect_right(ordered, boundary) for boundary in table.TURN_TTFT.boundaries]
    return tuple(upto - below for below, upto in pairwise((0, *within, len(ordered))))
