"""What a person lets be spent: limits per question, session and day, in US dollars and in tokens.

Owns the arithmetic and the sentences; what was spent lies in storage (the ledger, the runs) and, for
the question under way, here. Without a limit nothing is read or computed. A model without a known
price is never counted as free: its tokens count, and its money is unknown (docs/decisions/0015).
Made by `router.py` for each turn, asked by `route.py` before and after each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from roku_desktop.engine.context.estimate import request_tokens
from roku_desktop.engine.errors import BudgetExceeded
from roku_desktop.engine.events import BudgetNear, BudgetScope, BudgetUnit
from roku_desktop.engine.messages import AssistantMessage, Usage
from roku_desktop.engine.ports import ChatRequest, Clock, Price, Store
from roku_desktop.engine.records import local_day
from roku_desktop.engine.routing.explanation import amount
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import BudgetSettings


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One limit. `key` is where a person set it."""

    scope: BudgetScope
    unit: BudgetUnit
    amount: float

    @property
    def key(self) -> str:
        return f"runtime.budget.{self.scope}_{self.unit}"


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens read and written, and the part of their cost that is known."""

    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(tokens=self.tokens + other.tokens, usd=self.usd + other.usd)


class Purse:
    """What one question has spent, itself and by its sub-agents, which pay from the same one.

    Attributes:
        session_id, run_id: the question's own.
        told: the limits that were said to be near.
    """

    def __init__(self, session_id: str, run_id: str, spent: Spent | None = None) -> None:
        self.session_id = session_id
        self.run_id = run_id
        self.spent = spent or Spent()
        self.told: set[Limit] = set()

    def pay(self, spent: Spent) -> None:
        self.spent += spent


def limits_of(settings: BudgetSettings) -> tuple[Limit, ...]:
    scopes: tuple[BudgetScope, ...] = ("request", "session", "day")
    units: tuple[BudgetUnit, ...] = ("usd", "tokens")
    return tuple(
        Limit(scope=scope, unit=unit, amount=amount)
        for scope in scopes
        for unit in units
        if (amount := getattr(settings, f"{scope}_{unit}")) is not None
    )


class TurnBudget:
    """The limits of one turn, which pays from that purse."""

    def __init__(
        self,
        settings: BudgetSettings,
        *,
        purse: Purse,
        run_id: str,
        store: Store,
        price: Price,
        clock: Clock,
    ) -> None:
        self._limits = limits_of(settings)
        self._warn_at = settings.warn_percent / 100
        self._purse = purse
        self._run_id = run_id
        self._store = store
        self._price = price
        self._clock = clock

    async def before(self, choice: ModelChoice, request: ChatRequest) -> list[BudgetNear]:
        """Refuse a request whose input alone would exceed a limit, by an estimate.

        Raises `BudgetExceeded`; returns the limits that are near and were not told of for this question.
        """
        if not self._limits:
            return []
        ahead = await self._cost_of(choice, request_tokens(request))
        so_far = await self._so_far()
        for limit in self._limits:
            if _exceeds(limit, so_far[limit.scope], ahead):
                raise _refusal(limit, so_far[limit.scope], choice)
        return self._near(so_far)

    async def affords(self, choice: ModelChoice, tokens: int) -> bool:
        """Whether that model may be asked."""
        if not self._limits:
            return True
        ahead, so_far = await self._cost_of(choice, tokens), await self._so_far()
        return not any(_exceeds(limit, so_far[limit.scope], ahead) for limit in self._limits)

    async def after(self, answer: AssistantMessage) -> list[BudgetNear]:
        """Count an answer that is not stored yet; returns the limits that are near now."""
        if not self._limits:
            return []
        cost_usd = await self._price(answer.provider, answer.model, answer.usage)
        new = spent_on(answer.usage, cost_usd)
        self._purse.pay(new)
        so_far = await self._so_far()
        return self._near(so_far | {"day": so_far["day"] + new})

    async def _cost_of(self, choice: ModelChoice, tokens: int) -> Spent:
        if not any(limit.unit == "usd" for limit in self._limits):
            return Spent(tokens=tokens)
        return Spent(
            tokens=tokens,
            usd=await self._price(choice.provider, choice.model, Usage(input_tokens=tokens)) or 0.0,
        )

    async def _so_far(self) -> dict[BudgetScope, Spent]:
        scopes = {limit.scope for limit in self._limits}
        asked, own = self._purse, self._purse.spent
        so_far: dict[BudgetScope, Spent] = {"request": own, "session": own, "day": Spent()}
        if "session" in scopes:
            others = await self._store.session_costs(asked.session_id, except_run_id=asked.run_id)
            so_far["session"] += Spent(tokens=others.tokens, usd=others.cost_usd)
        if "day" in scopes:
            for row in await self._store.costs(local_day(self._clock.now())):
                so_far["day"] += Spent(tokens=row.input_tokens + row.output_tokens, usd=row.cost_usd)
        return so_far

    def _near(self, so_far: dict[BudgetScope, Spent]) -> list[BudgetNear]:
        near = []
        for limit in self._limits:
            spent = getattr(so_far[limit.scope], limit.unit)
            if limit not in self._purse.told and spent >= limit.amount * self._warn_at:
                self._purse.told.add(limit)
                near.append(
                    BudgetNear(
                        session_id=self._purse.session_id,
                        run_id=self._run_id,
                        at=self._clock.now(),
                        scope=limit.scope,
                        unit=limit.unit,
                        spent=spent,
                        limit=limit.amount,
                    )
                )
        return near


def spent_on(usage: Usage, cost_usd: float | None) -> Spent:
    """A price that is not known adds nothing."""
    return Spent(tokens=usage.input_tokens + usage.output_tokens, usd=cost_usd or 0.0)


def _exceeds(limit: Limit, so_far: Spent, ahead: Spent) -> bool:
    spent = getattr(so_far, limit.unit)
    return bool(spent >= limit.amount or spent + getattr(ahead, limit.unit) > limit.amount)


def _refusal(limit: Limit, so_far: Spent, choice: ModelChoice) -> BudgetExceeded:
    spent = getattr(so_far, limit.unit)
    template = _USED_UP[limit.scope] if spent >= limit.amount else _TOO_SMALL[limit.scope]
    used, whole = amount(spent, limit.unit), amount(limit.amount, limit.unit)
    return BudgetExceeded(
        said(template, used=used, whole=whole, key=limit.key),
        provider=choice.provider,
        model=choice.model,
    )


_USED_UP: Final[Mapping[BudgetScope, str]] = {
    "request": said("The question's budget is used up ({used} of {whole} spent; {key})."),
    "session": said("The session's budget is used up ({used} of {whole} spent; {key})."),
    "day": said("The day's budget is used up ({used} of {whole} spent; {key})."),
}
_TOO_SMALL: Final[Mapping[BudgetScope, str]] = {
    "request": said(
        "The question's budget does not suffice for another request ({used} of {whole} spent; {key})."
    ),
    "session": said(
        "The session's budget does not suffice for another request ({used} of {whole} spent; {key})."
    ),
    "day": said("The day's budget does not suffice for another request ({used} of {whole} spent; {key})."),
}
