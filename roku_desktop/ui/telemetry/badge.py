"""The dot of the status bar that says whether the error budgets hold; it opens the telemetry panel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.shortcuts import hint

_SIZE_PX = 20
_DOT_PX = 8


class TelemetryBadge(QPushButton):
    """Attributes:
    health: "green", "amber" or "red"; "" until it is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.health = ""
        self.setFixedSize(_SIZE_PX, _SIZE_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_health("", tr("Telemetry"))

    def show_health(self, health: str, words: str) -> None:
        """`words` say in full what the colour says."""
        self.health = health
        self.setToolTip(f"{words}\n{hint('telemetry')}")
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown() or self.hasFocus():
            painter.setPen(QPen(theme.accent(palette), 1.4) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.panel(palette))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        margin = (_SIZE_PX - _DOT_PX) / 2
        box = QRectF(margin, margin, _DOT_PX, _DOT_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            {"green": theme.accent, "amber": theme.warning, "red": theme.danger}.get(self.health, theme.line)(
                palette
            )
        )
        # A square corner each for amber and red: the shape tells what the colour tells.
        corner = {"amber": 2.0, "red": 0.0}.get(self.health, _DOT_PX / 2)
        painter.drawRoundedRect(box, corner, corner)
