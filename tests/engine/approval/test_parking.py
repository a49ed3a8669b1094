"""A decision that comes in the very moment in which the run parks is not lost: the run goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from roku_desktop.engine import ApprovalDecided, Consent
from roku_desktop.engine.ports import Store, SystemClock
from tests.support.appending import PROGRAM, append_call, lines_in, with_append
from tests.support.engines import engine_on, scripted

PARK = Consent(waits=False)
Moment = Literal["after the last look", "before the end is stored"]


class SlowParking:
    """A store that stands still while a run parks, as on a slow disk, until it may `go_on`."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._looks = 0
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    def around(self, store: Store) -> Store:
        journal = _Changed(store.journal, of_step=self._held_look(store.journal.of_step))
        return cast("Store", _Changed(store, journal=journal, finish_run=self._held_end(store.finish_run)))

    def _held_look(self, of_step: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def look(run_id: str, step: int) -> Any:
            seen = await of_step(run_id, step)
            self._looks += 1
            if self._looks == 2:  # the first is before the calls, the second before it parks
                await self._hold("after the last look")
            return seen

        return look

    def _held_end(self, finish_run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def end(event: Any) -> Any:
            if event.outcome == "parked":
                await self._hold("before the end is stored")
            return await finish_run(event)

        return end

    async def _hold(self, moment: Moment) -> None:
        if moment == self._moment:
            self.reached.set()
            await self.go_on.wait()


class ImpatientClock(SystemClock):
    """A clock whose waits take no time; after so many of them something happens, and time goes by again."""

    def __init__(self, waits: int, then: Callable[[], None]) -> None:
        self._waits_left = waits
        self._then = then

    async def sleep(self, delay_s: float) -> None:
        self._waits_left -= 1
        if self._waits_left == 0:
            self._then()
        await asyncio.sleep(0 if self._waits_left > 0 else delay_s)


class _Changed:
    def __init__(self, changed: object, **instead: object) -> None:
        self._changed = changed
        self.__dict__.update(instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._changed, name)


@pytest.mark.parametrize("moment", ["after the last look", "before the end is stored"])
async def test_what_is_decided_while_the_run_parks_lets_it_go_on(home: Path, tmp_path: Path, moment: Moment):
    (tmp_path / PROGRAM).write_text("one")
    slow = SlowParking(moment)
    model = scripted([append_call()], ["Done."])
    async with engine_on(home, model, tools=with_append, through=slow.around) as engine:
        decided = asyncio.Event()
        engine.subscribe(lambda event: decided.set() if isinstance(event, ApprovalDecided) else None)
        session = await engine.create_session(tmp_path)
        await engine.ask(session.session_id, "Append.", consent=PARK)
        await slow.reached.wait()
        (waiting,) = await engine.approvals.pending()
        deciding = asyncio.create_task(
            engine.approvals.decide(waiting.approval_id, "approve", origin="window", consent=PARK)
        )
        await decided.wait()
        slow.go_on.set()
        going_on = await deciding
        assert going_on is not None
        assert (await going_on.result()).outcome == "completed"
    assert lines_in(tmp_path) == 1


async def test_who_decides_elsewhere_waits_for_a_run_that_parks_slowly(home: Path, tmp_path: Path):
    (tmp_path / PROGRAM).write_text("one")
    slow = SlowParking("before the end is stored")
    hasty = ImpatientClock(60, slow.go_on.set)  # three seconds later, for who waits
    async with (
        engine_on(home, scripted([append_call()]), tools=with_append, through=slow.around) as parking,
        engine_on(home, scripted(["Done."]), tools=with_append, clock=hasty) as deciding,
    ):
        session = await parking.create_session(tmp_path)
        await parking.ask(session.session_id, "Append.", consent=PARK)
        await slow.reached.wait()
        (waiting,) = await deciding.approvals.pending()
        going_on = await deciding.approvals.decide(
            waiting.approval_id, "approve", origin="command line", consent=PARK
        )
        slow.go_on.set()  # also where nobody waited for it
        assert going_on is not None
        assert (await going_on.result()).outcome == "completed"
    assert lines_in(tmp_path) == 1
