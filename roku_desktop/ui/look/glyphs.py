"""The small signs on buttons and in lists: the SVG files of resources/icons, in the palette's colours.

A file is a drawing of 16 × 16 in black strokes. It is rendered at the size it is shown at, on a screen
of any scale, and tinted. Qt's picture plugin reads it: the first one costs 1.5 ms, each later one a
tenth of that, and PySide's own QtSvg module would cost more at every start.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QImage, QImageReader, QPainter, QPixmap

from roku_desktop.paths import resource_path

Glyph = Literal[
    "check",
    "close",
    "command",
    "copy",
    "delete",
    "down",
    "edit",
    "export",
    "folder",
    "fork",
    "lamp",
    "lock",
    "pin",
    "plus",
    "resume",
    "retry",
    "right",
    "search",
    "send",
    "session",
    "settings",
    "star",
    "starred",
    "stop",
    "tool",
    "trace",
    "up",
    "warning",
]


MENU_GLYPH_PX: Final = 16


def paint_glyph(painter: QPainter, glyph: Glyph, box: QRectF, colour: QColor) -> None:
    """Draw `glyph` to fill the square `box`, moved to the nearest pixel so that its lines are sharp."""
    scale = painter.device().devicePixelRatio()
    size_px = max(1, round(box.width() * scale))
    corner = QPointF(round(box.x() * scale) / scale, round(box.y() * scale) / scale)
    image = glyph_image(glyph, size_px, colour.rgba())
    side = size_px / scale
    painter.drawImage(QRectF(corner.x(), corner.y(), side, side), image)


def glyph_icon(glyph: Glyph, colour: QColor) -> QIcon:
    """For menus, which draw themselves: sharp on screens of single and double scale."""
    icon = QIcon()
    for scale in (1, 2):
        pixmap = QPixmap.fromImage(glyph_image(glyph, MENU_GLYPH_PX * scale, colour.rgba()))
        pixmap.setDevicePixelRatio(scale)
        icon.addPixmap(pixmap)
    return icon


@lru_cache(maxsize=256)
def glyph_image(glyph: Glyph, size_px: int, rgba: int) -> QImage:
    """The sign in one colour (0xAARRGGBB), `size_px` pixels of the screen wide and high."""
    buffer = QBuffer()
    buffer.setData(_source(glyph))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"svg")
    reader.setScaledSize(QSize(size_px, size_px))
    sign = reader.read()
    # `fillRect` would have PySide make its gradients, with 180 names of them, before the first paint.
    image = QImage(sign.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor.fromRgba(rgba))
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, sign)
    painter.end()
    return image


@lru_cache
def _source(glyph: Glyph) -> bytes:
    return resource_path(f"icons/{glyph}.svg").read_bytes()
