"""Buttons of the window: flat, round-cornered, painted from the palette.

They are ordinary Qt buttons for keyboard and screen readers; only their paint is ours, because a
style sheet would change it at the price of the whole window's start.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import Glyph, paint_glyph

ButtonRank = Literal["primary", "plain", "quiet"]
_RADIUS_PX = 8
_GLYPH_PX = 16


class FlatButton(QPushButton):
    """A button with text. `primary` is filled, `plain` has a border, `quiet` shows only when used.

    `opens_menu` paints the sign for it; whoever owns the menu pops it up when the button is clicked.
    """

    def __init__(
        self,
        text: str,
        *,
        rank: ButtonRank = "plain",
        glyph: Glyph | None = None,
        opens_menu: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._rank = rank
        self._glyph = glyph
        self._opens_menu = opens_menu
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_glyph(self, glyph: Glyph | None) -> None:
        self._glyph = glyph
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + 24
        if self._glyph:
            width += theme.grown(_GLYPH_PX) + 6
        if self._opens_menu:
            width += theme.grown(_GLYPH_PX)
        return QSize(width, metrics.height() + 12)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(96, self.sizeHint().width()), self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        colour = self._text_colour()
        area = QRectF(self.rect()).adjusted(12, 0, -12, 0)
        side_px = theme.grown(_GLYPH_PX)
        if self._glyph:
            top = (self.height() - side_px) / 2
            paint_glyph(painter, self._glyph, QRectF(area.left(), top, side_px, side_px), colour)
            area.setLeft(area.left() + side_px + 6)
        if self._opens_menu:
            small_px = side_px * 3 / 4
            box = QRectF(area.right() - small_px + 2, (self.height() - small_px) / 2, small_px, small_px)
            paint_glyph(painter, "down", box, colour)
            area.setRight(area.right() - side_px)
        painter.setPen(colour)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, int(area.width()) + 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_ground(self, painter: QPainter) -> None:
        palette = self.palette()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        filled = self._rank == "primary" and self.isEnabled()
        if filled:
            painter.setBrush(_hovered(self, theme.accent(palette)))
        elif self._rank == "plain":
            painter.setBrush(_hovered(self, palette.color(QPalette.ColorRole.Base)))
        elif self.underMouse() or self.isDown():
            painter.setBrush(_hovered(self, palette.color(QPalette.ColorRole.Button)))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        border = theme.line(palette) if self._rank == "plain" else None
        if self.hasFocus():
            border = palette.color(QPalette.ColorRole.Text if filled else QPalette.ColorRole.Accent)
        painter.setPen(QPen(border, 1.5) if border else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)

    def _text_colour(self) -> QColor:
        palette = self.palette()
        if not self.isEnabled():
            return theme.muted(palette)
        if self._rank == "primary":
            return theme.on_accent(palette)
        return palette.color(QPalette.ColorRole.ButtonText)


class GlyphButton(QPushButton):
    """A round button that shows a sign; its name is read to those who can't see it, and is its hint."""

    def __init__(
        self,
        glyph: Glyph,
        name: str,
        *,
        rank: ButtonRank = "plain",
        size_px: int = 32,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rank = rank
        self._size_px = theme.grown(size_px)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(self._size_px, self._size_px)
        self.show_as(glyph, name)

    def show_as(self, glyph: Glyph, name: str) -> None:
        self._glyph: Glyph = glyph
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size_px, self._size_px)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        filled = self._rank == "primary" and self.isEnabled()
        if filled:
            painter.setBrush(_hovered(self, theme.accent(palette)))
        elif self._rank == "quiet" and not self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setBrush(_hovered(self, palette.color(QPalette.ColorRole.Button)))
        border = theme.line(palette) if self._rank == "plain" else None
        if self.hasFocus():
            border = palette.color(QPalette.ColorRole.Text) if filled else theme.accent(palette)
        painter.setPen(QPen(border, 1.5) if border else Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        colour = theme.on_accent(palette) if filled else self._sign_colour()
        side_px = theme.grown(_GLYPH_PX)
        margin = (self._size_px - side_px) / 2
        paint_glyph(painter, self._glyph, QRectF(margin, margin, side_px, side_px), colour)

    def _sign_colour(self) -> QColor:
        palette = self.palette()
        if not self.isEnabled():
            return theme.muted(palette)
        return palette.color(QPalette.ColorRole.ButtonText)


def _hovered(button: QPushButton, colour: QColor) -> QColor:
    """A step towards the text's side while the pointer is over it, another while it is pressed."""
    if not button.isEnabled() or not (button.underMouse() or button.isDown()):
        return colour
    percent = 112 if button.isDown() else 106
    dark = colour.lightness() < 128
    return colour.lighter(percent + 12) if dark else colour.darker(percent)
