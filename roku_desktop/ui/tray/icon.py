"""The picture in the tray: the program's own, in the colour of how things stand, with how many wait.

Painted from `icons/roku.svg`, so that it stays the same sign in every colour. Called by `tray.py`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QImageReader, QPainter, QPixmap

from roku_desktop.paths import resource_path

Standing = Literal["green", "amber", "red", "paused"]

SIZES_PX: Final = (16, 22, 24, 32, 48, 64)
# As in the file: the ground's upper and lower colour, and that of the strokes.
_DRAWN: Final = ("#12908a", "#0a5c5e", "#0b6e6e")
_COLOURS: Final[dict[Standing, tuple[str, str, str]]] = {
    "green": _DRAWN,
    "amber": ("#e0a02c", "#a56a00", "#8a5a00"),
    "red": ("#dd4b41", "#9d1c15", "#b3261e"),
    "paused": ("#8d999c", "#566164", "#5f6b6e"),
}
_BADGE: Final = QColor("#b3261e")
_BADGE_SHARE: Final = 0.62
_MOST_SHOWN: Final = 9


def tray_icon(standing: Standing, waiting: int) -> QIcon:
    """The icon in the sizes that trays use; `waiting` approvals are a number in its corner."""
    icon = QIcon()
    for size_px in SIZES_PX:
        icon.addPixmap(QPixmap.fromImage(tray_image(standing, min(waiting, _MOST_SHOWN + 1), size_px)))
    return icon


@lru_cache(maxsize=64)
def tray_image(standing: Standing, waiting: int, size_px: int) -> QImage:
    """One size of it, in pixels of the screen."""
    buffer = QBuffer()
    buffer.setData(_source(standing))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"svg")
    reader.setScaledSize(QSize(size_px, size_px))
    image = reader.read().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    if waiting:
        _paint_badge(image, f"{waiting}" if waiting <= _MOST_SHOWN else "+")
    return image


def _paint_badge(image: QImage, text: str) -> None:
    side = image.width() * _BADGE_SHARE
    box = QRectF(image.width() - side, image.height() - side, side, side)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)  # an edge that keeps it apart from a red icon
    painter.drawEllipse(box)
    edge = max(1.0, side / 12)
    painter.setBrush(_BADGE)
    painter.drawEllipse(box.adjusted(edge, edge, -edge, -edge))
    font = QFont()
    font.setPixelSize(max(7, round(side * 0.72)))
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()


@lru_cache
def _source(standing: Standing) -> bytes:
    drawing = resource_path("icons/roku.svg").read_text(encoding="utf-8")
    for drawn, colour in zip(_DRAWN, _COLOURS[standing], strict=True):
        drawing = drawing.replace(drawn, colour)
    return drawing.encode()
