"""While a turn waits before it asks again: a line with a countdown, and what helps. Made by `middle.py`.

The countdown runs by the wall clock, because `RetryScheduled.until` is a time of day.
"""

from __future__ import annotations

import math
import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

from roku_desktop.engine import RetryScheduled
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow

# A shorter wait is over before anyone could read of it, and the line would make the window jump.
_WORTH_TELLING_S: Final = 1.0
_TICK_MS: Final = 250


class WaitSteering(QObject):
    def __init__(self, window: MainWindow, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._conversation = conversation
        self._told: RetryScheduled | None = None
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        conversation.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        waiting = self._conversation.waiting
        if waiting is not None and waiting.wait_s < _WORTH_TELLING_S:
            waiting = None
        if waiting == self._told:
            return
        self._told = waiting
        if waiting is None:
            self._timer.stop()
            self._window.clear_waiting()
            return
        actions = [(tr("Cancel"), self._conversation.stop)]
        if waiting.alternative_provider:
            title = tr("Try {0} now").format(_alternative(waiting))
            actions.insert(0, (title, self._conversation.skip_wait))
        self._window.waiting.show_message(self._words(waiting), actions=actions)
        self._timer.start()

    def _tick(self) -> None:
        if self._told is not None:
            self._window.waiting.set_text(self._words(self._told))

    def _words(self, waiting: RetryScheduled) -> str:
        left_s = math.ceil(waiting.until - time.time())
        if left_s <= 0:
            return tr("Asking {0} again…").format(waiting.provider)
        if waiting.reason == "BreakerOpen":
            return tr("{0} is being tried with one request; waiting for its end, at most {1}.").format(
                waiting.provider, _time(left_s)
            )
        return tr("Asking {0} again in {1}.").format(waiting.provider, _time(left_s))


def _alternative(waiting: RetryScheduled) -> str:
    same = waiting.alternative_provider == waiting.provider
    return waiting.alternative_model if same else waiting.alternative_provider


def _time(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60}:{seconds % 60:02} min"
