"""Where the window stands and how wide its left side is: remembered, and brought back on a screen.

Qt's own record of a window's geometry knows of maximised and full-screen windows, and of screens with
different scales. What it leaves open is decided here: a place on a screen that is gone. Made by
`middle.py` when the engine is open; knows nothing of it but how to have a text kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication

from roku_desktop.ui.main_window import MainWindow

PREFERENCE: Final = "ui.window"
_REMEMBER_AFTER_MS: Final = 1_000
_COME_BACK_AFTER_MS: Final = 300
# So much of the title bar must be on a screen that a person can get hold of it.
_GRIP_PX: Final = 120
_TITLE_BAR_PX: Final = 32


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`geometry` is Qt's record; `side_px` the width of the session list."""

    geometry: bytes
    side_px: int


class WindowPlace(QObject):
    """`remember` is called with a text for `restore`, a second after the last move."""

    def __init__(self, window: MainWindow, remember: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._remember = remember
        self._timer = QTimer(self, singleShot=True, interval=_REMEMBER_AFTER_MS)
        self._timer.timeout.connect(self._tell)
        self._coming_back = QTimer(self, singleShot=True, interval=_COME_BACK_AFTER_MS)
        self._coming_back.timeout.connect(self.come_back)

    def restore(self, stored: str | None) -> None:
        """Back to where it was; without a text that can be read it is only made to fit its screen."""
        try:
            place = msgspec.json.decode(stored or "", type=Place)
        except msgspec.DecodeError:
            self.come_back()
            return
        window = self._window
        window.restoreGeometry(QByteArray(place.geometry))
        self.come_back()
        window.set_side_width(place.side_px)

    def come_back(self) -> None:
        """Where a person can get hold of it, if its screen is gone or has become smaller."""
        window = self._window
        if not window.isMaximized() and not window.isFullScreen():
            screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
            place = on_screen(window.geometry(), screens)
            if place != window.geometry():
                window.setGeometry(place)

    def _come_back_soon(self) -> None:
        """After Qt and the window manager, which move windows of a lost screen too."""
        self._coming_back.start()

    def watch(self) -> None:
        """From now on every change is remembered."""
        self._window.installEventFilter(self)
        screens = QGuiApplication.instance()
        if isinstance(screens, QGuiApplication):
            screens.screenRemoved.connect(self._come_back_soon)
            screens.primaryScreenChanged.connect(self._come_back_soon)
        self._window.splitter.splitterMoved.connect(self._timer.start)

    def finish(self) -> None:
        """The program ends: what has changed a moment ago is remembered now."""
        self._window.removeEventFilter(self)
        if self._timer.isActive():
            self._timer.stop()
            self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._come_back_soon()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.WindowStateChange):
            self._timer.start()
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        window = self._window
        place = Place(geometry=bytes(window.saveGeometry().data()), side_px=window.side_width)
        self._remember(msgspec.json.encode(place).decode())


def on_screen(window: QRect, screens: Sequence[QRect]) -> QRect:
    """Where a person can see and move it: as it is if a screen shows enough of its title bar.

    Else, or if it is larger than all screens together (at 300 %, say), it goes to the screen that shows most
    of it (the first, if none does), no larger than that.
    """
    title_bar = QRect(window.x(), window.y() - _TITLE_BAR_PX, window.width(), 2 * _TITLE_BAR_PX)
    whole = functools.reduce(QRect.united, screens, QRect())
    fits = window.width() <= whole.width() and window.height() <= whole.height()
    if not screens or (fits and any(_can_be_moved(title_bar.intersected(screen)) for screen in screens)):
        return window
    screen = max(screens, key=lambda other: _area(window.intersected(other)))
    width = min(window.width(), screen.width())
    height = min(window.height(), screen.height() - _TITLE_BAR_PX)
    left = min(max(window.x(), screen.left()), screen.right() + 1 - width)
    top = min(max(window.y(), screen.top() + _TITLE_BAR_PX), screen.bottom() + 1 - height)
    return QRect(left, top, width, height)


def _can_be_moved(grip: QRect) -> bool:
    return grip.width() >= _GRIP_PX and grip.height() >= _TITLE_BAR_PX


def _area(shown: QRect) -> int:
    return shown.width() * shown.height() if shown.isValid() else 0
