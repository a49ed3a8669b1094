"""The small signs on buttons, drawn as paths in a box of 16 × 16.

Painted in the palette's colours, sharp at any scale, and without QtSvg, whose library would cost
more at start than all of them. The program's own icon is a file: resources/icons.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

Glyph = Literal["plus", "send", "stop", "down", "lock", "check", "close", "search", "pin", "folder", "edit"]

_STROKES: dict[Glyph, tuple[tuple[tuple[float, float], ...], ...]] = {
    "plus": (((8, 3), (8, 13)), ((3, 8), (13, 8))),
    "send": (((8, 13.2), (8, 3)), ((3.6, 7.4), (8, 3), (12.4, 7.4))),
    "down": (((4, 6.2), (8, 10.2), (12, 6.2)),),
    "check": (((3.4, 8.4), (6.6, 11.6), (12.6, 4.8)),),
    "close": (((4, 4), (12, 12)), ((12, 4), (4, 12))),
    "pin": (
        ((5, 2.8), (11, 2.8)),
        ((6, 2.8), (6, 7), (4, 9.4), (12, 9.4), (10, 7), (10, 2.8)),
        ((8, 9.4), (8, 13.6)),
    ),
    "folder": (((2.4, 12.6), (2.4, 3.8), (6.2, 3.8), (7.6, 5.6), (13.6, 5.6), (13.6, 12.6), (2.4, 12.6)),),
    "edit": (((3, 13), (3.6, 10.2), (10.8, 3), (13, 5.2), (5.8, 12.4), (3, 13)), ((9.2, 4.6), (11.4, 6.8))),
}


def paint_glyph(painter: QPainter, glyph: Glyph, box: QRectF, colour: QColor) -> None:
    """Draw `glyph` to fill the square `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16, box.height() / 16)
    if glyph == "stop":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(4, 4, 8, 8), 1.5, 1.5)
    else:
        painter.setPen(
            QPen(colour, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_path(glyph))
    painter.restore()


def _path(glyph: Glyph) -> QPainterPath:
    path = QPainterPath()
    if glyph == "lock":
        path.addRoundedRect(QRectF(3.5, 7.2, 9, 6.6), 1.4, 1.4)
        path.moveTo(5.4, 7.2)
        path.lineTo(5.4, 5)
        path.arcTo(QRectF(5.4, 2.4, 5.2, 5.2), 180, -180)
        path.lineTo(10.6, 7.2)
        return path
    if glyph == "search":
        path.addEllipse(QRectF(2.8, 2.8, 8, 8))
        path.moveTo(9.8, 9.8)
        path.lineTo(13.4, 13.4)
        return path
    for stroke in _STROKES[glyph]:
        path.moveTo(QPointF(*stroke[0]))
        for point in stroke[1:]:
            path.lineTo(QPointF(*point))
    return path
