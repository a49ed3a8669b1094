"""What all turns of a process share on their way to a model: breakers, retry budgets, the settings.

Makes the route of each turn. Built by the service, used by `turns.py`.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.events import BreakerChanged
from roku_desktop.engine.ports import Clock, Price, Providers, Store
from roku_desktop.engine.routing.breaker import BreakerLimits
from roku_desktop.engine.routing.breakers import Breakers
from roku_desktop.engine.routing.budget import Purse, TurnBudget
from roku_desktop.engine.routing.candidates import Candidates, Needs, Standing
from roku_desktop.engine.routing.pause import Pause
from roku_desktop.engine.routing.retry import RetryBudget, Spread
from roku_desktop.engine.routing.route import Route
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.routing.sight import Sight
from roku_desktop.engine.settings import EngineSettings, Resilience

SESSIONS_REMEMBERED: Final = 1_000
"""Retry budgets kept; the one unused for longest is forgotten first."""


class Router:
    """Makes routes. `settings` may be replaced at any time; turns under way keep theirs.

    Attributes:
        breakers: the circuit breakers of all providers.
        sight: which images a model gets.
    """

    def __init__(
        self,
        settings: EngineSettings,
        *,
        store: Store,
        providers: Providers,
        clock: Clock,
        price: Price,
        publish: Callable[[BreakerChanged], None],
        spread: Spread = random.uniform,
        pause: Pause | None = None,
        sight: Sight | None = None,
    ) -> None:
        self.settings = settings
        self.breakers = Breakers(store=store, clock=clock, limits_of=self._limits_of, publish=publish)
        self._store = store
        self._providers = providers
        self._clock = clock
        self._price = price
        self._spread = spread
        self._pause = pause or Pause()
        self.sight = sight or Sight(providers, None)
        self._loaded = False
        self._retries: OrderedDict[str, RetryBudget] = OrderedDict()

    async def ready(self) -> None:
        """Read the breakers that earlier processes left: once, before anything is decided."""
        if not self._loaded:
            await self.breakers.load()
            self._loaded = True

    def route(
        self,
        chosen: ModelChoice,
        *,
        session_id: str,
        run_id: str,
        purse: Purse | None = None,
    ) -> Route:
        """The way for one turn, beginning with the chosen model, which pays from `purse`, or a new one."""
        purse = purse or Purse(session_id, run_id)
        budget = TurnBudget(
            self.settings.budget,
            purse=purse,
            run_id=run_id,
            store=self._store,
            price=self._price,
            clock=self._clock,
        )
        return Route(
            chosen,
            session_id=session_id,
            run_id=run_id,
            settings=self.settings.llm,
            propagate=self.settings.telemetry.propagate,
            providers=self._providers,
            breakers=self.breakers,
            candidates=self._candidates(budget.affords),
            budget=budget,
            retries=self._retries_of(purse.session_id),
            clock=self._clock,
            spread=self._spread,
            pause=self._pause,
            sight=self.sight,
        )

    async def has_stand_in(self, chosen: ModelChoice, error: ProviderError) -> bool:
        """Whether a turn could go on elsewhere although the chosen provider can't be asked at all."""
        if not error.may_fail_over:
            return False
        candidates = self._candidates(_affords)
        needs = Needs(tokens=0, tools=False)
        return await candidates.likely(chosen, error, [chosen], needs, by_person=False) is not None

    def _candidates(self, affords: Callable[[ModelChoice, int], Awaitable[bool]]) -> Candidates:
        standing = Standing(is_open=self.breakers.is_open, affords=affords)
        return Candidates(self.settings.llm, providers=self._providers, price=self._price, standing=standing)

    def _retries_of(self, session_id: str) -> RetryBudget:
        budget = self._retries.setdefault(session_id, RetryBudget())
        self._retries.move_to_end(session_id)
        if len(self._retries) > SESSIONS_REMEMBERED:
            self._retries.popitem(last=False)
        return budget

    def _limits_of(self, provider: str) -> BreakerLimits:
        known = self.settings.llm.providers.get(provider)
        return BreakerLimits.of(known.resilience if known else Resilience())


async def _affords(_choice: ModelChoice, _tokens: int) -> bool:
    """Budgets are asked when the request is made."""
    return True
