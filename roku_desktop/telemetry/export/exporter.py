"""Hands spans, lines of the log and totals to the collector: encode, spool, send, remove, in a thread.

Whatever the collector does (absent, slow, lying), the callers only append to a bounded list. `close`
waits a limited time; what was not taken by then is on disk and leaves with the next start.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

from roku_desktop.telemetry.cells import Cell
from roku_desktop.telemetry.collector import Departure, Trial
from roku_desktop.telemetry.export.batch import Batch
from roku_desktop.telemetry.export.delivery import Delivery, Later, Refused, Taken
from roku_desktop.telemetry.export.plan import ExportPlan, Signal, is_sampled
from roku_desktop.telemetry.export.spool import OnDrop, Parcel, Spool
from roku_desktop.telemetry.logs.line import LogLine
from roku_desktop.telemetry.traces import Span

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
LONGEST_IDLE_S: Final = 5.0
OWN_COMPONENT: Final = "telemetry.export"

Item = TypeVar("Item")

_log = logging.getLogger(__name__)


class Exporter:
    """Exports for one process. `on_drop` hears (signal, items, reason), in any thread.

    `find_bearer` is asked once, in the exporter's thread, for the key that is sent where the variables
    set no authorization of their own; empty = none. `began_at` (Unix seconds) is when the totals began.

    Attributes:
        departure: how it goes so far.
    """

    def __init__(
        self,
        plan: ExportPlan,
        spool: Spool,
        on_drop: OnDrop,
        find_bearer: Callable[[], str] = str,
        *,
        began_at: float | None = None,
    ) -> None:
        self.plan = plan
        self.departure = Departure(endpoint=plan.endpoint)
        self._spool = spool
        self._on_drop = on_drop
        self._find_bearer = find_bearer
        self._bearer: str | None = None
        self._deliveries: dict[Signal, Delivery] = {}
        self._began_at = time.time() if began_at is None else began_at
        self._changed = threading.Condition()
        self._keeping = threading.Lock()
        self._spans: Batch[Span] = Batch(plan.spans, time.monotonic)
        self._lines: Batch[LogLine] = Batch(plan.logs, time.monotonic)
        self._cells: Sequence[Cell] | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._newest_totals: Parcel | None = None
        self._failures = 0
        self._not_before = 0.0

    def add_span(self, span: Span) -> None:
        """Take a span that has ended. Never waits."""
        if self.plan.wants("traces") and is_sampled(span.trace_id, self.plan.sampled):
            self._add(self._spans, span, "traces")

    def add_line(self, line: LogLine) -> None:
        """Take a line of the log, in any thread; those about the export itself stay here. Never waits."""
        if self.plan.wants("logs") and not line.component.startswith(OWN_COMPONENT):
            self._add(self._lines, line, "logs")

    def set_totals(self, cells: Sequence[Cell]) -> None:
        """Take the process's totals, copies that no one changes any more. Never waits."""
        if self.plan.wants("metrics") and cells:
            with self._changed:
                self._cells = cells
                self._start()

    def test(self) -> list[Trial]:
        """Send an empty request to each destination; say how it went. Blocks, at most for their timeouts."""
        trials = []
        for signal, destination in self.plan.destinations.items():
            delivery = Delivery(destination, signal, self._known_bearer())
            outcome = delivery.send(b"")  # a whole message of OTLP: nothing to report
            delivery.close()
            trouble = "" if isinstance(outcome, Taken) else outcome.why
            trials.append(Trial(signal=signal, url=destination.url, trouble=trouble))
        return trials

    def close(self, within_s: float) -> None:
        """Send what waits, at most so long; the rest is on disk when this returns."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(within_s)
            if self._thread.is_alive():  # it waits for an answer, and keeps nothing meanwhile
                self._keep(everything=True)

    def _add(self, batch: Batch[Item], item: Item, signal: Signal) -> None:
        with self._changed:
            was_empty = batch.due_in_s is None
            is_taken = batch.add(item)
            if was_empty or batch.is_enough:
                self._changed.notify()
            self._start()
        if not is_taken:
            self._drop(signal, 1, "queue full")

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="telemetry export", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        closing = False
        while not closing:
            with self._changed:
                while (idle_s := self._idle_s()) > 0 and self._changed.wait(idle_s):
                    """Something was handed over: it may be due sooner."""
                closing = self._closing
            self._keep(everything=closing)
            self._send()
        for delivery in self._deliveries.values():
            delivery.close()

    def _idle_s(self) -> float:
        """Until something is to be done; at least now and then what waits on disk is tried again."""
        if self._closing:
            return 0.0
        due = (batch.due_in_s for batch in (self._spans, self._lines))
        return max(min([LONGEST_IDLE_S, *(one for one in due if one is not None)]), 0.0)

    def _keep(self, *, everything: bool) -> None:
        """Bring what was handed over, and is due, to the disk. In one thread at a time."""
        with self._keeping:
            self._keep_alone(everything=everything)

    def _keep_alone(self, *, everything: bool) -> None:
        with self._changed:
            spans = _due(self._spans, everything)
            lines = _due(self._lines, everything)
            cells, self._cells = self._cells, None
        if not spans and not lines and cells is None:
            return
        from roku_desktop.telemetry.export import encoding

        resource = self.plan.resource
        for portion in spans:
            self._put("traces", len(portion), encoding.traces_request(portion, resource))
        for said in lines:
            self._put("logs", len(said), encoding.logs_request(said, resource))
        if cells is not None:
            payload = encoding.metrics_request(cells, resource, began_at=self._began_at, at=time.time())
            if self._newest_totals is not None:  # totals hold what the ones before them held
                self._spool.discard(self._newest_totals)
            self._newest_totals = self._put("metrics", len(cells), payload)

    def _put(self, signal: Signal, items: int, payload: bytes) -> Parcel | None:
        if signal in self.plan.console:
            from roku_desktop.telemetry.export.console import show

            show(signal, payload)
        return self._spool.put(signal, items, payload) if signal in self.plan.destinations else None

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
                    self._drop(parcel.signal, parcel.items, "refused")
                case Taken(answer=answer):
                    self._spool.done(parcel)
                    self._taken(parcel, answer)

    def _delivery(self, signal: Signal) -> Delivery | None:
        destination = self.plan.destinations.get(signal)
        if destination is None:
            return None
        if signal not in self._deliveries:
            self._deliveries[signal] = Delivery(destination, signal, self._known_bearer())
        return self._deliveries[signal]

    def _known_bearer(self) -> str:
        if self._bearer is None:
            self._bearer = self._find_bearer()
        return self._bearer

    def _taken(self, parcel: Parcel, answer: bytes) -> None:
        from roku_desktop.telemetry.export.encoding import rejected_items

        self._failures = 0
        rejected = rejected_items(parcel.signal, answer)
        kept = self.departure.sent + max(parcel.items - rejected, 0)
        self.departure = msgspec.structs.replace(self.departure, sent=kept, last_error="")
        if rejected > 0:
            self._drop(parcel.signal, rejected, "refused")

    def _wait(self, why: str, wait_s: float) -> None:
        self._failures += 1
        own_s = min(FIRST_WAIT_S * 2 ** min(self._failures - 1, 10), LONGEST_WAIT_S)
        self._not_before = time.monotonic() + max(wait_s, own_s * random.uniform(0.8, 1.2))  # noqa: S311  spread, no secret
        self._trouble(why)

    def _drop(self, signal: Signal, items: int, reason: str) -> None:
        dropped = self.departure.dropped + items
        self.departure = msgspec.structs.replace(self.departure, dropped=dropped)
        self._on_drop(signal, items, reason)

    def _trouble(self, why: str) -> None:
        if why != self.departure.last_error:
            _log.info("the collector has trouble: %s", why)
        self.departure = msgspec.structs.replace(self.departure, last_error=why)


def _due(batch: Batch[Item], everything: bool) -> list[list[Item]]:
    due_in_s = batch.due_in_s
    return list(batch.take()) if due_in_s is not None and (everything or due_in_s <= 0) else []
