"""The process's own totals: what its measurements add up to, per instrument and attributes.

Read by the Prometheus page and the panel. Bounded: a process sees few providers, models and tools, and
what comes beyond `MAX_SERIES` is counted under one name, so that no input can fill the memory.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import msgspec

from roku_desktop.telemetry.instruments import Instrument
from roku_desktop.telemetry.measurement import Attributes, Measurement

MAX_SERIES: Final = 4_000
OVERFLOW: Final[Attributes] = (("otel.metric.overflow", "true"),)
"""The name OpenTelemetry's SDKs give to what exceeds their limit."""


class Cell(msgspec.Struct, kw_only=True):
    """One series. `total` is a counter's sum, a gauge's last value or the sum of the samples.

    `buckets[i]` counts the samples ≤ `boundaries[i]` and above the one before; the last, the rest.
    """

    instrument: Instrument
    attributes: Attributes
    total: float = 0.0
    count: int = 0
    buckets: list[int] = msgspec.field(default_factory=list)


class Cells:
    """All series of a process."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, Attributes], Cell] = {}

    def add(self, measurement: Measurement) -> None:
        cell = self._cell(measurement.instrument, measurement.attributes)
        cell.count += 1
        match measurement.instrument.kind:
            case "gauge":
                cell.total = measurement.value
            case "counter":
                cell.total += measurement.value
            case "histogram":
                cell.total += measurement.value
                cell.buckets[bisect_left(measurement.instrument.boundaries, measurement.value)] += 1

    def all(self) -> list[Cell]:
        """In the order in which they were first seen; the cells themselves, not copies."""
        return list(self._cells.values())

    def copies(self) -> list[Cell]:
        """As `all`, but what is counted later does not change them."""
        return [msgspec.structs.replace(cell, buckets=list(cell.buckets)) for cell in self._cells.values()]

    def _cell(self, instrument: Instrument, attributes: Attributes) -> Cell:
        key = (instrument.name, attributes)
        cell = self._cells.get(key)
        if cell is None:
            if len(self._cells) >= MAX_SERIES and attributes != OVERFLOW:
                return self._cell(instrument, OVERFLOW)
            buckets = [0] * (len(instrument.boundaries) + 1) if instrument.kind == "histogram" else []
            cell = Cell(instrument=instrument, attributes=attributes, buckets=buckets)
            self._cells[key] = cell
        return cell
