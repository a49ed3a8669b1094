"""Between a call that needs approval and its start: ask, wait or park, derive again.

Owns who waits in this process and how decisions reach them, also those made in another process. The
journal decides every race; nothing here allows what it does not hold. Called by the dispatcher.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.engine.approval.rules import scope_of
from roku_desktop.engine.decisions import WAITING, Approval, ApprovalRequest, Consent, Decision
from roku_desktop.engine.events import ApprovalDecided, ApprovalExpired, ApprovalRequested, Event
from roku_desktop.engine.execution import Execution, changes, digest_of
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.journal import Journal
from roku_desktop.engine.messages import ToolCall
from roku_desktop.engine.ports import ChangingTool, Clock, ToolRefusal
from roku_desktop.engine.sentences import phrase, said, wording_of

POLL_S: Final = 0.5
"""How soon a decision of another process is noticed; one of this process is at once."""

Tell = Callable[[Event], Awaitable[None]]
"""Returns when the event is stored and published."""


class Parked(Exception):
    """The run can't go on without a decision, and nobody is there to wait for it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A call that needs approval."""

    session_id: str
    run_id: str
    step: int
    call: ToolCall
    tool: ChangingTool
    arguments: bytes
    workspace: Path
    reason: str


class Gate:
    """One per process.

    Attributes:
        expire_after_s: how long a new request may wait; those that wait keep their time.
        decisions: how many were made in this process.
    """

    def __init__(self, journal: Journal, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self.expire_after_s = 0.0
        self.decisions = 0
        self._waiting: dict[str, asyncio.Event] = {}
        self._parking: set[str] = set()

    async def decided(self, approval: Approval, consent: Consent) -> Approval:
        """Return it when nothing of it is left to a person. Raises `Parked`."""
        if approval.state not in WAITING:
            return approval
        if not consent.waits:
            raise Parked
        return await self._wait(approval.approval_id)

    async def execution_of(self, asked: Asked, approval: Approval) -> Execution | None:
        """What may start now, once, with that approval; None where it would not be what was approved.

        Raises `ToolFailure` where the call can't be done any more.
        """
        execution = await asked.tool.execution(asked.arguments, asked.workspace)
        return execution if digest_of(execution) == approval.request.digest else None

    def wake(self, approval_id: str) -> None:
        """Something was decided in this process: a turn that waits for it here looks at once."""
        self.decisions += 1
        waiting = self._waiting.get(approval_id)
        if waiting is not None:
            waiting.set()

    def park(self, run_id: str, decisions: int) -> bool:
        """Let a run park, unless more than those decisions were made by now: then it has to look again.

        From here on it takes no decision up, until it is `parked`: whoever decides waits for that.
        """
        if self.decisions != decisions:
            return False
        self._parking.add(run_id)
        return True

    def parked(self, run_id: str) -> None:
        """The turn is over."""
        self._parking.discard(run_id)

    def is_parking(self, run_id: str) -> bool:
        return run_id in self._parking

    async def request(
        self, asked: Asked, consent: Consent, tell: Tell, replaced: ApprovalRequest | None = None
    ) -> Approval:
        """Ask, or let a rule answer. What replaces another is always asked of a person."""
        execution = await asked.tool.execution(asked.arguments, asked.workspace)
        now = self._clock.now()
        request = ApprovalRequest(
            approval_id=new_id("apr"),
            call=asked.call,
            workspace=str(asked.workspace),
            execution=execution,
            digest=digest_of(execution),
            preview=await asked.tool.preview(execution, asked.arguments, asked.workspace),
            reason=str(asked.reason),
            reason_wording=wording_of(asked.reason),
            expires_at=now + self.expire_after_s,
            replaces=replaced.approval_id if replaced else "",
            changes=tuple(changes(replaced.execution, execution)) if replaced else (),
        )
        decision = await self._by_rule(asked, request) if consent.uses_rules and not replaced else None
        here = partial(ApprovalRequested, session_id=asked.session_id, run_id=asked.run_id)
        await tell(here(at=now, step=asked.step, request=request, decision=decision))
        return await self._journal.approval(request.approval_id)

    async def _by_rule(self, asked: Asked, request: ApprovalRequest) -> Decision | None:
        scope = scope_of(request.execution)
        rule = await self._journal.rule_for(asked.session_id, request.workspace, scope)
        if rule is None:
            return None
        return Decision(verdict="approve", origin="rule", rule_id=rule.rule_id)

    async def _wait(self, approval_id: str) -> Approval:
        """Wait until it is decided, resolved or expired."""
        decided = self._waiting.setdefault(approval_id, asyncio.Event())
        try:
            while True:
                here = decided.is_set()
                approval = await self._journal.approval(approval_id)
                if approval.state not in WAITING:
                    self._tell_of_elsewhere(approval, here=here)
                    return approval
                if approval.state != "unknown" and self._clock.now() >= approval.request.expires_at:
                    await self._journal.expire(self._clock.now())
                    continue
                await self._pause(decided)
        finally:
            self._waiting.pop(approval_id, None)

    async def _pause(self, decided: asyncio.Event) -> None:
        """Until something was decided here, or it is time to look what others did."""
        here = asyncio.create_task(decided.wait())
        later = asyncio.create_task(self._clock.sleep(POLL_S))
        try:
            await asyncio.wait((here, later), return_when=asyncio.FIRST_COMPLETED)
        finally:
            here.cancel()
            later.cancel()
            await asyncio.gather(here, later, return_exceptions=True)

    def _tell_of_elsewhere(self, approval: Approval, *, here: bool) -> None:
        """What was decided here has been told by whoever decided."""
        if here:
            return
        at, named = self._clock.now(), {"session_id": approval.session_id, "run_id": approval.run_id}
        if approval.state == "expired":
            self._publish(ApprovalExpired(**named, at=at, approval_id=approval.approval_id))
        elif approval.decision is not None:
            decision = approval.decision
            self._publish(
                ApprovalDecided(**named, at=at, approval_id=approval.approval_id, decision=decision)
            )


def refusal_of(approval: Approval) -> ToolRefusal:
    """What the model reads about a call that was decided and not allowed."""
    match approval.state:
        case "rejected":
            comment = approval.decision.comment.strip() if approval.decision else ""
            if comment:
                return ToolRefusal(
                    said(
                        "The person rejected this call; it did not run. They said: {comment}", comment=comment
                    )
                )
            return ToolRefusal(phrase("The person rejected this call; it did not run."))
        case "expired":
            return ToolRefusal(phrase("Nobody decided on this call in time, so it did not run."))
        case _:
            return ToolRefusal(phrase("This call was withdrawn; it did not run."))
