"""Sub-agents: a task that a model hands over is a turn in a session of its own, below the call.

So it has its own history, and what holds for every turn holds for it: the gate, the journal, a kill, the
ledger, the trace. It ends with the call: in time, with its answer cut to what a model wants to read, and
with the steps it did not use given back. Where it waits for a person who is not there the whole run parks,
and asks the same sub-agent to go on when it is resumed.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

import msgspec

from roku_desktop.engine.approval.gate import Parked
from roku_desktop.engine.decisions import WAITING, Consent
from roku_desktop.engine.events import TurnFinished
from roku_desktop.engine.messages import AssistantMessage
from roku_desktop.engine.ports import CallContext, Store, ToolFailure
from roku_desktop.engine.routing.budget import Purse
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.session import Turn
from roku_desktop.engine.steps import StepAllowance

TIME_LIMIT_S: Final = 120.0
_LOOKS: Final = 24
"""How often within the limit it is looked whether a person is waited for."""
MOST_STEPS: Final = 50
MOST_CHARS: Final = 4_000
_CUT: Final = "\n… (the rest was cut)"


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """The turn that hands a task over: who answers there, how its calls are approved, what it has left."""

    workspace: str
    plan: bool
    chosen: ModelChoice
    consent: Consent
    steps: StepAllowance
    purse: Purse


class Asking(Protocol):
    """What begins turns."""

    def parent_of(self, run_id: str) -> Parent: ...

    async def begin_below(self, parent: Parent, session_id: str, task: str, steps: StepAllowance) -> Turn: ...

    async def go_on_below(self, parent: Parent, run_id: str, steps: StepAllowance) -> Turn: ...


class SubAgents:
    """Carries out tasks; any number at once."""

    def __init__(self, asking: Asking, store: Store, *, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._asking = asking
        self._store = store
        self._time_limit_s = time_limit_s

    async def carry_out(self, task: str, call: CallContext) -> str:
        """Return the answer.

        Raises `ToolFailure` with what went wrong, `Parked` where a person has to decide.
        """
        parent = self._asking.parent_of(call.run_id)
        steps = parent.steps.lend(MOST_STEPS)
        try:
            return await self._carried_out(task, call, parent, steps)
        finally:
            parent.steps.give_back(steps)

    async def _carried_out(self, task: str, call: CallContext, parent: Parent, steps: StepAllowance) -> str:
        session = await self._store.sub_agent(call.run_id, call.call_id)
        if session is None:
            session = await self._store.create_session(
                workspace=parent.workspace,
                title=task[:80],
                plan=parent.plan,
                parent=(call.run_id, call.call_id),
            )
        before = await self._store.last_run(session.session_id)
        if before is not None and before.status == "completed":
            return await self._answer(session.session_id)
        if not steps.left:
            raise ToolFailure("No step is left for a sub-agent: do it yourself, or answer now.")
        if before is None:
            turn = await self._asking.begin_below(parent, session.session_id, task, steps)
        else:
            turn = await self._asking.go_on_below(parent, before.run_id, steps)
        try:
            finished = await self._end_of(turn)
        except asyncio.CancelledError:
            turn.stop("interrupted")
            await turn.result()
            raise
        return await self._told(finished, turn)

    async def _end_of(self, turn: Turn) -> TurnFinished | None:
        """The end of the turn, or None after the time limit; while a person is waited for no time passes."""
        looks_left = _LOOKS
        while looks_left:
            try:
                async with asyncio.timeout(self._time_limit_s / _LOOKS):
                    return await turn.result()
            except TimeoutError:
                looks_left -= not await self._waits_for_a_person(turn.run_id)
        turn.stop()
        await turn.result()
        return None

    async def _waits_for_a_person(self, run_id: str) -> bool:
        asked = await self._store.journal.open_approvals()
        return any(each.run_id == run_id and each.state in WAITING for each in asked)

    async def _told(self, finished: TurnFinished | None, turn: Turn) -> str:
        if finished is not None and finished.outcome == "completed":
            return await self._answer(turn.session_id)
        if finished is not None and finished.outcome == "parked":
            raise Parked
        said = await self._answer(turn.session_id)
        if finished is None:
            why = f"The sub-agent was stopped after its {self._time_limit_s:.0f} seconds."
        elif finished.failure is not None:
            why = f"The sub-agent failed: {finished.failure.message}"
        else:
            why = "The sub-agent was stopped."
        raise ToolFailure(f"{why} So far it said:\n{said}" if said else why)

    async def _answer(self, session_id: str) -> str:
        newest = await self._store.messages(session_id, limit=8)
        answers = [each.message for each in newest if isinstance(each.message, AssistantMessage)]
        text = answers[-1].text.strip() if answers else ""
        return text if len(text) <= MOST_CHARS else text[: MOST_CHARS - len(_CUT)] + _CUT
