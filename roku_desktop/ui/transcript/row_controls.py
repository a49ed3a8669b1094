"""The buttons on rows of a transcript: real child widgets, so that keys and screen readers reach them.

They are few, because only rows near the reader have any, and they are used again for other rows.
Where a row wants one is said by its `Spot`s (`row_document.py`). Called by `view.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QPushButton, QWidget

from roku_desktop.engine import ImageRef
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton, GlyphButton
from roku_desktop.ui.look.glyphs import Glyph, paint_glyph
from roku_desktop.ui.transcript.row_spots import BUTTON_PX, Spot, SpotAction

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.picture_button import PictureButton

_GLYPHS: Final[dict[SpotAction, Glyph]] = {
    "copy": "copy",
    "copy_code": "copy",
    "regenerate": "retry",
    "fork": "fork",
    "star": "star",
    "unstar": "starred",
    "edit": "edit",
    "trace": "trace",
}
_CHEVRON_PX = 12
_MOST_PICTURES: Final = 64  # kept as they are seen, 150 kB each
PlacedSpot = tuple[int, int, Spot]
_Button = TypeVar("_Button", bound=QPushButton)


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
    """The buttons inside the viewport of `view`. `act` is told the row and the spot when one is pressed.

    `want_picture` is asked for an image that is to be seen; `show_picture` brings it, later.
    """

    def __init__(
        self,
        view: QAbstractScrollArea,
        act: Callable[[int, Spot], None],
        want_picture: Callable[[ImageRef], None],
    ) -> None:
        self._view = view
        self._area = view.viewport()
        self._act = act
        self._folds: list[FoldButton] = []
        self._signs: list[SignButton] = []
        self._labels: list[FlatButton] = []
        self._pictures: list[PictureButton] = []
        self._want_picture = want_picture
        self._known_pictures: dict[str, QImage | None] = {}
        self._shown: list[tuple[QPushButton, int, Spot]] = []

    @property
    def shown(self) -> list[tuple[int, QPushButton]]:
        """The buttons that are shown, each with its row."""
        return [(row, button) for button, row, _ in self._shown]

    def place(self, wanted: Iterable[PlacedSpot]) -> None:
        """Show a button for each of these: row, where the row begins (pixels of the area), spot."""
        shown: list[tuple[QPushButton, int, Spot]] = []
        folds, signs, labels = iter(self._folds[:]), iter(self._signs[:]), iter(self._labels[:])
        pictures = iter(self._pictures[:])
        for row, top, spot in wanted:
            button: QPushButton
            if spot.action == "fold":
                button = self._fold(next(folds, None), spot)
            elif spot.image is not None:
                button = self._picture(next(pictures, None), spot, spot.image)
            elif spot.label:
                button = self._label(next(labels, None), spot)
            else:
                button = self._sign(next(signs, None), spot)
            side_px = theme.grown(BUTTON_PX)
            width, height = int(spot.width) or side_px, int(spot.height) or side_px
            place = QRect(int(spot.x), top + int(spot.y), width, height)
            if button.geometry() != place:
                button.setGeometry(place)
            if button.isHidden():
                button.show()
            shown.append((button, row, spot))
        for unused in (*folds, *signs, *labels, *pictures):
            if unused.hasFocus():
                self._view.setFocus()
            unused.hide()
        before, self._shown = [button for _, button in self.shown], shown
        buttons = [button for _, button in self.shown]
        if buttons != before:
            self._order(buttons)

    def _order(self, buttons: list[QPushButton]) -> None:
        """Tab goes from row to row."""
        before: QWidget = self._view
        for button in buttons:
            QWidget.setTabOrder(before, button)
            before = button

    def _fold(self, fold: FoldButton | None, spot: Spot) -> FoldButton:
        if fold is None:
            fold = FoldButton(self._area)
            fold.lower()  # a button may stand on it
            self._add(fold, self._folds)
        if fold.accessibleName() != spot.title or fold.unfolded != spot.unfolded:
            fold.setAccessibleName(spot.title)
            fold.unfolded = spot.unfolded
            fold.update()
        return fold

    def _sign(self, sign: SignButton | None, spot: Spot) -> SignButton:
        glyph = _GLYPHS[spot.action]
        if sign is None:
            sign = SignButton(glyph, spot.title, rank="quiet", size_px=BUTTON_PX, parent=self._area)
            self._add(sign, self._signs)
        elif sign.accessibleName() != spot.title:
            sign.show_as(glyph, spot.title)
        return sign

    def _picture(self, button: PictureButton | None, spot: Spot, image: ImageRef) -> PictureButton:
        if button is None:
            from roku_desktop.ui.transcript.picture_button import PictureButton

            button = PictureButton(self._area)
            self._add(button, self._pictures)
        button.setAccessibleName(spot.title)
        if image.file not in self._known_pictures:
            self._known_pictures[image.file] = None
            while len(self._known_pictures) > _MOST_PICTURES:
                del self._known_pictures[next(iter(self._known_pictures))]
            self._want_picture(image)
        button.show_picture(self._known_pictures[image.file])
        return button

    def show_picture(self, image: ImageRef, picture: QImage | None) -> None:
        """It has been loaded; None = it is no longer there."""
        if image.file in self._known_pictures:
            self._known_pictures[image.file] = picture
        seen = {button for button, _, spot in self._shown if spot.image and spot.image.file == image.file}
        for button in self._pictures:
            if button in seen:
                button.show_picture(picture)

    def _label(self, button: FlatButton | None, spot: Spot) -> FlatButton:
        if button is None:
            button = FlatButton(spot.label, parent=self._area)
            self._add(button, self._labels)
        if button.accessibleName() != spot.title:
            button.setText(spot.label)
            button.setAccessibleName(spot.title)
            button.setToolTip(spot.title)
        return button

    def _add(self, button: _Button, known: list[_Button]) -> None:
        button.clicked.connect(lambda: self._pressed(button))
        known.append(button)

    def _pressed(self, button: QPushButton) -> None:
        for shown, row, spot in self._shown:
            if shown is button:
                self._act(row, spot)
                return
