"""What the events about approvals are measured as: asked, decided by whom, waited for, still waiting.

Keeps when each approval of a running turn was asked for. One that an earlier process asked for is
counted when it is decided and has no waiting time: nobody sat before it all that while. A decision
that one process makes for a turn of another is counted by both. Pure; called by `metering.py`.
"""

from __future__ import annotations

from typing import assert_never

from roku_desktop.engine.events import (
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    TurnFinished,
)
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.instruments import Instrument
from roku_desktop.telemetry.measurement import Measurement, attributes_of

ApprovalEvent = ApprovalRequested | ApprovalDecided | ApprovalExpired | ApprovalResolved


class ApprovalMeter:
    """Measures the approvals of all runs of a process."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[str, float]] = {}  # approval → its run, Unix seconds

    def measure(self, event: ApprovalEvent, tool: str) -> list[Measurement]:
        """Return what the event adds; `tool` is the name of the tool that asks, where one does."""
        match event:
            case ApprovalRequested():
                asked = _value(table.APPROVAL_REQUESTED, event.at, 1, {table.TOOL: tool})
                if event.decision is not None:
                    return [asked, *_decided(event.at, event.decision.verdict, "session rule", 0.0)]
                self._asked[event.request.approval_id] = (event.run_id, event.at)
                return [asked, self._pending(event.at)]
            case ApprovalDecided():
                source = "session rule" if event.decision.origin == "rule" else "person"
                return self._settled(event, event.decision.verdict, source)
            case ApprovalExpired():
                return self._settled(event, "expired", "policy")
            case ApprovalResolved():
                return self._settled(event, event.resolution, "person")
            case _:
                assert_never(event)

    def ended(self, event: TurnFinished) -> list[Measurement]:
        """Nothing waits in this process for a turn that is over or parked."""
        left = [approval_id for approval_id, (run_id, _) in self._asked.items() if run_id == event.run_id]
        for approval_id in left:
            del self._asked[approval_id]
        return [self._pending(event.at)] if left else []

    def _settled(
        self, event: ApprovalDecided | ApprovalExpired | ApprovalResolved, decision: str, source: str
    ) -> list[Measurement]:
        asked = self._asked.pop(event.approval_id, None)
        if asked is None:
            return _decided(event.at, decision, source, None)
        wait_s = max(event.at - asked[1], 0.0)
        return [*_decided(event.at, decision, source, wait_s), self._pending(event.at)]

    def _pending(self, at: float) -> Measurement:
        return _value(table.APPROVAL_PENDING, at, len(self._asked), {})


def _decided(at: float, decision: str, source: str, wait_s: float | None) -> list[Measurement]:
    measured = [_value(table.APPROVAL_DECIDED, at, 1, {table.DECISION: decision, table.SOURCE: source})]
    if wait_s is not None:
        measured.append(_value(table.APPROVAL_WAIT, at, wait_s, {table.DECISION: decision}))
    return measured


def _value(instrument: Instrument, at: float, value: float, named: dict[str, str]) -> Measurement:
    return Measurement(instrument=instrument, at=at, value=float(value), attributes=attributes_of(named))
