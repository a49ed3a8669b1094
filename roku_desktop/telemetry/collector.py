"""How telemetry leaves this process: where to, how much of it, what went wrong; and trying it out.

For faces: the recording tells it of the exporter, `app.py` hands it to the window. Says that nothing
leaves until something does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from roku_desktop.telemetry.export.exporter import Exporter


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """An empty endpoint sends nothing. `sent` and `dropped` count spans, points and lines of the log."""

    endpoint: str = ""
    sent: int = 0
    dropped: int = 0
    last_error: str = ""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How an empty request for one signal went; an empty `trouble` = it was taken."""

    signal: str
    url: str
    trouble: str = ""


class Collector:
    """The collector of one process."""

    def __init__(self) -> None:
        self._exporter: Exporter | None = None

    def use(self, exporter: Exporter | None) -> None:
        """From now on this one sends, or none does."""
        self._exporter = exporter

    @property
    def departure(self) -> Departure:
        if self._exporter is None:
            return Departure()
        state = self._exporter.state
        return Departure(
            endpoint=self._exporter.plan.endpoint,
            sent=state.sent,
            dropped=state.dropped,
            last_error=state.trouble,
        )

    async def test(self) -> list[Trial]:
        """Send an empty request for each signal, beside what else is sent; none where nothing leaves."""
        return await asyncio.to_thread(self._exporter.test) if self._exporter is not None else []
