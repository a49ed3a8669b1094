"""Ctrl+C and the system's wish that the program ends: stop the answer, keep it, leave with 130.

Called by the commands that run a turn. The first signal stops what is under way, the second changes
nothing, because the close that it would disturb keeps the answer; from the third Ctrl+C on the program
leaves at once, and the next start closes the run as after a kill.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from types import FrameType, TracebackType
from typing import Any, Self

from roku_desktop.cli import exits
from roku_desktop.engine import Outcome, Turn

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The last but one is POSIX's, the last Windows'."""

_PATIENCE = 3


class Stopper:
    """Stops one turn, whatever asks for it. Used as a context manager around the event loop's run.

    Attributes:
        requested: how the turn is to end, None as long as nobody wants it to.
    """

    def __init__(self) -> None:
        self.requested: Outcome | None = None
        self._count = 0
        self._turn: Turn | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting: asyncio.Task[Any] | None = None
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            # What the caller wants ignored (nohup, a job in the background) stays ignored.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def watch_start(self) -> None:
        """Let a signal cancel the running task until there is a turn to stop."""
        self._loop = asyncio.get_running_loop()
        self._starting = asyncio.current_task()
        if self.requested is not None:
            self._act()

    def watch_turn(self, turn: Turn) -> None:
        """Let a signal stop this turn from now on."""
        self._starting = None
        self._turn = turn
        if self.requested is not None:
            turn.stop(self.requested)

    def stop(self, outcome: Outcome = "cancelled") -> None:
        """End the turn soon; called on the loop."""
        if self.requested is None:
            self.requested = outcome
            self._act()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._count += 1
        if number == signal.SIGINT and self._count >= _PATIENCE:
            os._exit(exits.INTERRUPTED)
        if self.requested is None:
            self.requested = "cancelled" if number == signal.SIGINT else "interrupted"
            if self._loop is not None:
                with contextlib.suppress(RuntimeError):  # the loop is closed: all is done already
                    self._loop.call_soon_threadsafe(self._act)

    def _act(self) -> None:
        if self._turn is not None and self.requested is not None:
            self._turn.stop(self.requested)
        elif self._starting is not None:
            self._starting.cancel()
