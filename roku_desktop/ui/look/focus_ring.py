"""Shows where the keys go, for widgets that don't show it themselves: lists, pages, boxes to tick.

A frame over the focused widget, from the first Tab on until the pointer is used again, as desktops have it.
Our own buttons and fields draw theirs. Made by `steering/appearance.py`, one for the whole program.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTextEdit,
    QWidget,
)

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton

_UNMARKED = (QAbstractScrollArea, QCheckBox, QComboBox, QPushButton, QTabBar)


class FocusRing(QObject):
    """Follows the focus while it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._around: QWidget | None = None
        self._frame: _Frame | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._leave()
        if now is not None and _needs_frame(now):
            self._around = now
            self._frame = _Frame(now)
            now.installEventFilter(self)

    def _leave(self) -> None:
        around, self._around = self._around, None
        frame, self._frame = self._frame, None
        if around is not None and frame is not None:
            around.removeEventFilter(self)
            frame.hide()
            frame.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._frame is not None and self._around is not None:
            self._frame.setGeometry(self._around.rect())
        if event.type() == QEvent.Type.Destroy:
            self._around = self._frame = None
        return super().eventFilter(watched, event)


def _needs_frame(widget: QWidget) -> bool:
    if not widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
        return False
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return widget.isReadOnly()  # else its caret blinks
    return isinstance(widget, _UNMARKED) and not isinstance(widget, FlatButton)


class _Frame(QWidget):
    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(around.rect())
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent(self.palette()), 1.6))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
