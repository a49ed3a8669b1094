"""A process's cells as a page for Prometheus. Names follow OpenTelemetry's rules for it.

Dots become underscores, the unit becomes a suffix, a counter ends with `_total`. The page itself is
written by prometheus_client, which is imported here and nowhere else, when the first page is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final

from roku_desktop.telemetry.cells import Cell
from roku_desktop.telemetry.instruments import INSTRUMENTS, Instrument

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SUFFIX_OF_UNIT: Final = {"s": "_seconds", "By": "_bytes", "USD": "_usd"}


def page(cells: Iterable[Cell]) -> bytes:
    """Return the text format, version 0.0.4."""
    from prometheus_client.exposition import generate_latest

    by_name: dict[str, list[Cell]] = {}
    for cell in cells:
        by_name.setdefault(cell.instrument.name, []).append(cell)

    class Page:  # what prometheus_client calls a registry: something that can be collected
        def collect(self) -> Iterator[Metric]:
            for instrument in INSTRUMENTS:
                if instrument.name in by_name:
                    yield _family(instrument, by_name[instrument.name])

    return generate_latest(Page())


def name_of(instrument: Instrument) -> str:
    """`gen_ai.client.operation.duration` in seconds → `gen_ai_client_operation_duration_seconds`."""
    name = re.sub(r"[^a-zA-Z0-9_]", "_", instrument.name)
    suffix = _SUFFIX_OF_UNIT.get(instrument.unit, "")
    return name if name.endswith(suffix) else name + suffix


def _family(instrument: Instrument, cells: list[Cell]) -> Metric:
    from prometheus_client.metrics_core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    names = sorted({name for cell in cells for name, _ in cell.attributes})
    labels = [re.sub(r"[^a-zA-Z0-9_]", "_", name) for name in names]
    if instrument.kind == "histogram":
        histogram = HistogramMetricFamily(name_of(instrument), instrument.meaning, labels=labels)
        for cell in cells:
            histogram.add_metric(_values(cell, names), _buckets(cell), cell.total)
        return histogram
    kind = CounterMetricFamily if instrument.kind == "counter" else GaugeMetricFamily
    family = kind(name_of(instrument), instrument.meaning, labels=labels)
    for cell in cells:
        family.add_metric(_values(cell, names), cell.total)
    return family


def _values(cell: Cell, names: list[str]) -> list[str]:
    """A label that a series lacks is empty, which Prometheus takes for none."""
    known = dict(cell.attributes)
    return [known.get(name, "") for name in names]


def _buckets(cell: Cell) -> list[tuple[str, float]]:
    """Cumulative, as Prometheus wants them; the last bound is +Inf."""
    bounds = chain((f"{bound:.10g}" for bound in cell.instrument.boundaries), ("+Inf",))
    return list(zip(bounds, accumulate(cell.buckets), strict=True))
