"""How telemetry leaves this process: where to, how much of it, what went wrong; and trying it out.

For faces: the recording tells it of the exporter and of a page for Prometheus that has no port,
`app.py` hands it to the window. Says that nothing leaves until something does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import msgspec


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


class Sender(Protocol):
    """What sends: the exporter. `test` blocks, at most for the timeouts of its requests."""

    @property
    def departure(self) -> Departure: ...

    def test(self) -> list[Trial]: ...


class Collector:
    """The collector of one process."""

    def __init__(self) -> None:
        self._sender: Sender | None = None
        self._page_refused: int | None = None
        self._tell: Callable[[int], None] | None = None

    def use(self, sender: Sender | None) -> None:
        """From now on this one sends, or none does."""
        self._sender = sender

    def page_refused(self, port: int) -> None:
        """The page for Prometheus can't be served: another program has that port."""
        if self._tell is None:
            self._page_refused = port
        else:
            self._tell(port)

    def when_page_refused(self, tell: Callable[[int], None] | None) -> None:
        """Tell of it from now on, and at once if it has happened; None = nobody listens any more."""
        self._tell = tell
        port, self._page_refused = self._page_refused, None
        if port is not None:
            self.page_refused(port)

    @property
    def departure(self) -> Departure:
        return Departure() if self._sender is None else self._sender.departure

    async def test(self) -> list[Trial]:
        """Send an empty request for each signal, beside what else is sent; none where nothing leaves."""
        return [] if self._sender is None else await asyncio.to_thread(self._sender.test)
