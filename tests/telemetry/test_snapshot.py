"""A snapshot made step by step is the one made from nothing, and says what the rows say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine import BreakerState, CostRow, Series
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.history import KEEP_S, OVERLAP_S, History
from roku_desktop.telemetry.snapshot import NAMES, STEP_S, Snapshot, SnapshotMaker, Surroundings
from roku_desktop.telemetry.window import WINDOW_S, WINDOWS, Window

NOW = 30 * 86_400.0
Row = tuple[str, tuple[tuple[str, str], ...], float, float]
LAB = ((table.PROVIDER, "lab"), (table.REQUEST_MODEL, "m-1"))
OTHER = ((table.PROVIDER, "other"), (table.REQUEST_MODEL, "m-2"))
TIMEOUT = ((table.ERROR_TYPE, "Timeout"), *LAB)
OPENED = ((table.PROVIDER, "lab"), (table.FROM, "closed"), (table.TO, "open"))
PROBED = ((table.PROVIDER, "lab"), (table.FROM, "open"), (table.TO, "half_open"))
CLOSED = ((table.PROVIDER, "lab"), (table.FROM, "half_open"), (table.TO, "closed"))

kinds = st.sampled_from(
    [
        (table.TURN_TTFT.name, LAB),
        (table.TURN_TTFT.name, OTHER),
        (table.LLM_REQUESTS.name, LAB),
        (table.LLM_SUCCESSES.name, LAB),
        (table.LLM_FAILURES.name, TIMEOUT),
        (table.LLM_COST.name, OTHER),
        (table.BREAKER_TRANSITIONS.name, OPENED),
        (table.TURN_ENGINE_OVERHEAD.name, LAB),
        ("roku.not.shown", LAB),
    ]
)


def series_of(rows: list[Row], since: float) -> list[Series]:
    """What storage answers."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[float, float]]] = {}
    for name, attributes, at, value in rows:
        if at >= since and name in NAMES:
            found.setdefault((name, attributes), []).append((at, value))
    return [Series(name=name, attributes=attributes, points=tuple(sorted(points)))
            for (name, attributes), points in found.items()]  # fmt: skip


def from_nothing(rows: list[Row], window: Window = "28d", now: float = NOW) -> Snapshot:
    maker = SnapshotMaker()
    since = maker.history.next_since(now)
    maker.history.take(series_of(rows, since), since, now)
    return maker.make(window, now, Surroundings())


@given(
    st.lists(
        st.tuples(
            kinds,
            st.floats(0, 3_000, allow_nan=False),
            st.floats(0, OVERLAP_S - 1, allow_nan=False),
            st.floats(0, 20, allow_nan=False),
        ),
        max_size=60,
    ),
    st.lists(st.floats(1, 900, allow_nan=False), min_size=1, max_size=8),
    st.lists(st.sampled_from(WINDOWS), min_size=8, max_size=8),
)
def test_reading_only_what_is_new_gives_the_same_as_reading_all(
    measured: list[tuple[tuple[str, tuple[tuple[str, str], ...]], float, float, float]],
    pauses_s: list[float],
    windows: list[Window],
):
    """Rows reach the disk out of order, as late as a batch may be."""
    written = [(NOW + after + late, (*kind, NOW + after, value)) for kind, after, late, value in measured]
    maker, now = SnapshotMaker(), NOW
    for pause_s, window in zip(pauses_s, windows, strict=False):
        now += pause_s
        on_disk = [row for at, row in written if at <= now]
        since = maker.history.next_since(now)
        maker.history.take(series_of(on_disk, since), since, now)
        assert maker.make(window, now, Surroundings()) == from_nothing(on_disk, window, now)


def test_a_second_look_reads_only_the_tail():
    history = History(NAMES)
    assert history.next_since(NOW) == NOW - KEEP_S
    history.take(series_of([(table.LLM_REQUESTS.name, LAB, NOW - 500, 1.0)], 0), 0, NOW)
    assert history.next_since(NOW) == NOW - 500 - OVERLAP_S
    assert not history.take(series_of([], NOW), NOW, NOW)


def test_what_is_older_than_the_longest_window_is_forgotten():
    history = History(NAMES)
    old: list[Row] = [(table.LLM_REQUESTS.name, LAB, NOW - KEEP_S + number, 1.0) for number in range(1_000)]
    history.take(series_of(old, 0), 0, NOW)
    later = NOW + 900
    history.take([], later, later)
    assert [len(track.times) for track in history.of(table.LLM_REQUESTS.name)] == [100]


def test_percentiles_are_nearest_rank_per_model_and_for_all():
    rows: list[Row] = [
        (table.TURN_TTFT.name, LAB, NOW - 100 + number, number / 100) for number in range(1, 101)
    ]
    rows.append((table.TURN_TTFT.name, OTHER, NOW - 50, 9.0))
    snapshot = from_nothing(rows, "1h")
    lab, other = snapshot.models
    assert (lab.provider, lab.model, other.provider) == ("lab", "m-1", "other")
    assert lab.first_token is not None
    assert other.first_token is not None
    assert (lab.first_token.p50, lab.first_token.p95, lab.first_token.p99) == (0.50, 0.95, 0.99)
    assert snapshot.total.first_token is not None
    assert snapshot.total.first_token.count == 101
    assert sum(snapshot.total.histogram) == 101
    assert snapshot.total.histogram[table.TURN_TTFT.boundaries.index(10.24)] == 1
    assert sum(bucket.quantiles.count for bucket in snapshot.total.over_time) == 101


@pytest.mark.parametrize("window", WINDOWS)
def test_a_sample_counts_in_the_windows_that_reach_back_to_it(window: Window):
    age_s = 5_000.0
    snapshot = from_nothing([(table.LLM_REQUESTS.name, LAB, NOW - age_s, 1.0)], window)
    assert snapshot.total.requests == (1 if WINDOW_S[window] > age_s else 0)
    assert snapshot.until - snapshot.since == WINDOW_S[window]
    assert 0 <= snapshot.until - NOW <= STEP_S


def test_what_a_person_stopped_is_no_failure():
    stopped = ((table.ERROR_TYPE, "Cancelled"), *LAB)
    snapshot = from_nothing(
        [
            (table.LLM_SUCCESSES.name, LAB, NOW - 4, 1.0),
            (table.LLM_SUCCESSES.name, LAB, NOW - 3, 1.0),
            (table.LLM_FAILURES.name, TIMEOUT, NOW - 2, 1.0),
            (table.LLM_FAILURES.name, stopped, NOW - 1, 1.0),
        ]
    )
    assert snapshot.total.failures == {"Cancelled": 1, "Timeout": 1}
    assert snapshot.total.success_share is not None
    assert math.isclose(snapshot.total.success_share, 2 / 3)


def test_a_lane_tells_when_the_breaker_was_open():
    maker = SnapshotMaker()
    rows = series_of(
        [
            (table.BREAKER_TRANSITIONS.name, OPENED, NOW - 600, 1.0),
            (table.BREAKER_TRANSITIONS.name, PROBED, NOW - 300, 1.0),
        ],
        0,
    )
    maker.history.take(rows, 0, NOW)
    state = BreakerState(phase="half_open", until=NOW + 30, last_error="Timeout")
    (lane,) = maker.make("1h", NOW, Surroundings(breakers={"lab": state})).breakers
    assert [stretch.phase for stretch in lane.stretches] == ["closed", "open", "half_open"]
    assert lane.stretches[1].ended_at - lane.stretches[1].began_at == 300
    assert (lane.phase, lane.until, lane.last_error) == ("half_open", NOW + 30, "Timeout")


@pytest.mark.parametrize("known", [(), ((table.BREAKER_TRANSITIONS.name, CLOSED, NOW - 600, 1.0),)])
def test_a_breaker_that_opened_just_now_is_no_breaker_that_was_open_all_the_time(known: tuple[Row, ...]):
    """Its row is on disk a second later."""
    maker = SnapshotMaker()
    maker.history.take(series_of(list(known), 0), 0, NOW)
    state = BreakerState(phase="open", since=NOW - 1, until=NOW + 30)
    (lane,) = maker.make("1h", NOW, Surroundings(breakers={"lab": state})).breakers
    assert (lane.stretches[-1].phase, lane.stretches[-1].began_at) == ("open", NOW - 1)
    assert lane.stretches[-2].phase == "closed"


def test_what_was_dropped_within_the_window_is_counted():
    lost = ((table.REASON, "disk"), (table.SIGNAL, "trace file"))
    rows: list[Row] = [
        (table.TELEMETRY_DROPPED.name, lost, NOW - age_s, 3.0) for age_s in (60.0, 120.0, 7_200.0)
    ]
    assert from_nothing(rows, "1h").lost == 6
    assert from_nothing(rows, "24h").lost == 9


def test_costs_of_today_name_the_answers_without_a_price():
    costs = (
        CostRow(day="2026-01-31", provider="lab", model="m-1", cost_usd=0.5),
        CostRow(day="2026-01-31", provider="other", model="m-2", cost_usd=0.25, unknown=3),
    )
    snapshot = SnapshotMaker().make("1h", NOW, Surroundings(costs=costs))
    assert (snapshot.spent_today_usd, snapshot.unpriced_today) == (0.75, 3)
