"""Where the images of a prompt stand below its text: side by side, as high as one another. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF

from roku_desktop.engine import ImageRef
from roku_desktop.ui.look import theme

_HEIGHT_PX: Final = 96
_NARROWEST_PX: Final = 36
_GAP_PX: Final = 8


def picture_places(images: Sequence[ImageRef], width_px: float) -> list[QRectF]:
    """In pixels from where the first one begins; a row that is full goes on below."""
    height = theme.grown(_HEIGHT_PX)
    places: list[QRectF] = []
    x = y = 0.0
    for image in images:
        width = min(max(height * image.width_px / image.height_px, _NARROWEST_PX), 2.0 * height, width_px)
        if x and x + width > width_px:
            x, y = 0.0, y + height + _GAP_PX
        places.append(QRectF(x, y, width, height))
        x += width + _GAP_PX
    return places


def room_for_pictures(images: Sequence[ImageRef], width_px: float) -> float:
    """How much they take below the text, in pixels."""
    places = picture_places(images, width_px)
    return places[-1].bottom() + _GAP_PX if places else 0.0
