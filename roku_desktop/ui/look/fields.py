"""What one ticks and chooses in, with a frame that can be seen in both schemes.

The style's own frames are derived from the window's colour and vanish on a dark one. Used by settings and
dialogs; colours come from `theme.py`, sizes from the font.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import paint_glyph

_GAP_PX = 7


class TickBox(QCheckBox):
    """On or off."""

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(
            metrics.height() + _GAP_PX + metrics.horizontalAdvance(self.text()) + 8, metrics.height() + 8
        )

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, side = self.palette(), self.fontMetrics().height() - 1
        box = QRectF(4, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        if self.isChecked():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent(palette) if self.isEnabled() else theme.muted(palette))
            painter.drawRoundedRect(box, 3, 3)
            inside = box.adjusted(2, 2, -2, -2)
            paint_glyph(painter, "check", inside, theme.on_accent(palette))
        else:
            _paint_box(painter, self, box, radius=3)
        painter.setPen(palette.color(self.foregroundRole()))
        words = self.rect().adjusted(round(box.right()) + _GAP_PX, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())


class ChoiceBox(QComboBox):
    """One of several."""

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(10, 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _paint_box(painter, self, QRectF(self.rect()))
        side = self.fontMetrics().height() * 0.8
        colour = self.palette().color(self.foregroundRole())
        place = QRectF(self.width() - side - 8, (self.height() - side) / 2, side, side)
        paint_glyph(painter, "down", place, colour)
        words = self.rect().adjusted(9, 0, -round(side) - 12, 0)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, words.width())
        painter.setPen(colour)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)


def _paint_box(painter: QPainter, field: QWidget, box: QRectF, *, radius: int = 6) -> None:
    palette = field.palette()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.accent(palette), 1.6) if field.hasFocus() else QPen(theme.frame(palette), 1.1))
    painter.setBrush(QGuiApplication.palette().color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
