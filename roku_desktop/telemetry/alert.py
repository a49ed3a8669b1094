"""When a burning budget is worth a word: two windows, with hysteresis. Pure; called by the panel.

A burn must show in the last hour (it goes on) and in the last day (it matters) before it is told; it
is told once, and is over only when the hour's rate has fallen well below the threshold, so that a
rate that trembles around it tells nothing twice (Site Reliability Workbook, chapter 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from roku_desktop.telemetry.slo import Standing

RAISE_AT: Final = 6.0
"""Times too fast: a month's budget would be gone in five days."""
CLEAR_AT: Final = 3.0
MIN_BAD: Final = 3
"""Bad events: one failure of two requests is no trend, and the first answer after an installation is no
reason for a warning in the tray.
"""

Health = Literal["green", "amber", "red"]


class BurnAlert:
    """Remembers, per objective, whether it was told."""

    def __init__(self) -> None:
        self._burning: set[str] = set()

    @property
    def burning(self) -> frozenset[str]:
        """Names of the objectives that burn now."""
        return frozenset(self._burning)

    def update(self, standings: Iterable[Standing]) -> tuple[list[Standing], list[Standing]]:
        """Return (those that have begun to burn, those that have stopped) since the last call."""
        begun, over = [], []
        for standing in standings:
            name = standing.objective.name
            hour, day = standing.over("1h"), standing.over("24h")
            if name in self._burning:
                if hour.burn_rate < CLEAR_AT:
                    self._burning.discard(name)
                    over.append(standing)
            elif hour.burn_rate >= RAISE_AT and day.burn_rate >= RAISE_AT and hour.bad >= MIN_BAD:
                self._burning.add(name)
                begun.append(standing)
        return begun, over


def health_of(standings: Iterable[Standing], burning: frozenset[str]) -> Health:
    """The badge: red where a budget burns, amber where one of the 28 days is used up, else green."""
    if burning:
        return "red"
    months = [standing.over("28d") for standing in standings]
    overdrawn = any(month.budget_left <= 0 and month.bad >= MIN_BAD for month in months)
    return "amber" if overdrawn else "green"
