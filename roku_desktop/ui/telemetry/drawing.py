"""What all parts of the telemetry panel share: how they are laid out, coloured, described and redrawn.

A part is given a value and is painted again only if that is another one. What it shows is said in
words too, for those who can't see it. Sizes follow the person's own font.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QDateTime, QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from roku_desktop.telemetry.slo import Budget
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme

Shown = TypeVar("Shown")

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_FAST_BURN = 6.0
_SCARCE = 0.25


class Drawing(QWidget, Generic[Shown]):
    """A painted part. Subclasses say how high it is, what it says, and paint it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.value: Shown | None = None
        self.paints = 0
        self.setAccessibleName(name)
        self.setFont(theme.scaled_font(0.88))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: Shown) -> None:
        """Show this; nothing is done if it is shown already."""
        if value == self.value:
            return
        height = self.height_px() if self.value is not None else -1
        self.value = value
        self.setAccessibleDescription(self.described())
        if self.height_px() != height:
            self.updateGeometry()
        self.update()

    @property
    def row_px(self) -> int:
        return self.fontMetrics().height() + 6

    def height_px(self) -> int:
        """How high it is with the value that is shown."""
        return self.row_px

    def described(self) -> str:
        """What it shows, in words."""
        return ""

    def draw(self, painter: QPainter, value: Shown) -> None:
        """Paint it; nothing here."""

    def sizeHint(self) -> QSize:
        return QSize(300, self.height_px())

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.height_px())

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.paints += 1
        if self.value is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter, self.value)

    # For the painting

    def text_colour(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Text)

    def write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        *,
        colour: QColor | None = None,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        painter.setPen(colour or self.text_colour())
        elided = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
        painter.drawText(box, align, elided)

    def bar(self, painter: QPainter, box: QRectF, share: float, colour: QColor) -> None:
        """A track with its left `share` (0..1) filled."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line(self.palette()))
        painter.drawRoundedRect(box, 3, 3)
        if share > 0:
            painter.setBrush(colour)
            filled = QRectF(box.x(), box.y(), max(box.width() * min(share, 1.0), 3.0), box.height())
            painter.drawRoundedRect(filled, 3, 3)


def budget_colour(palette: QPalette, budget: Budget, hour_burn_rate: float) -> QColor:
    if budget.events and (budget.budget_left <= 0 or hour_burn_rate >= _FAST_BURN):
        return theme.danger(palette)
    if budget.events and (budget.budget_left < _SCARCE or hour_burn_rate > 1):
        return theme.warning(palette)
    return theme.accent(palette)


def seconds(value: float) -> str:
    if value < 0.995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 9.995 else f"{value:.0f} s"


def clock(at: float, span_s: float) -> str:
    """A time of day; with its date where the window is longer than a day."""
    moment = QDateTime.fromSecsSinceEpoch(int(at))
    return QLocale().toString(moment, "HH:mm" if span_s <= 86_400 else tr("d MMM HH:mm", "a moment"))


def amount(value: int) -> str:
    for factor, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if value >= factor:
            return f"{value / (1000 if letter == 'k' else factor):.3g} {letter}"
    return QLocale().toString(value)


def size(size_bytes: int) -> str:
    return QLocale().formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def usd(value: float) -> str:
    return f"${value:.4f}" if 0 < value < 1 else f"${value:.2f}"
