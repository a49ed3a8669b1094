"""The images that go with the next prompt, above the composer: small, each with a button that removes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from roku_desktop.ui.composing.image_files import AttachedImage
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import GlyphButton

_HEIGHT_PX: Final = 56


class ImageStrip(QWidget):
    """Hidden while there are none.

    Signals:
        remove_wanted: the image at that place.
    """

    remove_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[QWidget] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(14, 2, 6, 2)
        self._layout.setSpacing(6)
        self._layout.addStretch(1)
        self.hide()

    def show_images(self, images: Sequence[AttachedImage]) -> None:
        for widget in self._shown:
            self._layout.removeWidget(widget)
            widget.hide()
            widget.deleteLater()  # it may hold the button whose click is being handled
        self._shown = [self._made(place, image) for place, image in enumerate(images)]
        for place, widget in enumerate(self._shown):
            self._layout.insertWidget(place, widget)
        self.setVisible(bool(images))

    def _made(self, place: int, image: AttachedImage) -> QWidget:
        name = image.name or tr("pasted image")
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        picture = QLabel()
        side_px = theme.grown(_HEIGHT_PX)
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image.thumbnail).scaled(
            QSize(2 * side_px, side_px) * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        picture.setPixmap(pixmap)
        picture.setAccessibleName(tr("Attached image: {0}").format(name))
        picture.setToolTip(name)
        remove = GlyphButton("close", tr("Remove the image {0}").format(name), rank="quiet", size_px=24)
        remove.clicked.connect(partial(self._remove, place))
        row.addWidget(picture)
        row.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _remove(self, place: int) -> None:
        self.remove_wanted.emit(place)
