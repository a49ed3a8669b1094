"""Puts the measuring and the tracing on an engine. Called by `app.py` at the first event."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from roku_desktop.engine import DiskRoom, Engine, Event, Sample, TextDelta, ThinkingDelta
from roku_desktop.engine.errors import RokuError, StorageFullError
from roku_desktop.engine.settings import ProviderSettings
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.collector import Collector
from roku_desktop.telemetry.content import Content
from roku_desktop.telemetry.housekeeping import keep_house, watch_disk
from roku_desktop.telemetry.logs.event_line import event_line
from roku_desktop.telemetry.logs.handler import LogHandler
from roku_desktop.telemetry.measurement import KnowsTool, Measurement, attributes_of
from roku_desktop.telemetry.metering import Meter
from roku_desktop.telemetry.process import ProcessFigures
from roku_desktop.telemetry.recorder import Recorder
from roku_desktop.telemetry.spans import SpanMaker
from roku_desktop.telemetry.trace_files import TraceFiles

if TYPE_CHECKING:
    from roku_desktop.telemetry.export.exporter import Exporter
    from roku_desktop.telemetry.export.plan import ExportPlan
    from roku_desktop.telemetry.page_server import PageServer

_DELTAS: Final = (TextDelta, ThinkingDelta)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_CLOSE_WITHIN_S: Final = 0.5
_EXPORT_WITHIN_S: Final = 1.0
_KEY_WITHIN_S: Final = 1.0

_log = logging.getLogger(__name__)


class Recording:
    """What one engine's events become: measurements, a trace file per run, and what leaves the process.

    Attributes:
        recorder: takes measurements of others too.
    """

    def __init__(
        self,
        recorder: Recorder,
        traces: Path,
        *,
        log: LogHandler,
        room: DiskRoom,
        collector: Collector,
        knows_tool: KnowsTool,
    ) -> None:
        self.recorder = recorder
        self._room = room
        self._log = log
        self._knows_tool = knows_tool
        self._loop = asyncio.get_running_loop()
        self._content = Content(log.clean)
        self._spans = SpanMaker(knows_tool, self._content)
        self._files = TraceFiles(traces, partial(self._dropped_elsewhere, "trace file"), room.has_room)
        self._collector = collector
        self._began_at = time.time()
        self._exporter: Exporter | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._page: PageServer | None = None
        self._opening: asyncio.Task[None] | None = None
        self._house: list[asyncio.Task[None]] = []
        self._process = ProcessFigures()
        self._interval_s = 60.0
        self._next_totals: asyncio.TimerHandle | None = None
        log.hand_on(None, partial(self._dropped_elsewhere, "logs"))

    def hear(self, event: Event) -> None:
        """The listener; called on the loop, in order."""
        if isinstance(event, _DELTAS):
            self.recorder.hear_chunk(event)
            return  # neither the log nor a trace says a word of it
        self.recorder.hear(event)
        said = event_line(event, self._knows_tool)
        if said is not None:
            self._log.take(said)
        lines = self._spans.lines(event)
        if lines:
            self._files.write(event.run_id, lines)
            if self._exporter is not None:
                for span in self._gathering.ended(lines):
                    self._exporter.add_span(span)

    def capture_as_the_log(self) -> None:
        """Follow what the log was told of capturing content: one rule for both."""
        self._content.clean = self._log.clean

    def keep_house(self, engine: Engine) -> None:
        """Keep the home of that engine within its caps, and look whether its disk has room."""
        self._house = [
            asyncio.create_task(keep_house(engine, self.recorder.record), name="housekeeping"),
            asyncio.create_task(watch_disk(engine, self._room), name="disk watch"),
        ]

    def export(
        self, plan: ExportPlan | None, spool: Path, find_key: Callable[[], Awaitable[str | None]]
    ) -> None:
        """Send what is heard from now on as planned, no more as before; None = nothing.

        `find_key` finds the collector's key in the keyring.
        """
        before = self._exporter
        if before is not None:
            self._sample()
            closing = asyncio.create_task(asyncio.to_thread(before.close, _EXPORT_WITHIN_S))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        exporter = self._new_exporter(plan, spool, find_key) if plan is not None else None
        self._exporter = exporter
        add_line = exporter.add_line if exporter is not None else None
        self._log.hand_on(add_line, partial(self._dropped_elsewhere, "logs"))
        self._collector.use(exporter)

    def _new_exporter(
        self, plan: ExportPlan, spool: Path, find_key: Callable[[], Awaitable[str | None]]
    ) -> Exporter:
        from roku_desktop.telemetry.export.exporter import Exporter
        from roku_desktop.telemetry.export.gathering import SpanGathering
        from roku_desktop.telemetry.export.spool import Spool

        async def key() -> str:
            return await find_key() or ""

        def find_bearer() -> str:  # in the exporter's thread
            finding = asyncio.run_coroutine_threadsafe(key(), self._loop)
            try:
                return finding.result(_KEY_WITHIN_S)
            except (TimeoutError, RokuError):
                finding.cancel()
                return ""

        self._gathering = SpanGathering()
        kept = Spool(spool, self._dropped_elsewhere, has_room=self._room.has_room)
        self._interval_s = plan.metric_interval_s
        self._sample_later()
        return Exporter(plan, kept, self._dropped_elsewhere, find_bearer, began_at=self._began_at)

    def open_page(self, port: int) -> None:
        """Serve the Prometheus page on this port of 127.0.0.1, and on none before it; 0 = no more."""
        self._opening = asyncio.create_task(self._open_page(port, self._opening), name="Prometheus page")
        self._sample_later()

    async def close(self) -> None:
        """Bring what was heard to the disk and to the collector; to be awaited while storage still works."""
        if self._next_totals is not None:
            self._next_totals.cancel()
        for task in self._house:
            task.cancel()
        await asyncio.gather(*self._house, return_exceptions=True)
        if self._opening is not None:
            await self._opening
        if self._page is not None:
            await self._page.close()
        await asyncio.to_thread(self._files.close, _CLOSE_WITHIN_S)
        await asyncio.gather(*self._closing)
        if self._exporter is not None:
            self._sample()
            await asyncio.to_thread(self._exporter.close, _EXPORT_WITHIN_S)
        await self.recorder.flush()

    async def _open_page(self, port: int, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        if self._page is not None:
            await self._page.close()
            self._page = None
        if not port:
            return
        from roku_desktop.telemetry.page_server import PageServer

        try:
            self._page = await PageServer.open(port, self.recorder.cells.copies)
        except OSError as error:
            _log.warning("port %d for the Prometheus page can't be opened: %s", port, error)
            self._collector.page_refused(port)

    def _sample_later(self) -> None:
        if self._next_totals is None:
            self._next_totals = self._loop.call_later(self._interval_s, self._sample_and_go_on)

    def _sample_and_go_on(self) -> None:
        self._next_totals = None
        self._sample()
        self._sample_later()

    def _sample(self) -> None:
        self.recorder.record(self._process.sample(time.time()))
        if self._exporter is not None:
            self._exporter.set_totals(self.recorder.cells.copies())

    def _dropped_elsewhere(self, signal: str, count: int, reason: str) -> None:
        """In a writer's thread or on the loop."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody counts any more
            self._loop.call_soon_threadsafe(self._dropped, signal, count, reason)

    def _dropped(self, signal: str, count: int, reason: str) -> None:
        named = attributes_of({table.SIGNAL: signal, table.REASON: reason})
        dropped = Measurement(
            instrument=table.TELEMETRY_DROPPED, at=time.time(), value=count, attributes=named
        )
        self.recorder.record([dropped])


def recording_of(
    engine: Engine,
    settings_of: Callable[[str], ProviderSettings | None],
    traces: Path,
    *,
    log: LogHandler,
    room: DiskRoom,
    collector: Collector | None = None,
    knows_tool: KnowsTool = lambda _name: True,
) -> Recording:
    """The recording of that engine, its traces in the folder `traces`; `collector` is told who sends."""
    return Recording(
        recorder_of(engine, settings_of, knows_tool, room),
        traces,
        log=log,
        room=room,
        collector=collector or Collector(),
        knows_tool=knows_tool,
    )


def recorder_of(
    engine: Engine,
    settings_of: Callable[[str], ProviderSettings | None],
    knows_tool: KnowsTool = lambda _name: True,
    room: DiskRoom | None = None,
) -> Recorder:
    """A recorder that keeps its rows in the engine's home, as long as its disk has room."""

    async def keep(measurements: Sequence[Measurement]) -> None:
        if room is not None and room.is_low:
            raise StorageFullError("The disk is low, so no measurements are kept.")
        await engine.keep_samples([_sample(measurement) for measurement in measurements])

    def tier_of(provider: str) -> str:
        settings = settings_of(provider)
        return settings.risk_tier if settings is not None else ""

    return Recorder(Meter(lambda provider: _server(settings_of(provider)), knows_tool, tier_of), keep)


def _sample(measurement: Measurement) -> Sample:
    return Sample(
        name=measurement.instrument.name,
        attributes=measurement.attributes,
        at=measurement.at,
        value=measurement.value,
    )


def _server(settings: ProviderSettings | None) -> tuple[str, int | None]:
    if settings is None or not settings.base_url:
        return "", None
    url = urlsplit(settings.base_url)
    return url.hostname or "", url.port or _DEFAULT_PORTS.get(url.scheme)
