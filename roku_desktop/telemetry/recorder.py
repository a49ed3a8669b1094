"""The one listener: hears the engine's events and hands their measurements on.

    event → Meter → measurements ─┬→ cells of this process (Prometheus page, panel)
                                  ├→ rows on disk, in batches, off the loop (metrics, SLOs)
                                  └→ sinks that `app.py` adds (OTLP)

Costs nothing per word of an answer but a look at the event. Trouble with the disk never reaches a
turn: what could not be kept is counted as dropped. Made and closed by `app.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from roku_desktop.engine.errors import RokuError
from roku_desktop.engine.events import Event, TextDelta, ThinkingDelta
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.cells import Cells
from roku_desktop.telemetry.measurement import Measurement, attributes_of
from roku_desktop.telemetry.metering import Meter

MAX_WAITING: Final = 10_000
"""Measurements that wait for the disk: some 500 turns; those beyond are dropped and counted."""

GATHER_S: Final = 1.0
"""Rows wait for company: a commit costs more than all else that measuring a turn does."""

_log = logging.getLogger(__name__)

Keep = Callable[[Sequence[Measurement]], Awaitable[None]]
Sink = Callable[[Measurement], None]


class Recorder:
    """Records for one event loop. `keep` writes rows; it may raise `RokuError`."""

    def __init__(self, meter: Meter, keep: Keep) -> None:
        self.cells = Cells()
        self._meter = meter
        self._keep = keep
        self._sinks: list[Sink] = []
        self._waiting: list[Measurement] = []
        self._dropped = 0
        self._gathering: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def add_sink(self, sink: Sink) -> None:
        self._sinks.append(sink)

    def hear(self, event: Event) -> None:
        """The listener; called on the loop, in order."""
        measurements = self._meter.measure(event)
        if measurements:
            self.record(measurements)

    def hear_chunk(self, event: TextDelta | ThinkingDelta) -> None:
        """As `hear`, by a shorter way for what comes hundreds of times in a turn."""
        measurements = self._meter.chunk(event)
        if measurements:
            self.record(measurements)

    def record(self, measurements: Sequence[Measurement]) -> None:
        """Take measurements that come from elsewhere (start, window, storage)."""
        for measurement in measurements:
            self.cells.add(measurement)
            for sink in self._sinks:
                sink(measurement)
        room = MAX_WAITING - len(self._waiting)
        self._waiting += measurements[:room]
        self._drop(measurements[room:])
        if self._waiting and self._writing is None and self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER_S, self._begin_writing)

    async def flush(self) -> None:
        """Wait until all that was recorded is on disk, or was dropped."""
        if self._gathering is not None:
            self._gathering.cancel()
            self._begin_writing()
        while self._writing is not None:
            await asyncio.shield(self._writing)

    def _begin_writing(self) -> None:
        self._gathering = None
        self._writing = asyncio.create_task(self._write(), name="telemetry rows")

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    await self._keep(batch)
                except RokuError as error:
                    _log.warning("%d measurements could not be kept: %s", len(batch), error)
                    self._drop(batch)
        finally:
            self._writing = None

    def _drop(self, measurements: Sequence[Measurement]) -> None:
        """Count in the cells alone: the disk has just refused."""
        if not measurements:
            return
        named = attributes_of({table.SIGNAL: "metrics", table.REASON: "disk"})
        self.cells.add(
            Measurement(
                instrument=table.TELEMETRY_DROPPED,
                at=measurements[-1].at,
                value=len(measurements),
                attributes=named,
            )
        )
