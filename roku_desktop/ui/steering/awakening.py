"""Notices that the computer slept: the wall clock went on while the program's own stood still.

What is shown by the time of day (breakers, countdowns, today's costs) is looked at again then. A look
every half minute costs nothing and needs no system's own way of telling. Made by `residence.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

LOOK_EVERY_S: Final = 30.0
_SLEPT_S: Final = 20.0
"""A clock that is set by the network jumps less, a busy machine delays a timer less."""


class Awakening(QObject):
    """`wall` and `own` return seconds: the time of day, and the time the timers run by.

    Signals:
        woken: the computer slept; for how many seconds.
    """

    woken = Signal(float)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        wall: Callable[[], float] = time.time,
        own: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._wall, self._own = wall, own
        self._ahead = wall() - own()
        self._last = own()
        self._timer = QTimer(
            self, interval=round(LOOK_EVERY_S * 1000), timerType=Qt.TimerType.VeryCoarseTimer
        )
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Compare the clocks with the last look."""
        wall, own = self._wall(), self._own()
        jumped = (wall - own) - self._ahead
        late = own - self._last - LOOK_EVERY_S  # where the own clock goes on in sleep, as on Windows
        self._ahead, self._last = wall - own, own
        slept_s = max(jumped, late)
        if slept_s > _SLEPT_S:
            self.woken.emit(slept_s)
