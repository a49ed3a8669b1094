"""The quick prompt: a small box over everything, where one asks and reads the answer in place.

Renders and emits intent; `steering/quick.py` brings it to life. It has no frame and no title: the keys
it listens to stand at its foot.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QCursor,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from roku_desktop.ui.composing.composer import Composer
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.banner import Banner
from roku_desktop.ui.transcript.view import TranscriptView

_WIDTH_PX: Final = 700
_HEIGHT_PX: Final = 520
"""At most, with a long answer in it; less on a small screen."""
_SHORT_HEIGHT_PX: Final = 280
"""With an answer of a few lines."""
_ASK_AGAIN_MS, _MOST_ASKED = 80, 6
_SHARE_ABOVE: Final = 0.18
_STOP_KEY: Final = "Ctrl+."
_CONTINUE_KEYS: Final = ("Ctrl+Enter", "Ctrl+Return")


class QuickPrompt(QWidget):
    """Attributes:
        composer, transcript, banner: where one writes, reads, and is told of trouble.

    Signals:
        continue_wanted: go on with this in the window.
        left: it was hidden by the person, who looks elsewhere now.
    """

    continue_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setWindowTitle(tr("Quick prompt"))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.composer = Composer(stop_hint=tr("Stop ({0})").format(_shown(_STOP_KEY)))
        self.transcript = TranscriptView()
        self.transcript.hide()
        self.banner = Banner()
        self._keys = _foot(
            tr("Enter sends · {0} goes on in the window · Esc hides").format(_shown(_CONTINUE_KEYS[0]))
        )
        self._model = _foot("")
        self._asking = QTimer(self, interval=_ASK_AGAIN_MS)
        self._asking.timeout.connect(self._ask_for_keyboard)
        self._asked = 0
        self._height_px = _SHORT_HEIGHT_PX
        # Behind the transcript's own arranging, which changes the range first and then the page.
        self._room = QTimer(self, singleShot=True, interval=0)
        self._room.timeout.connect(self._make_room)
        self.transcript.verticalScrollBar().rangeChanged.connect(lambda *_: self._room.start())
        self._lay_out()
        self._act_on("Esc", self.leave)
        self._act_on(_STOP_KEY, self.composer.stop)
        for key in _CONTINUE_KEYS:
            self._act_on(key, self.continue_wanted.emit)
        self.composer.edit.document().documentLayout().documentSizeChanged.connect(self._fit)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 10, 0)
        foot.addWidget(self._keys)
        foot.addStretch(1)
        foot.addWidget(self._model)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 10)
        column.setSpacing(8)
        column.addWidget(self.transcript, 1)
        column.addWidget(self.banner)
        column.addWidget(self.composer)
        column.addLayout(foot)
        self.setTabOrder(self.composer.edit, self.composer.button)
        self.setTabOrder(self.composer.button, self.transcript)

    def _act_on(self, key: str, act: object) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(act)

    def set_model(self, text: str) -> None:
        """Who answers, at the foot."""
        self._model.setText(text)

    def show_transcript(self, shown: bool) -> None:
        """With it the box is as high as an answer needs, without as the text that is written."""
        if shown != self.transcript.isVisibleTo(self):
            self._height_px = _SHORT_HEIGHT_PX
            self.transcript.setVisible(shown)
            self._fit()

    def open(self) -> None:
        """Appear on the screen where the pointer is, and take the keyboard."""
        if not self.isVisible():
            screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
            self.setScreen(screen)
            self._fit()
            self.move(place_on(screen.availableGeometry(), self.width()))
        self.show()
        self.raise_()
        self.composer.edit.setFocus()
        self._asked = 0
        self._ask_for_keyboard()
        self._asking.start()

    def _ask_for_keyboard(self) -> None:
        """Until it is there: a window manager that is just taking the box away overhears the first time."""
        if self.isActiveWindow() or not self.isVisible() or self._asked == _MOST_ASKED:
            self._asking.stop()
            return
        self._asked += 1
        self.activateWindow()

    def leave(self) -> None:
        self.hide()
        self.left.emit()

    def _fit(self) -> None:
        """Grows downwards, so that nothing above moves while one writes."""
        screen = self.screen().availableGeometry()
        width = min(theme.grown(_WIDTH_PX), screen.width() - 40)
        shown = self.transcript.isVisibleTo(self)
        most = min(_HEIGHT_PX, round(screen.height() * 0.7))
        self.resize(width, min(most, self._height_px) if shown else self.minimumSizeHint().height())

    def _make_room(self) -> None:
        """An answer that does not fit makes the box higher, until it is as high as it gets."""
        bar = self.transcript.verticalScrollBar()
        if bar.maximum() and self.transcript.isVisible():
            around = self.minimumSizeHint().height() - self.transcript.minimumSizeHint().height()
            self._height_px = max(self._height_px, min(_HEIGHT_PX, bar.maximum() + bar.pageStep() + around))
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(theme.line(self.palette()), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def place_on(screen: QRect, width_px: int) -> QPoint:
    """The upper left corner: in the middle of the screen, a little below its top."""
    left = screen.left() + (screen.width() - width_px) // 2
    return QPoint(left, screen.top() + round(screen.height() * _SHARE_ABOVE))


def _shown(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _foot(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setFont(theme.scaled_font(0.85))
    return label
