"""Collects Python's cyclic garbage on the window's thread, and on no other.

A collection of Python's own runs on whatever thread made the last object: storage's, a renderer's. A
timer or a widget in a cycle would be ended there, which Qt forbids and answers with a crash. So the
process of the window has Python's collector disabled, and this one looks instead, from the loop's thread,
in steps of a few milliseconds unless very much was made at once. Made by `application.py` once a first prompt
can be sent, or a page says why none can.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

CALM_LOOK_MS: Final = 1000
BUSY_LOOK_MS: Final = 100
_YOUNG: Final = 2_000
"""So many more objects than at the last collection are looked through: some tenth of a millisecond."""
_YOUNG_PER_MIDDLE: Final = 10
_MIDDLE_PER_FULL: Final = 50
_CALM_LOOKS: Final = 5
"""After so many looks that found little new all are looked through: about 5 ms for 100 000 objects."""


class GarbageCollector(QObject):
    """Collects for as long as it lives. At rest it does nothing but look at a number once a second."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._calm_looks = 0
        self._owed = False  # a full collection, since young objects have grown old
        self._timer = QTimer(self, interval=CALM_LOOK_MS, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        young, middle, old = gc.get_count()
        if young >= _YOUNG:
            self._calm_looks = 0
            self._owed = True
            gc.collect(self._generation(middle, old))
            self._look_every(BUSY_LOOK_MS)
            return
        self._look_every(CALM_LOOK_MS)
        self._calm_looks += 1
        if self._owed and self._calm_looks >= _CALM_LOOKS:
            self._owed = False
            gc.collect()

    def _generation(self, middle: int, old: int) -> int:
        if middle < _YOUNG_PER_MIDDLE:
            return 0
        return 1 if old < _MIDDLE_PER_FULL else 2

    def _look_every(self, interval_ms: int) -> None:
        if self._timer.interval() != interval_ms:
            self._timer.setInterval(interval_ms)
