"""The line at the bottom of the window: what it does, who answers, which workspace."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from roku_desktop.ui import theme

_TEXT_PX = 320


class StatusLine(QWidget):
    """Each text is plain, shortened in the middle where it is long, and whole in its hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._model, self._workspace = (_StatusText() for _ in range(3))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 2)
        row.setSpacing(24)
        row.addWidget(self._state)
        row.addStretch(1)
        row.addWidget(self._model)
        row.addWidget(self._workspace)

    def set_state(self, text: str) -> None:
        self._state.set_text(text)

    def set_model(self, text: str) -> None:
        self._model.set_text(text)

    def set_workspace(self, text: str) -> None:
        self._workspace.set_text(text)

    @property
    def texts(self) -> tuple[str, str, str]:
        """State, model and workspace, unshortened."""
        return self._state.toolTip(), self._model.toolTip(), self._workspace.toolTip()


class _StatusText(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setFont(theme.scaled_font(0.88))

    def set_text(self, text: str) -> None:
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _TEXT_PX))
        self.setToolTip(text)
        self.setAccessibleName(text)
