"""The buttons on rows of a transcript: real child widgets, so that keys and screen readers reach them.

They are few, because only rows near the reader have any, and they are used again for other rows.
Where a row wants one is said by its `Spot`s (`row_document.py`). Called by `view.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QPushButton, QWidget

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import GlyphButton
from roku_desktop.ui.look.glyphs import Glyph, paint_glyph
from roku_desktop.ui.transcript.row_document import BUTTON_PX, Spot, SpotAction

_GLYPHS: Final[dict[SpotAction, Glyph]] = {
    "copy": "copy",
    "copy_code": "copy",
    "regenerate": "retry",
    "fork": "fork",
    "edit": "edit",
}
_CHEVRON_PX = 12
PlacedSpot = tuple[int, int, Spot]


class FoldButton(QPushButton):
    """The head of a card: all of it can be clicked, and a chevron says so."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.unfolded = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(
            self.width() - _CHEVRON_PX - 10, (self.height() - _CHEVRON_PX) / 2, _CHEVRON_PX, _CHEVRON_PX
        )
        strong = self.underMouse() or self.hasFocus()
        colour = theme.accent(self.palette()) if strong else theme.muted(self.palette())
        paint_glyph(painter, "down" if self.unfolded else "right", box, colour)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.accent(self.palette()))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)


class SignButton(GlyphButton):
    """As quiet as the figures beside it until it is meant."""

    def _sign_colour(self) -> QColor:
        used = self.underMouse() or self.hasFocus()
        return super()._sign_colour() if used else theme.muted(self.palette())


class RowControls:
    """The buttons inside the viewport of `view`. `act` is told the row and the spot when one is pressed."""

    def __init__(self, view: QAbstractScrollArea, act: Callable[[int, Spot], None]) -> None:
        self._view = view
        self._area = view.viewport()
        self._act = act
        self._folds: list[FoldButton] = []
        self._signs: list[SignButton] = []
        self._shown: list[tuple[QPushButton, int, Spot]] = []

    def place(self, wanted: Iterable[PlacedSpot]) -> None:
        """Show a button for each of these: row, where the row begins (pixels of the area), spot."""
        shown: list[tuple[QPushButton, int, Spot]] = []
        folds = signs = 0
        for row, top, spot in wanted:
            button: QPushButton
            if spot.action == "fold":
                button, folds = self._fold(folds, spot), folds + 1
                place = QRect(int(spot.x), top + int(spot.y), int(spot.width), int(spot.height))
            else:
                button, signs = self._sign(signs, spot), signs + 1
                place = QRect(int(spot.x), top + int(spot.y), BUTTON_PX, BUTTON_PX)
            if button.geometry() != place:
                button.setGeometry(place)
            if button.isHidden():
                button.show()
            shown.append((button, row, spot))
        for unused in (*self._folds[folds:], *self._signs[signs:]):
            if unused.hasFocus():
                self._view.setFocus()
            unused.hide()
        if [button for button, _, _ in shown] != [button for button, _, _ in self._shown]:
            self._order([button for button, _, _ in shown])
        self._shown = shown

    def _order(self, buttons: list[QPushButton]) -> None:
        """Tab goes from row to row."""
        before: QWidget = self._view
        for button in buttons:
            QWidget.setTabOrder(before, button)
            before = button

    def _fold(self, place: int, spot: Spot) -> FoldButton:
        if place == len(self._folds):
            button = FoldButton(self._area)
            button.clicked.connect(lambda: self._pressed(button))
            self._folds.append(button)
        fold = self._folds[place]
        if fold.accessibleName() != spot.title or fold.unfolded != spot.unfolded:
            fold.setAccessibleName(spot.title)
            fold.unfolded = spot.unfolded
            fold.update()
        return fold

    def _sign(self, place: int, spot: Spot) -> SignButton:
        glyph = _GLYPHS[spot.action]
        if place == len(self._signs):
            button = SignButton(glyph, spot.title, rank="quiet", size_px=BUTTON_PX, parent=self._area)
            button.clicked.connect(lambda: self._pressed(button))
            self._signs.append(button)
        sign = self._signs[place]
        if sign.accessibleName() != spot.title:
            sign.show_as(glyph, spot.title)
        return sign

    def _pressed(self, button: QPushButton) -> None:
        for shown, row, spot in self._shown:
            if shown is button:
                self._act(row, spot)
                return
