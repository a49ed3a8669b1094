"""The matrix of faults through the whole engine: attempts and their spacing, events, and what is read.

One engine for each wire meets every fault of `fault_matrix`, one turn each, on a clock whose waits take no
time. The breaker is off: what it makes of failures is tested for itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import Engine, ModelInfo, TurnFinished
from roku_desktop.engine.events import AttemptFailed, RetryScheduled, TextDelta
from roku_desktop.engine.ports import ChatRequest, Provider, ProviderItem
from roku_desktop.engine.settings import Resilience
from tests.support.clocks import HeldClock
from tests.support.engines import Heard, engine_on
from tests.support.fault_matrix import SERVER_FAULTS, Fault
from tests.support.labs import configured, no_spread, say, settings_of
from tests.support.wires import WIRES, Wire, limits

RETRYING = Resilience(max_retries=2, initial_backoff_ms=200, max_backoff_ms=30_000, failure_threshold=0)


class CurrentLab:
    """A provider called `lab`, behind which each fault puts its own."""

    name = "lab"

    def __init__(self) -> None:
        self.inner: Provider | None = None

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
        assert self.inner is not None
        async for item in self.inner.stream(request):
            yield item

    async def list_models(self) -> list[ModelInfo]:
        return []

    async def aclose(self) -> None:
        """Each fault closes its own."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a fault led to. `waits_s` are those announced; they were also slept, and nothing else was."""

    requests: int
    failed_attempts: list[str]
    waits_s: list[float]
    shown: str
    outcome: str
    read: str


def expected(fault: Fault) -> Seen:
    """Asked again only if it may heal, nothing was shown, and the server asks for no longer wait than
    is waited for; never earlier than it asks."""
    is_repeated = fault.kind.retryable and not fault.kept and (fault.wait_s or 0) <= 30
    waits_s = ([fault.wait_s] * 2 if fault.wait_s else [0.2, 0.4]) if is_repeated else []
    attempts = len(waits_s) + 1
    return Seen(
        requests=attempts,
        failed_attempts=[fault.kind.__name__] * attempts,
        waits_s=waits_s,
        shown=fault.kept,
        outcome=f"failed {fault.kind.__name__}",
        read=fault.sentence,
    )


async def met(wire: Wire, fault: Fault, engine: Engine, lab: CurrentLab, clock: HeldClock) -> Seen:
    heard = Heard(engine)
    clock.slept.clear()
    async with wire.serving(fault.reply(wire), limits=limits(**fault.limits)) as (server, provider):
        lab.inner = provider
        finished: TurnFinished = await say(engine)
        requests = len(server.requests)
    waits_s = [event.wait_s for event in heard if isinstance(event, RetryScheduled)]
    assert clock.slept == waits_s
    assert finished.failure is not None
    return Seen(
        requests=requests,
        failed_attempts=[event.failure.kind for event in heard if isinstance(event, AttemptFailed)],
        waits_s=waits_s,
        shown="".join(event.text for event in heard if isinstance(event, TextDelta)),
        outcome=f"{finished.outcome} {finished.failure.kind}",
        # Where the wait is too long, the moment until which it is left alone follows.
        read=finished.failure.message[: len(fault.sentence)],
    )


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_each_fault_is_met_as_its_class_says(wire: Wire, tmp_path: Path) -> None:
    lab, clock = CurrentLab(), HeldClock()
    settings = settings_of(configured("lab", primary_model="test-model"), resilience=RETRYING)
    async with engine_on(tmp_path / "home", lab, settings=settings, clock=clock, spread=no_spread) as engine:
        seen = {fault.name: await met(wire, fault, engine, lab, clock) for fault in SERVER_FAULTS}
    assert seen == {fault.name: expected(fault) for fault in SERVER_FAULTS}
