"""What a face can do about approvals: list, show, decide, resolve; rules; the audit log.

`Engine.approvals` is one of these. All of it works in any process of the home: a decision made here
reaches a turn that waits elsewhere, and a parked run goes on in the process that decided.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from roku_desktop.engine.approval.aftermath import traces_of
from roku_desktop.engine.approval.gate import Gate
from roku_desktop.engine.approval.rules import scope_of, words_for
from roku_desktop.engine.decisions import (
    Approval,
    AuditEntry,
    Consent,
    Decision,
    Origin,
    Reach,
    Resolution,
    Rule,
    Verdict,
)
from roku_desktop.engine.errors import ApprovalNotOpenError, SessionBusyError
from roku_desktop.engine.events import ApprovalDecided, ApprovalExpired, ApprovalResolved, Event
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.messages import ToolOutcome, ToolResult
from roku_desktop.engine.ports import Clock, Store
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice
from roku_desktop.engine.sentences import said
from roku_desktop.engine.session import Turn
from roku_desktop.engine.turns import Turns

_PARKING_S: Final = 10.0
"""Longer than a turn of another process takes to park: a write may wait 5 s for the database. Nearly always
it is over, or the decision taken up, within a second."""
_LOOK_S: Final = 0.05

_SAID: Final = {
    "done": "The program was stopped while this ran. The person looked, and says that it was done.",
    "skip": "The program was stopped while this ran. The person chose not to run it again; "
    "look at what it may have changed before you go on.",
}


class Approvals:
    """`origin` of a decision says which face made it; who, is the account's name."""

    def __init__(
        self, store: Store, turns: Turns, gate: Gate, clock: Clock, publish: Callable[[Event], None]
    ) -> None:
        self._journal = store.journal
        self._store = store
        self._turns = turns
        self._gate = gate
        self._clock = clock
        self._publish = publish

    async def pending(self) -> list[Approval]:
        """What waits for a person, or was approved and not used yet, oldest first."""
        return await self._journal.open_approvals()

    async def damaged(self) -> list[str]:
        """What waits and can't be read, or was changed behind the program's back, a sentence each."""
        return await self._journal.damaged()

    async def get(self, approval_id: str) -> Approval:
        """Raises `NotFoundError`, or `StorageError` for one that was damaged."""
        return await self._journal.approval(approval_id)

    async def mark_shown(self, approval_id: str) -> None:
        await self._journal.show(approval_id, self._clock.now())

    async def decide(
        self,
        approval_id: str,
        verdict: Verdict,
        *,
        origin: Origin,
        reach: Reach = "once",
        comment: str = "",
        choice: ModelChoice = NO_CHOICE,
        consent: Consent | None = None,
    ) -> Turn | None:
        """Decide; returns the turn that goes on here, None where another process has it.

        Durable when it returns. Raises `ApprovalNotOpenError` where somebody else was faster, or where
        nobody was fast enough.
        """
        now = self._clock.now()
        decision = Decision(verdict=verdict, reach=reach, comment=comment, who=_account(), origin=origin)
        asked = await self._journal.approval(approval_id)
        rule = await self._rule(asked, decision, now)
        approval = await self._journal.decide(approval_id, decision, now, rule)
        here: Callable[[], dict[str, Any]] = partial(
            dict, session_id=approval.session_id, run_id=approval.run_id, at=now
        )
        if approval.state == "expired":
            self._publish(ApprovalExpired(**here(), approval_id=approval_id))
            self._gate.wake(approval_id)
            raise ApprovalNotOpenError(
                said(
                    "The approval {approval_id} has expired: nobody decided in time.", approval_id=approval_id
                )
            )
        self._publish(ApprovalDecided(**here(), approval_id=approval_id, decision=decision))
        return await self._go_on(approval, choice, consent)

    async def resolve(
        self,
        approval_id: str,
        resolution: Resolution,
        *,
        origin: Origin,
        choice: ModelChoice = NO_CHOICE,
        consent: Consent | None = None,
    ) -> Turn | None:
        """Say what becomes of a call whose outcome is unknown; else as `decide`."""
        now = self._clock.now()
        approval = await self._journal.approval(approval_id)
        call = approval.request.call
        result = None
        if resolution != "rerun":
            outcome: ToolOutcome = "ok" if resolution == "done" else "interrupted"
            result = ToolResult(
                call_id=call.call_id, name=call.name, content=_SAID[resolution], outcome=outcome
            )
        who = Decision(verdict="approve", who=_account(), origin=origin)
        approval = await self._journal.resolve(approval_id, resolution, now, result=result, decision=who)
        self._publish(
            ApprovalResolved(
                session_id=approval.session_id,
                run_id=approval.run_id,
                at=now,
                approval_id=approval_id,
                resolution=resolution,
            )
        )
        return await self._go_on(approval, choice, consent)

    async def what_is_known(self, approval: Approval) -> list[str]:
        """About a call whose outcome is unknown, a clause each; never empty."""
        tool = self._turns.catalogue.get(approval.request.call.name)
        return await asyncio.to_thread(traces_of, approval, tool)

    def scope_in_words(self, approval: Approval) -> str:
        """What a rule made from it would allow from then on, one line."""
        return words_for(approval.request.execution)

    async def rules(self) -> list[Rule]:
        return await self._journal.rules()

    async def revoke(self, rule_id: str, *, origin: Origin) -> None:
        who = Decision(verdict="reject", who=_account(), origin=origin)
        await self._journal.revoke(rule_id, self._clock.now(), who)

    async def audit(self, limit: int = 1000) -> list[AuditEntry]:
        return await self._journal.audit(limit)

    async def _rule(self, asked: Approval, decision: Decision, now: float) -> Rule | None:
        """For a session it is made for the one that the person sees: it holds for its sub-agents too."""
        if decision.verdict != "approve" or decision.reach == "once":
            return None
        session_id, _ = await self._above(asked) if decision.reach == "session" else ("", "")
        return Rule(
            rule_id=new_id("rul"),
            session_id=session_id,
            workspace=asked.request.workspace,
            scope=scope_of(asked.request.execution),
            description=str(words_for(asked.request.execution)),
            created_at=now,
            approval_id=asked.approval_id,
        )

    async def _go_on(self, approval: Approval, choice: ModelChoice, consent: Consent | None) -> Turn | None:
        self._gate.wake(approval.approval_id)
        session_id, run_id = await self._above(approval)
        here = self._turns.of_session(session_id) or self._turns.of_session(approval.session_id)
        if here is not None and self._gate.is_parking(here.run_id):  # too late for it to take that up
            await here.result()
            here = self._turns.of_session(session_id)
        if here is not None:
            return here
        if not await self._parks(approval, run_id):
            return None
        try:
            return await self._turns.resume(run_id, choice, consent or Consent())
        except SessionBusyError:  # somebody else resumed it in this moment
            return None

    async def _above(self, approval: Approval) -> tuple[str, str]:
        """The session and run that go on: those whose sub-agent asked, where it was one."""
        session = await self._store.session(approval.session_id)
        if not session.parent_run_id:
            return approval.session_id, approval.run_id
        return (await self._store.run(session.parent_run_id)).session_id, session.parent_run_id

    async def _parks(self, approval: Approval, run_id: str) -> bool:
        """Whether nobody drives the run; one that runs elsewhere may be parking in this moment."""
        waited_s = 0.0
        while (status := (await self._store.run(run_id)).status) == "running":
            used = (await self._journal.approval(approval.approval_id)).state not in ("approved", "rejected")
            if used or waited_s >= _PARKING_S:
                return False
            await self._clock.sleep(_LOOK_S)
            waited_s += _LOOK_S
        return status == "parked"


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return ""
