"""The seam behind which approvals last; `ports.Store` hands it out, `storage/` implements it."""

from __future__ import annotations

from typing import Protocol

from roku_desktop.engine.decisions import Approval, AuditEntry, Decision, Resolution, Rule
from roku_desktop.engine.messages import ToolResult


class Journal(Protocol):
    """Approvals, the rules people made, and the audit log. Each call is one durable transaction.

    Requests, starts and results are stored as events (`Store.append`). `decision` says who acts.
    """

    async def open_approvals(self) -> list[Approval]:
        """All that wait for a person, or were decided and not used yet, oldest first."""
        ...

    async def damaged(self) -> list[str]:
        """A sentence for each open one whose row can't be trusted; it is never carried out."""
        ...

    async def approval(self, approval_id: str) -> Approval: ...

    async def of_step(self, run_id: str, step: int) -> list[Approval]: ...

    async def results_of(self, run_id: str, step: int) -> dict[str, ToolResult]:
        """Results of that step's calls that are known already, by call."""
        ...

    async def states(self, approval_ids: list[str]) -> dict[str, str]: ...

    async def show(self, approval_id: str, at: float) -> None: ...

    async def decide(
        self, approval_id: str, decision: Decision, at: float, rule: Rule | None = None
    ) -> Approval:
        """One caller wins, others get `ApprovalNotOpenError`. Too late, it comes back as expired."""
        ...

    async def resolve(
        self,
        approval_id: str,
        resolution: Resolution,
        at: float,
        *,
        result: ToolResult | None,
        decision: Decision,
    ) -> Approval:
        """Without a result the call may run once more."""
        ...

    async def expire(self, now: float) -> list[tuple[str, str, str]]:
        """Refuse what is past its time; returns (approval, session, run) of each."""
        ...

    async def rule_for(self, session_id: str, workspace: str, scope: str) -> Rule | None: ...

    async def rules(self) -> list[Rule]: ...

    async def revoke(self, rule_id: str, at: float, decision: Decision) -> None: ...

    async def audit(self, limit: int) -> list[AuditEntry]: ...
