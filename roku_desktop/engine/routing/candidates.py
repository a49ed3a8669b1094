"""Who may stand in for a model that can't answer: in which order, and what keeps the others from it.

The order: the fallback models of the same provider, then the other providers that a person configured,
by risk tier, priority, cost and the file's order; where the provider is pinned, those of its `failover`
list alone. One is passed over if its region or its tier forbids it, its breaker is open, it has no key, it
lacks tools or can't see the images it is asked about, the conversation doesn't fit into its window, or a
budget does not allow it; one that needs a person's yes is offered and not gone to (docs/decisions/0038).
The model that was chosen is asked in any case: only its provider knows better. Called by `route.py`, when
something has failed.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final, get_args

import msgspec

from roku_desktop.engine.errors import (
    AuthenticationFailed,
    BreakerOpen,
    ConnectionFailed,
    ProviderError,
    QuotaExceeded,
    TlsFailed,
)
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.ports import ModelInfo, Price, Providers
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.settings import LlmSettings, RiskTier

LISTING_TIMEOUT_S: Final = 2.0
"""For asking a stand-in what its models can do; without an answer it is assumed to be fit."""

_OF_THE_WHOLE_PROVIDER: Final = (
    AuthenticationFailed,
    BreakerOpen,
    ConnectionFailed,
    QuotaExceeded,
    TlsFailed,
)
"""Failures that another model of the same provider would meet as well."""

_TIERS: Final[tuple[RiskTier, ...]] = get_args(RiskTier)

_COMPARED: Final = Usage(input_tokens=1_000, output_tokens=1_000)


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a request asks of a model. `tokens` is estimated."""

    tokens: int
    tools: bool
    images: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for or against providers just now."""

    is_open: Callable[[str], bool]
    """Whether that provider's breaker is open."""
    affords: Callable[[ModelChoice, int], Awaitable[bool]]
    """Whether the budgets allow to ask that model with so many tokens."""


class Candidates:
    """Stand-ins for one turn: what the models can do is asked once."""

    def __init__(
        self, settings: LlmSettings, *, providers: Providers, price: Price, standing: Standing
    ) -> None:
        self._settings = settings
        self._providers = providers
        self._price = price
        self._standing = standing
        self._listed: dict[str, list[ModelInfo]] = {}
        self.passed_over: dict[str, str] = {}

    async def likely(
        self,
        current: ModelChoice,
        error: ProviderError,
        tried: Iterable[ModelChoice],
        needs: Needs,
        *,
        by_person: bool,
    ) -> ModelChoice | None:
        """Who would be next, without asking anyone over the network.

        `by_person`: a person will be asked, so one that needs their yes may be offered.
        """
        async for choice in self._in_order(current, error, tried):
            if not by_person and self._needs_a_yes(current, choice):
                continue
            if choice.model and not await self._objection(choice, needs):
                return choice
        return None

    async def fit(
        self, current: ModelChoice, error: ProviderError, tried: Iterable[ModelChoice], needs: Needs
    ) -> ModelChoice | None:
        """Who is next. Afterwards `passed_over` says for each other provider what keeps it from it."""
        self.passed_over.clear()
        async for choice in self._in_order(current, error, tried):
            objection = (
                "is asked only if you choose it"
                if self._needs_a_yes(current, choice)
                else await self._objection(choice, needs)
            )
            if not objection:
                choice, objection = await self._inspected(choice, needs)  # noqa: PLW2901  it may have got a model
            if not objection:
                return choice
            self.passed_over.setdefault(choice.provider, objection)
        return None

    async def _in_order(
        self, current: ModelChoice, error: ProviderError, tried: Iterable[ModelChoice]
    ) -> AsyncIterator[ModelChoice]:
        left = set(tried)
        if not isinstance(error, _OF_THE_WHOLE_PROVIDER):
            for model in self._models_of(current.provider)[1:]:
                if (choice := ModelChoice(current.provider, model)) not in left:
                    yield choice
        gone = {choice.provider for choice in left} | {current.provider}
        for name in await self._others(gone):
            for model in self._models_of(name):
                yield ModelChoice(name, model)

    def _models_of(self, provider: str) -> tuple[str, ...]:
        known = self._settings.providers.get(provider)
        return (known.primary_model, *known.fallback_models) if known else ("",)

    async def _others(self, gone: set[str]) -> list[str]:
        names = [name for name in self._allowed() if name not in gone and self._may_cross(gone, name)]
        if self._settings.pin is not None:
            return names
        ranks = {
            name: (_TIERS.index(self._tier(name)), self._settings.providers[name].priority) for name in names
        }
        if len(set(ranks.values())) == len(names):
            return sorted(names, key=ranks.__getitem__)
        costs = {name: await self._cost(name) for name in names}
        return sorted(names, key=lambda name: (*ranks[name], costs[name]))

    def _tier(self, provider: str) -> RiskTier:
        known = self._settings.providers.get(provider)
        return known.risk_tier if known else "safe"

    def _needs_a_yes(self, current: ModelChoice, choice: ModelChoice) -> bool:
        """Whoever chose a provider chose its fallback models too."""
        return choice.provider != current.provider and self._tier(choice.provider) == "requires_approval"

    def _allowed(self) -> Iterable[str]:
        if self._settings.pin is not None:
            return self._settings.pin.failover
        return [name for name, known in self._settings.providers.items() if known.configured]

    def _may_cross(self, gone: set[str], name: str) -> bool:
        """Whether a conversation that was meant for those may be sent to this one."""
        if self._tier(name) == "denied":
            self.passed_over[name] = "is not to stand in for others"
            return False
        regions = {known.region for other in gone if (known := self._settings.providers.get(other))}
        regions.discard("")
        there = self._settings.providers.get(name)
        if regions <= {there.region if there else ""}:
            return True
        self.passed_over[name] = "is in another region"
        return False

    async def _cost(self, provider: str) -> float:
        """For comparison only; what has no known price stands behind what has one."""
        cost = await self._price(provider, self._models_of(provider)[0], _COMPARED)
        return math.inf if cost is None else cost

    async def _objection(self, choice: ModelChoice, needs: Needs) -> str:
        """What is known against it without asking it."""
        if self._standing.is_open(choice.provider):
            return "is left alone after failures"
        if not await self._standing.affords(choice, needs.tokens):
            return "would exceed the budget"
        try:
            await self._providers.provider(choice.provider)
        except ProviderError as error:
            return "has no usable key" if isinstance(error, AuthenticationFailed) else "can't be asked"
        return ""

    async def _inspected(self, choice: ModelChoice, needs: Needs) -> tuple[ModelChoice, str]:
        """Ask it what its models can do; one without a model gets the first of its list."""
        listed = await self._models(choice.provider)
        if not choice.model:
            if not listed:
                return choice, "offers no model"
            choice = ModelChoice(choice.provider, listed[0].model)
        info = next((info for info in listed if info.model == choice.model), None)
        if info is not None and needs.tools and info.supports_tools is False:
            return choice, "has no tools"
        if info is not None and needs.images and info.supports_images is False:
            return choice, "can't see images"
        known = self._settings.providers.get(choice.provider)
        window = (known.context_window_tokens if known else None) or (
            info.context_window_tokens if info else None
        )
        if window is not None and needs.tokens > window:
            return choice, "is too small for this conversation"
        return choice, ""

    async def _models(self, provider: str) -> list[ModelInfo]:
        if provider not in self._listed:
            try:
                async with asyncio.timeout(LISTING_TIMEOUT_S):
                    self._listed[provider] = await self._providers.models(provider)
            except (ProviderError, TimeoutError):
                self._listed[provider] = []
        return self._listed[provider]
