"""A slim scroll bar without arrows, painted from the palette. It behaves as Qt's own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QScrollBar, QWidget

from roku_desktop.ui.look import theme

_WIDTH_PX = 12
_HANDLE_PX = 6
_SHORTEST_HANDLE_PX = 28
_SEEN_PX = 1.0


class SlimScrollBar(QScrollBar):
    """Vertical; as wide as a pointer needs, as visible as an eye needs."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, owner)
        self._owner = owner
        self._painted = QRectF()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, 60)

    def sliderChange(self, _change: QAbstractSlider.SliderChange) -> None:
        """Paint only if the handle moves by what can be seen: a stream moves it 60 times a second."""
        handle = self._handle()
        moved = abs(handle.top() - self._painted.top()) + abs(handle.bottom() - self._painted.bottom())
        if moved >= _SEEN_PX or handle.isEmpty() != self._painted.isEmpty():
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(self._owner.backgroundRole()))
        self._painted = self._handle()
        if self._painted.isEmpty():
            return
        colour = theme.muted(self.palette()) if self.underMouse() else theme.line(self.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(self._painted, _HANDLE_PX / 2, _HANDLE_PX / 2)

    def _handle(self) -> QRectF:
        if self.maximum() == self.minimum():
            return QRectF()
        whole = self.maximum() - self.minimum() + self.pageStep()
        length = max(_SHORTEST_HANDLE_PX, self.height() * self.pageStep() / whole)
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        left = (self.width() - _HANDLE_PX) / 2
        return QRectF(left, share * (self.height() - length), _HANDLE_PX, length)
