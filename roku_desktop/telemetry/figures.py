"""The figures of a window, computed from the rows on disk; with or without a running window.

Percentiles come from the raw samples, by nearest rank: the smallest sample that at least the given
share of all samples does not exceed (Hyndman and Fan 1996, definition 1). Called by `metrics` and the
panel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from roku_desktop.engine import Series
from roku_desktop.telemetry.cells import Cells
from roku_desktop.telemetry.instruments import BY_NAME, INSTRUMENTS, Instrument, Kind
from roku_desktop.telemetry.measurement import Attributes, Measurement


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A counter's sum within the window, or a gauge's last value."""

    attributes: Mapping[str, str]
    value: float


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of one series of a histogram, in the instrument's unit."""

    attributes: Mapping[str, str]
    count: int
    sum: float
    p50: float
    p95: float
    p99: float


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    kind: Kind
    unit: str
    points: tuple[Point | Distribution, ...]


def metrics_of(rows: Iterable[Series]) -> list[Metric]:
    """Every instrument that has rows, in the order of the table; rows of unknown names are left out."""
    by_name: dict[str, list[Series]] = {}
    for series in rows:
        by_name.setdefault(series.name, []).append(series)
    return [
        Metric(
            name=instrument.name,
            kind=instrument.kind,
            unit=instrument.unit,
            points=tuple(_point(instrument, series) for series in by_name[instrument.name]),
        )
        for instrument in INSTRUMENTS
        if instrument.name in by_name
    ]


def cells_of(rows: Iterable[Series]) -> Cells:
    """The same rows as the totals of a process."""
    cells = Cells()
    for series in rows:
        instrument = BY_NAME.get(series.name)
        if instrument is not None:
            for at, value in series.points:
                cells.add(
                    Measurement(instrument=instrument, at=at, value=value, attributes=series.attributes)
                )
    return cells


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile of samples in rising order, `share` in 0..1; at least one."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _point(instrument: Instrument, series: Series) -> Point | Distribution:
    attributes = _as_mapping(series.attributes)
    values = [value for _, value in series.points]
    match instrument.kind:
        case "counter":
            return Point(attributes=attributes, value=math.fsum(values))
        case "gauge":
            return Point(attributes=attributes, value=values[-1])
        case "histogram":
            ordered = sorted(values)
            return Distribution(
                attributes=attributes,
                count=len(ordered),
                sum=math.fsum(ordered),
                p50=percentile(ordered, 0.50),
                p95=percentile(ordered, 0.95),
                p99=percentile(ordered, 0.99),
            )


def _as_mapping(attributes: Attributes) -> dict[str, str]:
    return dict(attributes)
