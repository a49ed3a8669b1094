"""The panel's lamp of long-term memory: who finds what is remembered, and how that does. Painted here."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from roku_desktop.telemetry.snapshot import MemoryStanding
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.telemetry.drawing import Drawing

_LAMP_PX: Final = 10.0
_GAP_PX: Final = 8.0


class MemoryLamp(Drawing[MemoryStanding]):
    """Three colours for three states; the words say the same."""

    def described(self) -> str:
        standing = self.value or MemoryStanding()
        if not standing.service:
            return tr("Memories are found by their words, in the home.")
        return {
            "healthy": tr("{0} finds memories by their meaning."),
            "degraded": tr("{0} has trouble; the home stands in."),
            "down": tr("{0} is down; the home stands in."),
        }[standing.health].format(standing.service)

    def draw(self, painter: QPainter, value: MemoryStanding) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(value))
        painter.drawEllipse(QRectF(0, (self.row_px - _LAMP_PX) / 2, _LAMP_PX, _LAMP_PX))
        begin = _LAMP_PX + _GAP_PX
        self.write(painter, QRectF(begin, 0, self.width() - begin, self.row_px), self.described())

    def _colour(self, standing: MemoryStanding) -> QColor:
        palette = self.palette()
        colours = {"healthy": theme.accent, "degraded": theme.warning, "down": theme.danger}
        return colours[standing.health](palette)
