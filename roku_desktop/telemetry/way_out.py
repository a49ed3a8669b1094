"""Where one process's telemetry goes: follows what the configuration and OpenTelemetry's variables name.

Made by `app.py` beside the recording, and told of each changed configuration. Where nothing is named,
nothing for sending is loaded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from uuid import uuid4

from roku_desktop import __version__
from roku_desktop.engine.settings import EngineSettings
from roku_desktop.telemetry.export.plan import Wish, page_port, plan_of
from roku_desktop.telemetry.recording import Recording


class WayOut:
    """`find_key` finds the collector's key in the keyring; `spool` is the home's folder for what waits."""

    def __init__(
        self,
        recording: Recording,
        environ: Mapping[str, str],
        spool: Path,
        find_key: Callable[[], Awaitable[str | None]],
    ) -> None:
        self._recording = recording
        self._environ = environ
        self._spool = spool
        self._find_key = find_key
        self._instance = uuid4().hex
        self._wish: Wish | None = None
        self._port = 0

    def follow(self, settings: EngineSettings) -> None:
        """Send to the collector that is named now, and to none that is not; the page for Prometheus alike."""
        self._follow_page(settings)
        self._follow_collector(settings)

    def _follow_page(self, settings: EngineSettings) -> None:
        port = page_port(self._environ, settings.telemetry.prometheus_port)
        if port != self._port:
            self._port = port
            self._recording.open_page(port)

    def _follow_collector(self, settings: EngineSettings) -> None:
        wanted = settings.telemetry
        wish = Wish(
            endpoint=wanted.otlp_endpoint,
            protocol=wanted.otlp_protocol,
            signals=wanted.otlp_signals,
            ca_file=settings.network.ca_file,
        )
        if wish == self._wish:
            return
        first, self._wish = self._wish is None, wish
        plan = plan_of(self._environ, wish, version=__version__, instance=self._instance)
        if plan is not None or not first:
            self._recording.export(plan, self._spool, self._find_key)
