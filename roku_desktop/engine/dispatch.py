"""From the tool calls of one answer to their results, as events in the order they happen.

Owns the order of events and how many tools run at once; `call_run.py` owns the way of one call. Each
call gets exactly one result, or the run parks because a person has to decide. Does not store anything:
the consumer stores each event before it asks for the next one, and a call goes on only after the event
it told was taken, so that nothing runs that is not on disk. Called by the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from operator import attrgetter
from pathlib import Path
from typing import Final

from roku_desktop.engine.approval.gate import Gate, Parked
from roku_desktop.engine.call_run import MAX_CALLS_PER_ANSWER, Bench, CallRun, Known, Place, Telling
from roku_desktop.engine.decisions import WAITING, Consent
from roku_desktop.engine.events import Event, ToolsAnswered
from roku_desktop.engine.messages import ToolCall, ToolMessage, ToolResult
from roku_desktop.engine.ports import Clock, Store
from roku_desktop.engine.settings import HARD_MAX_READ_BYTES, ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue

__all__ = ["MAX_CALLS_PER_ANSWER", "Dispatcher"]

MAX_CONCURRENT_TOOLS: Final = 8
_DECIDED: Final = ("approved", "rejected", "expired")
PARKING: Final = Consent(waits=False)


class Dispatcher:
    """Answers tool calls. `max_result_bytes` bounds each result, at most `HARD_MAX_READ_BYTES`."""

    def __init__(
        self,
        *,
        catalogue: ToolCatalogue,
        clock: Clock,
        store: Store | None = None,
        gate: Gate | None = None,
        max_result_bytes: int = ToolSettings().default_max_bytes,
        max_concurrent_tools: int = MAX_CONCURRENT_TOOLS,
        propagate: bool = True,
    ) -> None:
        self.catalogue = catalogue
        self._clock = clock
        self._store = store
        self._gate = gate
        self._max_result_bytes = min(max_result_bytes, HARD_MAX_READ_BYTES)
        self._max_concurrent_tools = max_concurrent_tools
        self._propagate = propagate

    async def answer_calls(
        self,
        calls: Sequence[ToolCall],
        *,
        workspace: Path,
        session_id: str,
        run_id: str,
        step: int,
        consent: Consent = PARKING,
    ) -> AsyncGenerator[Event, None]:
        """Run what may run, concurrently, and answer everything, in call order.

        Raises `Parked` when all that can run has run and the rest waits for a person. Close it
        (`contextlib.aclosing`) if you stop early. Cancelled or closed, it cancels the tools that run
        and waits for them; calls without a result are then the store's to close.
        """
        place = Place(workspace=workspace, session_id=session_id, run_id=run_id, step=step, consent=consent)
        results: dict[int, ToolResult] = {}
        while True:
            known = await self._known(place)
            left = [(index, call) for index, call in enumerate(calls) if index not in results]
            async with aclosing(self._round(place, known, left, results)) as events:
                async for event in events:
                    yield event
            if len(results) == len(calls):
                break
            waiting = {call.call_id for index, call in left if index not in results}
            if await self._may_park(place, waiting):
                raise Parked
        yield ToolsAnswered(
            session_id=session_id,
            run_id=run_id,
            at=self._clock.now(),
            step=step,
            message=ToolMessage(results=tuple(results[index] for index in range(len(calls)))),
        )

    async def _round(
        self,
        place: Place,
        known: Known,
        calls: Sequence[tuple[int, ToolCall]],
        results: dict[int, ToolResult],
    ) -> AsyncGenerator[Event, None]:
        """Go the way of each of these calls, as far as it leads, and add the results."""
        told: asyncio.Queue[Telling | None] = asyncio.Queue()
        bench = Bench(
            catalogue=self.catalogue,
            clock=self._clock,
            gate=self._gate,
            max_result_bytes=self._max_result_bytes,
            slots=asyncio.Semaphore(self._max_concurrent_tools),
            told=told,
            propagate=self._propagate,
        )
        tasks = {
            index: asyncio.create_task(
                CallRun(bench, place, known, call, index).answer(), name=f"call {index}"
            )
            for index, call in calls
        }
        for task in tasks.values():
            task.add_done_callback(lambda _: told.put_nowait(None))
        unfinished = len(tasks)
        try:
            while unfinished:
                together = [await told.get()]
                while not told.empty():
                    together.append(told.get_nowait())
                unfinished -= together.count(None)
                tellings = (telling for telling in together if telling is not None)
                for telling in sorted(tellings, key=attrgetter("index")):
                    yield telling.event
                    telling.stored.set()
            for index, task in tasks.items():
                result = task.result()
                if result is not None:
                    results[index] = result
        finally:
            await _cancel(tasks.values())

    async def _may_park(self, place: Place, call_ids: set[str]) -> bool:
        """Whether nothing was decided so far; then a decision of this process waits until it is parked."""
        while True:
            decisions = self._gate.decisions if self._gate else 0
            if await self._decided_meanwhile(place, call_ids):
                return False
            if self._gate is None or self._gate.park(place.run_id, decisions):
                return True

    async def _decided_meanwhile(self, place: Place, call_ids: set[str]) -> bool:
        """Whether somebody decided while other calls ran: then the run goes on instead of parking.

        On one of these calls, or on all that the sub-agent of one asked.
        """
        if self._store is None:
            return False
        approvals = await self._store.journal.of_step(place.run_id, place.step)
        if any(
            approval.state in _DECIDED and approval.request.call.call_id in call_ids for approval in approvals
        ):
            return True
        asking = {each.run_id for each in await self._store.journal.open_approvals() if each.state in WAITING}
        for call_id in call_ids:
            sub_agent = await self._store.sub_agent(place.run_id, call_id)
            last = await self._store.last_run(sub_agent.session_id) if sub_agent else None
            if last is not None and last.run_id not in asking:
                return True
        return False

    async def _known(self, place: Place) -> Known:
        if self._store is None:
            return Known()
        journal = self._store.journal
        return Known(
            results=await journal.results_of(place.run_id, place.step),
            approvals={
                approval.request.call.call_id: approval
                for approval in await journal.of_step(place.run_id, place.step)
            },
            plan=(await self._store.session(place.session_id)).plan,
        )


async def _cancel(tasks: Iterable[asyncio.Task[ToolResult | None]]) -> None:
    """Cancel tasks and wait until they are over."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
