"""What the bridge asks about who supplies the answers: breakers, prices, thinking, costs, skipped waits.

Nothing here is needed for the first prompt, so `bridge.py` makes it at its first use and runs its
calls as its own tasks. Used by the steering modules.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Engine, ModelPrice, Thinking

_PRICES_AT_A_TIME: Final = 100

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class Supply(QObject):
    """Signals:
    breakers_known: dict of provider name to `BreakerState`, of all that ever had trouble.
    breaker_reset: the name of a provider that is asked again at once.
    prices_known: provider name, dict of model to `ModelPrice` or None; a part of what was asked for.
    thinking_known: the `Thinking` of the next turns.
    costs_known: list[CostRow] of the days asked for, newest first.
    today_known: the same of today.
    pause_known: whether nothing is sent to a provider now, because a person wants so.
    """

    breakers_known = Signal(object)
    breaker_reset = Signal(str)
    prices_known = Signal(str, object)
    thinking_known = Signal(str)
    costs_known = Signal(object)
    today_known = Signal(object)
    pause_known = Signal(bool)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start
        self._pricing: dict[str, asyncio.Task[None]] = {}

    def pause(self, lasts: bool) -> None:
        """Begin a person's pause, or end it."""
        if lasts:
            self._engine.pause.begin()
        else:
            self._engine.pause.end()
        self.load_pause()

    def load_pause(self) -> None:
        self.pause_known.emit(self._engine.pause.lasts)

    def skip_wait(self, run_id: str) -> None:
        """Ask the alternative now; nothing happens where the wait is over already."""
        self._engine.skip_wait(run_id)

    # Breakers

    def load_breakers(self) -> None:
        async def load() -> None:
            self.breakers_known.emit(await self._engine.breakers())

        self._start(load)

    def reset_breaker(self, provider: str) -> None:
        async def reset() -> None:
            await self._engine.reset_breaker(provider)
            self.breaker_reset.emit(provider)

        self._start(reset)

    # Prices and costs

    def load_prices(self, provider: str, models: Sequence[str]) -> None:
        """Look up what these models cost, in the background; a newer call for the provider ends this one."""

        async def load() -> None:
            for first in range(0, len(models), _PRICES_AT_A_TIME):
                known: dict[str, ModelPrice | None] = {}
                for model in models[first : first + _PRICES_AT_A_TIME]:
                    known[model] = await self._engine.price_of(provider, model)
                self.prices_known.emit(provider, known)
                await asyncio.sleep(0)

        if provider in self._pricing:
            self._pricing[provider].cancel()
        self._pricing[provider] = self._start(load)

    def load_costs(self, days: int) -> None:
        async def load() -> None:
            self.costs_known.emit(await self._engine.costs(days=days))

        self._start(load)

    def load_today(self) -> None:
        async def load() -> None:
            self.today_known.emit(await self._engine.costs())

        self._start(load)

    # Thinking

    def load_thinking(self) -> None:
        async def load() -> None:
            self.thinking_known.emit(await self._engine.thinking())

        self._start(load)

    def choose_thinking(self, thinking: Thinking) -> None:
        async def choose() -> None:
            await self._engine.choose_thinking(thinking)
            self.thinking_known.emit(thinking)

        self._start(choose)
