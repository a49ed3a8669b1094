"""What a new home shows over its empty transcript: three ways to an answer, and that none need be taken.

Knows no engine: it is told what there is and says what a person chose. Writing is possible all the time.
Made by `steering/first_start.py`, only where it is shown.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton

VENDORS: Final = ("anthropic", "openai", "openrouter")
_TITLES: Final = {"anthropic": "Anthropic", "openai": "OpenAI", "openrouter": "OpenRouter"}
_SERVERS: Final = {"ollama": "Ollama", "lmstudio": "LM Studio", "llamacpp": "llama.cpp", "vllm": "vLLM"}
_WIDTH_PX: Final = 760


class ChoiceCard(QPushButton):
    """A button with a title and a sentence."""

    def __init__(self, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._title = _label(title, 1.0, weight=QFont.Weight.DemiBold)
        self._words = _label(words, 0.92, quiet=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addStretch(1)
        self.say(title, words)

    def say(self, title: str, words: str) -> None:
        self._title.setText(title)
        self._words.setText(words)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.updateGeometry()

    @property
    def title(self) -> str:
        return self._title.text()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(150, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        used = self.underMouse() or self.isDown()
        painter.setBrush(theme.panel(palette) if used else palette.color(QPalette.ColorRole.Base))
        border = theme.accent(palette) if self.hasFocus() or used else theme.line(palette)
        painter.setPen(QPen(border, 1.4))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)


class FirstStart(QWidget):
    """Covers the widget it is put over, as long as it is visible.

    Signals:
        writing_wanted: the model of this computer will do.
        key_wanted: a vendor whose key is to be typed.
        server_wanted: the name of a server that was found here.
        look_wanted: look for a server once more.
        put_away: not now, and never again.
    """

    writing_wanted = Signal()
    key_wanted = Signal(str)
    server_wanted = Signal(str)
    look_wanted = Signal()
    put_away = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._server = ""
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("First start"))
        self.write = ChoiceCard(tr("Write now"), "")
        self.key = ChoiceCard(
            tr("Use my key"),
            tr("For Anthropic, OpenAI or OpenRouter. It is kept in the system keyring and tried at once."),
        )
        self.server = ChoiceCard("", "")
        self.later = FlatButton(tr("Not now"), rank="quiet")
        self.menu = QMenu(self)
        for vendor in VENDORS:
            action = QAction(_TITLES[vendor], self.menu)
            action.triggered.connect(partial(self._choose_vendor, vendor))
            self.menu.addAction(action)
        self.write.clicked.connect(self.writing_wanted)
        self.key.clicked.connect(self._open_menu)
        self.server.clicked.connect(self._use_server)
        self.later.clicked.connect(self.put_away)
        self.show_server("", "")
        self._lay_out()
        over.installEventFilter(self)
        self._cover()

    def _lay_out(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for card in (self.write, self.key, self.server):
            cards.addWidget(card, 1)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(_label(tr("What can I help you with?"), 1.9, centred=True))
        words = tr("Just write below, or choose who answers. You can change that at any time.")
        column.addWidget(_label(words, 1.05, quiet=True, centred=True))
        column.addSpacing(6)
        column.addLayout(cards)
        promise = tr(
            "Nothing is sent anywhere before you choose; only this computer was asked what runs on it."
        )
        column.addWidget(_label(promise, 0.9, quiet=True, centred=True))
        column.addWidget(self.later, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH_PX)
        inner.setLayout(column)
        across = QHBoxLayout(self)
        across.setContentsMargins(24, 12, 24, 12)
        across.addStretch(1)
        across.addWidget(inner, 1000)
        across.addStretch(1)

    def show_embedded(self, model: str) -> None:
        """`model` answers on this computer; "" = there is none in this installation."""
        self.write.setVisible(bool(model))
        words = tr("{0} answers on this computer, without a network. It is small: fine for a first try.")
        self.write.say(tr("Write now"), words.format(model))

    def show_server(self, name: str, model: str) -> None:
        """A server that was found here, and what it would answer with; "" = none was."""
        self._server = name
        if name:
            title = tr("Use {0}").format(_SERVERS.get(name, name))
            self.server.say(title, tr("It runs on this computer, with {0}.").format(model))
        else:
            words = tr("None was found. Start Ollama, LM Studio, llama.cpp or vLLM, and look again.")
            self.server.say(tr("Look for a server here"), words)

    def _use_server(self) -> None:
        if self._server:
            self.server_wanted.emit(self._server)
        else:
            self.look_wanted.emit()

    def _open_menu(self) -> None:
        self.menu.popup(self.key.mapToGlobal(QPoint(0, self.key.height() + 2)))

    def _choose_vendor(self, vendor: str, _checked: bool = False) -> None:
        self.key_wanted.emit(vendor)

    def _cover(self) -> None:
        self.setGeometry(self._over.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)


def _label(
    text: str,
    scale: float,
    *,
    weight: QFont.Weight = QFont.Weight.Normal,
    quiet: bool = False,
    centred: bool = False,
) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(theme.scaled_font(scale, weight=weight))
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if quiet:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    if centred:
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
