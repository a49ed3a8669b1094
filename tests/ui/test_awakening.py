"""A computer that slept is noticed by its clocks, and by nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.steering.awakening import LOOK_EVERY_S, Awakening


class Clocks:
    def __init__(self) -> None:
        self.wall_s, self.own_s = 1_700_000_000.0, 50.0

    def wall(self) -> float:
        return self.wall_s

    def own(self) -> float:
        return self.own_s


@pytest.mark.parametrize(
    ("wall_s", "own_s", "slept_s"),
    [
        (LOOK_EVERY_S, LOOK_EVERY_S, None),
        (LOOK_EVERY_S + 3, LOOK_EVERY_S, None),  # the clock was set
        (LOOK_EVERY_S + 8, LOOK_EVERY_S + 8, None),  # a busy machine
        (LOOK_EVERY_S - 3600, LOOK_EVERY_S, None),  # set back by an hour
        (LOOK_EVERY_S + 3600, LOOK_EVERY_S, 3600),  # Linux, macOS: the own clock stood still
        (LOOK_EVERY_S + 3600, LOOK_EVERY_S + 3600, 3600),  # Windows: it went on
    ],
)
def test_sleep_is_told_once_and_nothing_else_is(
    app: QApplication, wall_s: float, own_s: float, slept_s: float | None
):
    clocks = Clocks()
    awakening = Awakening(wall=clocks.wall, own=clocks.own)
    woken: list[float] = []
    awakening.woken.connect(woken.append)
    clocks.wall_s += wall_s
    clocks.own_s += own_s
    awakening.look()
    clocks.wall_s += LOOK_EVERY_S
    clocks.own_s += LOOK_EVERY_S
    awakening.look()
    assert woken == ([] if slept_s is None else [slept_s])
