"""Puts a recorder on an engine. Called by `app.py` at the first event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from roku_desktop.engine import Engine, Sample
from roku_desktop.engine.settings import ProviderSettings
from roku_desktop.telemetry.measurement import Measurement
from roku_desktop.telemetry.metering import Meter
from roku_desktop.telemetry.recorder import Recorder

_DEFAULT_PORTS = {"http": 80, "https": 443}


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
