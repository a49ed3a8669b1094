"""A line of text with the frame that all fields of the window have. Painted from the palette."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from roku_desktop.ui.look import theme

_RADIUS_PX = 7


class FramedLine(QLineEdit):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setTextMargins(8, 5, 8, 5)
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.setPalette(palette)  # this role alone; all others go on following the window

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        around = self.window().palette()
        painter.setBrush(around.color(QPalette.ColorRole.Base) if self.isEnabled() else theme.panel(around))
        colour = theme.accent(around) if self.hasFocus() else theme.frame(around)
        painter.setPen(QPen(colour, 1.4))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
        painter.end()
        super().paintEvent(event)
