"""Hands spans and totals to the collector, in a thread of its own: encode, spool, send, remove.

Whatever the collector does (absent, slow, lying), the callers only append to a bounded list. `close`
waits a limited time; what was not taken by then is on disk and leaves with the next start.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from roku_desktop.telemetry.cells import Cell
from roku_desktop.telemetry.export.delivery import Delivery, Later, Refused, Taken
from roku_desktop.telemetry.export.plan import ExportPlan, Signal, is_sampled
from roku_desktop.telemetry.export.spool import OnDrop, Parcel, Spool
from roku_desktop.telemetry.traces import Span

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
MAX_SPANS_AT_ONCE: Final = 512

_log = logging.getLogger(__name__)


class ExportState(msgspec.Struct, frozen=True, kw_only=True):
    """How it goes, for a person; `trouble` is empty while the collector takes what it is sent."""

    sent_at: float | None = None
    trouble: str = ""


class Exporter:
    """Exports for one process. `on_drop` hears (signal, items, reason), in any thread.

    `find_bearer` is asked once, in the exporter's thread, for the key that is sent where the variables
    set no authorization of their own; empty = none.
    """

    def __init__(
        self, plan: ExportPlan, spool: Spool, on_drop: OnDrop, find_bearer: Callable[[], str] = str
    ) -> None:
        self.plan = plan
        self.state = ExportState()
        self._spool = spool
        self._on_drop = on_drop
        self._find_bearer = find_bearer
        self._bearer: str | None = None
        self._deliveries: dict[Signal, Delivery] = {}
        self._began_at = time.time()
        self._changed = threading.Condition()
        self._spans: list[Span] = []
        self._cells: Sequence[Cell] | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._newest_totals: Parcel | None = None
        self._failures = 0
        self._not_before = 0.0

    def add_span(self, span: Span) -> None:
        """Take a span that has ended. Never waits."""
        if "traces" not in self.plan.destinations or not is_sampled(span.trace_id, self.plan.sampled):
            return
        with self._changed:
            if len(self._spans) < self.plan.max_waiting_spans:
                self._spans.append(span)
                self._start()
                return
        self._on_drop("traces", 1, "queue full")

    def set_totals(self, cells: Sequence[Cell]) -> None:
        """Take the process's totals, copies that no one changes any more. Never waits."""
        if "metrics" in self.plan.destinations and cells:
            with self._changed:
                self._cells = cells
                self._start()

    def close(self, within_s: float) -> None:
        """Send what waits, at most so long."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(within_s)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="telemetry export", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        closing = False
        while not closing:
            with self._changed:
                closing = self._changed.wait_for(lambda: self._closing, self.plan.span_delay_s)
            self._keep()
            self._send()
        for delivery in self._deliveries.values():
            delivery.close()

    def _keep(self) -> None:
        """Bring what was handed over to the disk."""
        with self._changed:
            spans, self._spans = self._spans, []
            cells, self._cells = self._cells, None
        if not spans and cells is None:
            return
        from roku_desktop.telemetry.export import encoding

        for first in range(0, len(spans), MAX_SPANS_AT_ONCE):
            batch = spans[first : first + MAX_SPANS_AT_ONCE]
            self._spool.put("traces", len(batch), encoding.traces_request(batch, self.plan.resource))
        if cells is not None:
            payload = encoding.metrics_request(
                cells, self.plan.resource, began_at=self._began_at, at=time.time()
            )
            if self._newest_totals is not None:  # totals hold what the ones before them held
                self._spool.discard(self._newest_totals)
            self._newest_totals = self._spool.put("metrics", len(cells), payload)

    def _send(self) -> None:
        """Send all that waits, until the collector has trouble."""
        if time.monotonic() < self._not_before:
            return
        for parcel in self._spool.waiting():
            delivery = self._delivery(parcel.signal)
            payload = self._spool.claim(parcel) if delivery else None
            if delivery is None or payload is None:
                continue
            match delivery.send(payload):
                case Later(why=why, wait_s=wait_s):
                    self._spool.give_back(parcel)
                    self._wait(why, wait_s)
                    return
                case Refused(why=why):
                    self._spool.done(parcel)
                    self._trouble(why)
                    self._on_drop(parcel.signal, parcel.items, "refused")
                case Taken(answer=answer):
                    self._spool.done(parcel)
                    self._taken(parcel, answer)

    def _delivery(self, signal: Signal) -> Delivery | None:
        destination = self.plan.destinations.get(signal)
        if destination is None:
            return None
        if self._bearer is None:
            self._bearer = self._find_bearer()
        if signal not in self._deliveries:
            self._deliveries[signal] = Delivery(destination, signal, self._bearer)
        return self._deliveries[signal]

    def _taken(self, parcel: Parcel, answer: bytes) -> None:
        from roku_desktop.telemetry.export.encoding import rejected_items

        self._failures, self.state = 0, ExportState(sent_at=time.time())
        rejected = rejected_items(parcel.signal, answer)
        if rejected > 0:
            self._on_drop(parcel.signal, rejected, "refused")

    def _wait(self, why: str, wait_s: float) -> None:
        self._failures += 1
        own_s = min(FIRST_WAIT_S * 2 ** min(self._failures - 1, 10), LONGEST_WAIT_S)
        self._not_before = time.monotonic() + max(wait_s, own_s * random.uniform(0.8, 1.2))  # noqa: S311
        self._trouble(why)

    def _trouble(self, why: str) -> None:
        if why != self.state.trouble:
            _log.info("the collector has trouble: %s", why)
        self.state = msgspec.structs.replace(self.state, trouble=why)
