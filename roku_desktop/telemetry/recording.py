"""Puts the measuring and the tracing on an engine. Called by `app.py` at the first event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from roku_desktop.engine import Engine, Event, Sample
from roku_desktop.engine.settings import ProviderSettings
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.measurement import Measurement, attributes_of
from roku_desktop.telemetry.metering import Meter
from roku_desktop.telemetry.recorder import Recorder
from roku_desktop.telemetry.spans import SpanMaker
from roku_desktop.telemetry.trace_files import TraceFiles

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_CLOSE_WITHIN_S: Final = 0.5


class Recording:
    """What one engine's events become: measurements, and a trace file per run.

    Attributes:
        recorder: takes measurements of others too.
    """

    def __init__(self, recorder: Recorder, traces: Path) -> None:
        self.recorder = recorder
        self._loop = asyncio.get_running_loop()
        self._spans = SpanMaker()
        self._files = TraceFiles(traces, on_drop=self._dropped_elsewhere)

    def hear(self, event: Event) -> None:
        """The listener; called on the loop, in order."""
        self.recorder.hear(event)
        lines = self._spans.lines(event)
        if lines:
            self._files.write(event.run_id, lines)

    async def close(self) -> None:
        """Bring what was heard to the disk; to be awaited while storage still works."""
        await asyncio.to_thread(self._files.close, _CLOSE_WITHIN_S)
        await self.recorder.flush()

    def _dropped_elsewhere(self, count: int, reason: str) -> None:
        """In the writer's thread or on the loop."""
        self._loop.call_soon_threadsafe(self._dropped, count, reason)

    def _dropped(self, count: int, reason: str) -> None:
        named = attributes_of({table.SIGNAL: "trace file", table.REASON: reason})
        dropped = Measurement(
            instrument=table.TELEMETRY_DROPPED, at=time.time(), value=count, attributes=named
        )
        self.recorder.record([dropped])


def recording_of(
    engine: Engine, settings_of: Callable[[str], ProviderSettings | None], traces: Path
) -> Recording:
    """The recording of that engine, its traces in the folder `traces`."""
    return Recording(recorder_of(engine, settings_of), traces)


def recorder_of(engine: Engine, settings_of: Callable[[str], ProviderSettings | None]) -> Recorder:
    """A recorder that keeps its rows in the engine's home."""

    async def keep(measurements: Sequence[Measurement]) -> None:
        await engine.keep_samples([_sample(measurement) for measurement in measurements])

    return Recorder(Meter(lambda provider: _server(settings_of(provider))), keep)


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
