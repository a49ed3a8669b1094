"""What an empty conversation says."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette

from roku_desktop.ui.look import theme


def paint_greeting(painter: QPainter, area: QRectF, palette: QPalette, greeting: tuple[str, str]) -> None:
    """What stands in the middle of an empty conversation: a title and a line below it."""
    title, subtitle = greeting
    half = area.height() / 2
    centred = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.setFont(theme.scaled_font(1.9))
    painter.drawText(area.adjusted(0, 0, 0, -half), centred | Qt.AlignmentFlag.AlignBottom, title)
    painter.setPen(theme.muted(palette))
    painter.setFont(theme.scaled_font(1.05))
    painter.drawText(area.adjusted(40, half + 14, -40, 0), centred | Qt.AlignmentFlag.AlignTop, subtitle)
