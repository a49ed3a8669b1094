"""Time that a test holds: it moves when somebody sleeps, or when the test says so."""

from __future__ import annotations

import asyncio


class HeldClock:
    """Implements `ports.Clock`. Sleeping takes no time and moves the clock.

    Attributes:
        slept: every sleep so far, in seconds.
    """

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._monotonic = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += seconds
        self._monotonic += max(seconds, 0.0)

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        self.advance(delay_s)
        await asyncio.sleep(0)


class StandingClock(HeldClock):
    """A clock on which a sleep lasts until the test lets it end."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        super().__init__(now)
        self.sleeping = asyncio.Event()
        self.wake = asyncio.Event()

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        self.sleeping.set()
        await self.wake.wait()
        self.advance(delay_s)
