"""An image of a prompt in its own window, as large as the screen allows. Made by `steering/images.py`."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

_SHARE_OF_SCREEN: Final = 0.8


class PictureViewer(QDialog):
    """Not modal; Esc closes it."""

    def __init__(self, title: str, picture: QImage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        ratio = self.devicePixelRatioF()
        room = self.screen().availableSize() * _SHARE_OF_SCREEN * ratio
        pixmap = QPixmap.fromImage(picture)
        if pixmap.width() > room.width() or pixmap.height() > room.height():
            pixmap = pixmap.scaled(
                QSize(room), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        pixmap.setDevicePixelRatio(ratio)
        label = QLabel()
        label.setPixmap(pixmap)
        label.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, 0, Qt.AlignmentFlag.AlignCenter)
