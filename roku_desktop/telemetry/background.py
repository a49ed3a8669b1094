"""A thread that writes what others hand over, so that no turn ever waits for a disk.

Bounded: what a slow disk leaves waiting beyond the bound is refused, and whoever handed it over counts
it. Used by the trace files and the log files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Background(Generic[Item]):
    """`handle` gets the items in order and `finish` is called at the end, both in the thread.

    The thread begins with the first item. `handle` must not raise.
    """

    def __init__(
        self, name: str, handle: Callable[[Item], None], finish: Callable[[], None], *, max_waiting: int
    ) -> None:
        self._name = name
        self._handle = handle
        self._finish = finish
        self._max_waiting = max_waiting
        # Costs the loop less than a Queue with a bound of its own; threads may pass the bound by one each.
        self._waiting: SimpleQueue[Item | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, item: Item) -> bool:
        """Hand over, from any thread, without waiting; False where too much waits already."""
        if self._thread is None:
            self._start()
        if self._waiting.qsize() >= self._max_waiting:
            return False
        self._waiting.put(item)
        return True

    def close(self, within_s: float) -> None:
        """Write what waits, at most so long; what then still waits is lost with the process."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(within_s)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while (item := self._waiting.get()) is not None:
            self._handle(item)
        self._finish()
