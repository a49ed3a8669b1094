"""What the telemetry panel, the badge and the trace view ask the engine for.

A part of the bridge, made at its first use; its calls run as the bridge's tasks. While it
watches it reads once a second what is new, on storage's thread, and computes on another; while it
does not, it has no timer and asks nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from roku_desktop.engine import CostRow, Engine, Series, StorageUse
from roku_desktop.telemetry.alert import BurnAlert, health_of
from roku_desktop.telemetry.collector import Collector
from roku_desktop.telemetry.history import History
from roku_desktop.telemetry.slo import Standing, names_of, standings
from roku_desktop.telemetry.snapshot import NAMES, MemoryStanding, Snapshot, SnapshotMaker, Surroundings
from roku_desktop.telemetry.trace_files import read_trace
from roku_desktop.telemetry.traces import Span, spans_of
from roku_desktop.telemetry.window import Window

_INTERVAL_MS: Final = 1000
_SLOW_EVERY_S: Final = 30.0
"""Storage is measured by walking the home, costs change by the answer: they need not come each second."""
_RUNS: Final = 12

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class TelemetryReader(QObject):
    """Attributes:
        watching: whether it looks once a second.
        collector: how telemetry leaves this process.

    Signals:
        snapshot_made: a `Snapshot`, and the time (Unix seconds) it was read at.
        health_known: a `Health`, list[Standing] that have begun to burn since, all `Standing`s.
        trace_read: the id of a run, its spans (list[Span]); none where there is no trace.
        nothing_run: a trace was asked for before anything was asked of a model.
        collector_tested: how a test went (list[Trial]).
    """

    snapshot_made = Signal(object, float)
    health_known = Signal(str, object, object)
    trace_read = Signal(str, object)
    nothing_run = Signal()
    collector_tested = Signal(object)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.collector = Collector()
        self._engine = engine
        self._start = start
        self._maker = SnapshotMaker()
        self._window: Window = "1h"
        self._refreshing: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._storage: tuple[StorageUse, ...] = ()
        self._costs: tuple[CostRow, ...] = ()
        self._slow_due_at = 0.0
        self._budgets = History(names_of())
        self._alert = BurnAlert()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.refresh)

    # The panel

    @property
    def watching(self) -> bool:
        return self._timer.isActive()

    def watch(self, *, on: bool) -> None:
        """Look now and once a second from now on; or no more."""
        if on and not self.watching:
            self._timer.start()
            self.refresh()
        elif not on:
            self._timer.stop()

    def use_window(self, window: Window) -> None:
        """Show that window of time from now on."""
        self._window = window
        self.refresh()

    def refresh(self) -> None:
        """Read what is new; while that goes on nothing more is begun."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = self._start(self._read)

    async def _read(self) -> None:
        while True:
            window, now = self._window, time.time()
            since = self._maker.history.next_since(now)
            rows = await self._engine.samples(since, NAMES)
            around = await self._surroundings(now)
            snapshot = await asyncio.to_thread(self._snapshot, rows, since, now, window, around)
            if window == self._window:  # else another one was chosen meanwhile
                self.snapshot_made.emit(snapshot, now)
                return

    def _snapshot(
        self, rows: list[Series], since: float, now: float, window: Window, around: Surroundings
    ) -> Snapshot:
        """On a thread; one at a time."""
        self._maker.history.take(rows, since, now)
        return self._maker.make(window, now, around)

    async def _surroundings(self, now: float) -> Surroundings:
        if now >= self._slow_due_at:
            self._slow_due_at = now + _SLOW_EVERY_S
            self._storage = tuple(await self._engine.storage_usage())
            self._costs = tuple(await self._engine.costs(days=1))
        return Surroundings(
            breakers=await self._engine.breakers(),
            storage=self._storage,
            costs=self._costs,
            runs=tuple(await self._engine.runs(limit=_RUNS)),
            departure=self.collector.departure,
            memory=self._memory(),
        )

    def _memory(self) -> MemoryStanding:
        memories = self._engine.memories
        service = "" if memories.backend == "sqlite" else memories.backend
        return MemoryStanding(service=service, health=memories.health)

    def test_collector(self) -> None:
        """Send the collector an empty request for each signal."""

        async def test() -> None:
            self.collector_tested.emit(await self.collector.test())

        self._start(test)

    # The badge

    def load_health(self) -> None:
        """Look how the objectives stand."""

        async def load() -> None:
            now = time.time()
            since = self._budgets.next_since(now)
            rows = await self._engine.samples(since, names_of())
            found = await asyncio.to_thread(self._stand, rows, since, now)
            begun, _over = self._alert.update(found)
            self.health_known.emit(health_of(found, self._alert.burning), begun, found)

        if self._checking is None or self._checking.done():
            self._checking = self._start(load)

    def _stand(self, rows: Sequence[Series], since: float, now: float) -> list[Standing]:
        self._budgets.take(rows, since, now)
        return standings(self._budgets.series(names_of()), now)

    # Traces

    def read_newest_trace(self, session_id: str) -> None:
        """That of the newest run of a session; without one, of all."""

        async def find() -> None:
            run = await self._engine.last_run(session_id) if session_id else None
            newest = [run] if run else await self._engine.runs(limit=1)
            if newest:
                self.read_trace(newest[0].run_id)
            else:
                self.nothing_run.emit()

        self._start(find)

    def read_trace(self, run_id: str) -> None:
        async def read() -> None:
            folder = next(
                (use.path for use in await self._engine.storage_usage() if use.kind == "traces"), None
            )
            spans = await asyncio.to_thread(_spans, folder, run_id)
            self.trace_read.emit(run_id, spans)

        self._start(read)


def _spans(folder: str | None, run_id: str) -> list[Span]:
    if folder is None:
        return []
    try:
        return spans_of(read_trace(Path(folder), run_id))
    except OSError:
        return []
