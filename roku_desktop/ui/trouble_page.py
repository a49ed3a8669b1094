"""The page that stands in the window when the engine can't be opened: what is wrong, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from roku_desktop.engine import Failure
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.retelling import message_of, next_step_of


class TroublePage(QWidget):
    """Signals: retry_wanted, quit_wanted."""

    retry_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._title = _label(theme.scaled_font(1.7))
        self._title.setText(tr("Roku could not start"))
        self._sentence = _label(theme.scaled_font(1.1))
        self._next_step = _label(theme.scaled_font(1.0))
        self._next_step.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.retry_button = FlatButton(tr("Try again"), rank="primary")
        self.retry_button.clicked.connect(self.retry_wanted)
        self.quit_button = FlatButton(tr("Quit"))
        self.quit_button.clicked.connect(self.quit_wanted)
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.retry_button)
        buttons.addWidget(self.quit_button)
        buttons.addStretch()
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addStretch(2)
        for label in (self._title, self._sentence, self._next_step):
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addStretch(3)
        across = QHBoxLayout(self)
        across.addStretch(1)
        across.addLayout(column, 4)
        across.addStretch(1)

    @property
    def text(self) -> str:
        return f"{self._sentence.text()} {self._next_step.text()}"

    def show_failure(self, failure: Failure) -> None:
        self._sentence.setText(message_of(failure))
        self._next_step.setText(next_step_of(failure))
        self.setAccessibleName(self.text)
        self.retry_button.setFocus()


def _label(font: QFont) -> QLabel:
    label = QLabel()
    label.setFont(font)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMaximumWidth(640)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
