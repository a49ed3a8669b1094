"""A calm line with the buttons that help: under the transcript, and under the session list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton

Tone = Literal["plain", "warning", "danger"]
Action = tuple[str, Callable[[], object]]


class Banner(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = "plain"
        self._buttons: list[FlatButton] = []
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(16, 8, 8, 8)
        self._layout.addWidget(self._label, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    @property
    def buttons(self) -> Sequence[FlatButton]:
        return tuple(self._buttons)

    def show_message(self, text: str, *, actions: Sequence[Action] = (), tone: Tone = "plain") -> None:
        """Say `text` and offer `actions`, the most helpful one first."""
        self._tone = tone
        self._label.setText(text)
        self.setAccessibleName(text)
        self._drop_buttons()
        for index, (label, act) in enumerate(actions):
            button = FlatButton(label, rank="primary" if index == 0 and self._tone == "plain" else "plain")
            button.setAccessibleName(label)
            button.clicked.connect(act)
            self._layout.addWidget(button)
            self._buttons.append(button)
        self.setVisible(bool(text))
        self.update()

    def set_text(self, text: str) -> None:
        """Say it otherwise; the actions stay, and with them the focus."""
        if text != self._label.text():
            self._label.setText(text)

    def clear(self) -> None:
        self._label.clear()
        self._drop_buttons()
        self.hide()

    def _drop_buttons(self) -> None:
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()  # it may be the one whose click is being handled
        self._buttons.clear()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        if self._tone != "plain":
            colour = theme.danger(palette) if self._tone == "danger" else theme.warning(palette)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(6, 8, 3, self.height() - 16), 1.5, 1.5)
