"""An image of a prompt in its row: a button that opens it, drawn once it is loaded."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from roku_desktop.ui.look import theme


class PictureButton(QPushButton):
    """Attributes:
    picture: what it shows; None = not loaded, or no longer there.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture: QImage | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_picture(self, picture: QImage | None) -> None:
        if picture is not self.picture:
            self.picture = picture
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.picture is None:
            painter.fillRect(box, theme.panel(self.palette()))
        else:
            size = QSizeF(self.picture.size()).scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(box.topLeft(), size)
            place.moveCenter(box.center())
            painter.drawImage(place, self.picture)
        if self.hasFocus() or self.underMouse():
            painter.setPen(theme.accent(self.palette()))
            painter.drawRoundedRect(box, 4, 4)
