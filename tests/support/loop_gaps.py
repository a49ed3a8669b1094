"""How long the loop's thread was kept from its events, on a machine that does other things too.

A 10 ms timer notes the time between its ticks. Another program on the same cores makes every gap
longer, so what the kernel counts as waiting for a core (Linux: schedstat(5)) is taken off. What is left
is ours: work on the loop's thread, and waiting there for a disk, a lock or a network. Where no kernel
tells, the thread's CPU time stands for it, which sees work but no waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

INTERVAL_S = 0.01
_SCHEDSTAT = Path("/proc/thread-self/schedstat")


class LoopGaps:
    """Attributes: `own_s` are the gaps that are ours, `wall_s` those that a person saw."""

    def __init__(self) -> None:
        self.own_s: list[float] = []
        self.wall_s: list[float] = []

    @property
    def longest_own_s(self) -> float:
        assert self.own_s, "the timer never ticked"
        return max(self.own_s)


@contextmanager
def loop_gaps() -> Iterator[LoopGaps]:
    """Watch this thread's Qt loop; the gap that is open at the end counts too."""
    gaps = LoopGaps()
    last_s, last_own_s = time.monotonic(), _own_clock_s()

    def tick() -> None:
        nonlocal last_s, last_own_s
        now_s, own_s = time.monotonic(), _own_clock_s()
        gaps.wall_s.append(now_s - last_s)
        gaps.own_s.append(own_s - last_own_s)
        last_s, last_own_s = now_s, own_s

    timer = QTimer(interval=round(INTERVAL_S * 1000), timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    try:
        yield gaps
    finally:
        timer.stop()
        tick()


def _own_clock_s() -> float:
    """Runs on while this thread works or waits for something, and stands while it waits for a core."""
    try:
        _, waited_for_core_ns, _ = _SCHEDSTAT.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return time.thread_time()
    return time.monotonic() - int(waited_for_core_ns) / 1e9
