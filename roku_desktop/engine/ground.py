"""What a turn stands on before it begins: who answers, what the model is told first, how far it may go.

Laid by `Grounds` for `turns.py`, from settings, choices and the session; nothing of it changes while the
turn runs but the steps that are left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from roku_desktop.engine.context.prompt import system_prompt
from roku_desktop.engine.decisions import Consent
from roku_desktop.engine.ports import Clock, Store, SystemPrompt
from roku_desktop.engine.records import Beginning, Instructions, RunRecord, SessionSummary
from roku_desktop.engine.routing.budget import Purse, Spent, spent_on
from roku_desktop.engine.routing.chooser import ModelChooser
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice
from roku_desktop.engine.settings import LoopSettings
from roku_desktop.engine.steps import StepAllowance


class Allotted(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn may use: the purse it pays from, and its steps; a sub-agent is lent them."""

    purse: Purse
    steps: StepAllowance


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """`record`: the run that goes on; `purse`: who pays."""

    summary: SessionSummary
    chosen: ModelChoice
    system: SystemPrompt
    consent: Consent
    thinking_budget_tokens: int | None
    steps: StepAllowance
    record: RunRecord | None
    purse: Purse


class Grounds:
    """`instructions` reads the standing instructions for a workspace, blocking."""

    def __init__(
        self,
        store: Store,
        chooser: ModelChooser,
        clock: Clock,
        instructions: Callable[[Path], tuple[Instructions, ...]],
    ) -> None:
        self._store = store
        self._chooser = chooser
        self._clock = clock
        self._instructions = instructions

    async def instructions(self, workspace: Path) -> tuple[Instructions, ...]:
        return await asyncio.to_thread(self._instructions, workspace)

    async def system(self, summary: SessionSummary) -> SystemPrompt:
        workspace = Path(summary.workspace)
        return system_prompt(
            workspace,
            self._clock,
            plan=summary.plan,
            is_task=bool(summary.parent_run_id),
            instructions=await self.instructions(workspace),
        )

    async def lay(
        self,
        beginning: Beginning,
        choice: ModelChoice,
        consent: Consent,
        budgets: LoopSettings,
        *,
        run_id: str,
        record: RunRecord | None = None,
        lent: Allotted | None = None,
    ) -> Ground:
        """Raises what `ModelChooser.for_turn` raises."""
        summary = beginning.summary
        remembered = ModelChoice(record.provider, record.model) if record else NO_CHOICE
        system = asyncio.create_task(self.system(summary), name="system prompt")  # files are read meanwhile
        try:
            if lent is None:
                lent = await self._allotted(summary.session_id, run_id, budgets, record)
            return Ground(
                summary=summary,
                chosen=await self._chooser.for_turn(beginning, choice, remembered),
                thinking_budget_tokens=self._chooser.thinking_budget_tokens(beginning),
                steps=lent.steps,
                system=await system,
                consent=consent,
                record=record,
                purse=lent.purse,
            )
        finally:
            system.cancel()

    async def _allotted(
        self, session_id: str, run_id: str, budgets: LoopSettings, record: RunRecord | None
    ) -> Allotted:
        """For a turn of a person: all that is allowed, without what an older part of its run has used."""
        if record is None:
            return Allotted(purse=Purse(session_id, run_id), steps=StepAllowance(budgets.initial_step_budget))
        below = await self._store.used_by_sub_agents(run_id)
        spent = spent_on(record.usage, record.cost_usd) + Spent(tokens=below.tokens, usd=below.cost_usd)
        return Allotted(
            purse=Purse(session_id, run_id, spent),
            steps=StepAllowance(budgets.initial_step_budget, used=record.steps + below.steps),
        )
