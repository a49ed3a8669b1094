"""How the process of the window meets the system: signals, Qt's own messages, an end that can't be held up.

No window and no engine. Called by `application.py`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from PySide6.QtCore import QMessageLogContext, QSocketNotifier, QtMsgType, qInstallMessageHandler

_log = logging.getLogger(__name__)


def exit_at_the_latest(delay_s: float) -> None:
    """End the process if something (a hung thread, a stuck keyring) would keep it."""
    last_resort = threading.Timer(delay_s, os._exit, args=(0,))
    last_resort.daemon = True
    last_resort.start()


@contextlib.contextmanager
def quit_on_signals(quit_now: Callable[[], None]) -> Iterator[None]:
    """SIGINT and SIGTERM quit in order.

    Python runs its handlers only when Qt gives it a turn, so the signal also writes to a socket that
    Qt watches (`signal.set_wakeup_fd`); that works on Windows too.
    """
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)

    def drain() -> None:
        with contextlib.suppress(BlockingIOError):
            reading.recv(64)

    def handle(_number: int, _frame: FrameType | None) -> None:
        quit_now()

    notifier.activated.connect(drain)
    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    wakeup_before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reading.close()
        writing.close()


@contextlib.contextmanager
def qt_messages_in_log() -> Iterator[None]:
    """What Qt would print goes to the log, where a person who looks for it finds it with the rest."""
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }

    def write(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        _log.log(levels[kind], "Qt: %s", message)

    before = qInstallMessageHandler(write)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
