"""`SqliteJournal`: the port `Journal` over the same file as the store. Joins modules, adds no rules.

Made by `store.py`. Each call is one transaction, durable when it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from roku_desktop.engine import storage
from roku_desktop.engine.decisions import Approval, AuditEntry, Decision, Resolution, Rule
from roku_desktop.engine.messages import ToolResult
from roku_desktop.engine.storage.database import Database
from roku_desktop.engine.storage.instances import Instances

if TYPE_CHECKING:  # loaded where they are first named, as in `store.py`
    import roku_desktop.engine.storage.approvals
    import roku_desktop.engine.storage.audit
    import roku_desktop.engine.storage.calls
    import roku_desktop.engine.storage.closing
    import roku_desktop.engine.storage.rules  # noqa: F401  # as `storage.rules`, like the others


class SqliteJournal:
    """Approvals, rules and the audit log of one home."""

    def __init__(self, database: Database, instances: Instances) -> None:
        self._database = database
        self._instances = instances

    async def open_approvals(self) -> list[Approval]:
        return await self._database.read(lambda db: storage.approvals.open_ones(db, self._instances))

    async def damaged(self) -> list[str]:
        return await self._database.read(lambda db: storage.approvals.findings(db, open_only=True))

    async def approval(self, approval_id: str) -> Approval:
        return await self._database.read(lambda db: storage.approvals.of_id(db, approval_id, self._instances))

    async def of_step(self, run_id: str, step: int) -> list[Approval]:
        return await self._database.read(
            lambda db: storage.approvals.of_step(db, run_id, step, self._instances)
        )

    async def results_of(self, run_id: str, step: int) -> dict[str, ToolResult]:
        return await self._database.read(lambda db: storage.calls.results_of(db, run_id, step))

    async def states(self, approval_ids: list[str]) -> dict[str, str]:
        marks = ", ".join("?" * len(approval_ids))
        sql = f"SELECT approval_id, state FROM approvals WHERE approval_id IN ({marks})"  # noqa: S608  question marks
        return dict(await self._database.read_rows(sql, approval_ids))

    async def show(self, approval_id: str, at: float) -> None:
        await self._database.write(lambda db: storage.approvals.show(db, approval_id, at))

    async def decide(
        self, approval_id: str, decision: Decision, at: float, rule: Rule | None = None
    ) -> Approval:
        def work(db: object) -> Approval:
            storage.closing.end_expired(db, at)
            approval = storage.approvals.of_id(db, approval_id, self._instances)  # raises if damaged
            if approval.state == "expired":
                return approval
            storage.approvals.decide(db, approval_id, decision, at)
            if rule is not None:
                storage.rules.add(db, rule, decision)
            return storage.approvals.of_id(db, approval_id, self._instances)

        return await self._database.write(work)

    async def resolve(
        self,
        approval_id: str,
        resolution: Resolution,
        at: float,
        *,
        result: ToolResult | None,
        decision: Decision,
    ) -> Approval:
        def work(db: object) -> Approval:
            storage.approvals.resolve(db, approval_id, resolution, at, result=result, who=decision)
            resolved = storage.approvals.of_id(db, approval_id, self._instances)
            if result is not None:
                storage.calls.keep_result(db, resolved.run_id, resolved.step, result, at=at)
            return resolved

        return await self._database.write(work)

    async def expire(self, now: float) -> list[tuple[str, str, str]]:
        return await self._database.write(lambda db: storage.closing.end_expired(db, now))

    async def rule_for(self, session_id: str, workspace: str, scope: str) -> Rule | None:
        return await self._database.read(lambda db: storage.rules.matching(db, session_id, workspace, scope))

    async def rules(self) -> list[Rule]:
        return await self._database.read(storage.rules.all_of)

    async def revoke(self, rule_id: str, at: float, decision: Decision) -> None:
        await self._database.write(lambda db: storage.rules.revoke(db, rule_id, at, decision))

    async def audit(self, limit: int) -> list[AuditEntry]:
        return await self._database.read(lambda db: storage.audit.entries(db, limit))
