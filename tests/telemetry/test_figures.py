"""Figures of a window equal what anybody would compute from the samples."""

from __future__ import annotations

import math
import statistics

from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine import Series
from roku_desktop.telemetry.figures import Distribution, Point, cells_of, metrics_of, percentile
from roku_desktop.telemetry.instruments import BY_NAME, INSTRUMENTS
from roku_desktop.telemetry.prometheus import name_of, page

values = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=60)


def series(name: str, *points: float, **attributes: str) -> Series:
    return Series(
        name=name,
        attributes=tuple(sorted(attributes.items())),
        points=tuple((float(at), value) for at, value in enumerate(points)),
    )


@given(values, st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_the_smallest_sample_that_the_share_does_not_exceed(
    samples: list[float], share: float
):
    found = percentile(sorted(samples), share)
    assert found in samples
    assert sum(sample <= found for sample in samples) >= share * len(samples)
    smaller = [sample for sample in samples if sample < found]
    assert len(smaller) < share * len(samples)


@given(values)
def test_a_histogram_is_given_by_its_raw_samples(samples: list[float]):
    (metric,) = metrics_of([series("roku.turn.ttft", *samples, model="m")])
    (point,) = metric.points
    assert isinstance(point, Distribution)
    assert (point.count, point.attributes) == (len(samples), {"model": "m"})
    assert math.isclose(point.sum, sum(samples), rel_tol=1e-9, abs_tol=1e-9)
    assert point.p50 == statistics.median_low(samples)


def test_a_counter_is_summed_and_a_gauge_is_its_last_value():
    found = metrics_of([series("roku.turn.count", 1, 1, 1), series("roku.breaker.state", 0, 2, 1)])
    values_of = {metric.name: metric.points[0] for metric in found}
    assert values_of == {
        "roku.turn.count": Point(attributes={}, value=3),
        "roku.breaker.state": Point(attributes={}, value=1),
    }


def test_rows_that_a_later_version_wrote_are_left_out():
    assert metrics_of([series("roku.of_tomorrow", 1)]) == []
    assert cells_of([series("roku.of_tomorrow", 1)]).all() == []


def test_a_page_for_prometheus_has_what_was_counted():
    rows = [
        series("roku.turn.count", 1, 1, **{"roku.outcome": "completed"}),
        series("roku.turn.count", 1, **{"roku.outcome": 'a "quoted"\nline'}),
        series("roku.turn.ttft", 0.015, 100.0),
        series("roku.breaker.state", 2),
    ]
    lines = page(cells_of(rows).all()).decode().splitlines()
    assert 'roku_turn_count_total{roku_outcome="completed"} 2.0' in lines
    assert 'roku_turn_count_total{roku_outcome="a \\"quoted\\"\\nline"} 1.0' in lines
    assert 'roku_turn_ttft_seconds_bucket{le="0.01"} 0.0' in lines
    assert 'roku_turn_ttft_seconds_bucket{le="0.02"} 1.0' in lines
    assert 'roku_turn_ttft_seconds_bucket{le="+Inf"} 2.0' in lines
    assert "roku_turn_ttft_seconds_count 2.0" in lines
    assert "roku_breaker_state 2.0" in lines


def test_no_two_instruments_share_a_name_on_the_page():
    assert len({name_of(instrument) for instrument in INSTRUMENTS}) == len(INSTRUMENTS)
    assert name_of(BY_NAME["process.memory.usage"]) == "process_memory_usage_bytes"
