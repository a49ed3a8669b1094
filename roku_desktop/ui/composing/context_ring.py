"""A ring that shows how full the model's context window is; its hint says it in figures."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme

_SIZE_PX = 20
# Where compaction begins to press (the original's layers at 60 % and 75 %).
_PRESSED = 0.75
_FULL = 0.95


class ContextRing(QWidget):
    """Hidden until something stands in the context.

    Attributes:
        used_tokens, window_tokens: what is shown; the first is an estimate.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.used_tokens = 0
        self.window_tokens = 0
        self.setFixedSize(_SIZE_PX, _SIZE_PX)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the row must not move when it comes
        self.setSizePolicy(policy)
        self.hide()

    def show_use(self, used_tokens: int, window_tokens: int) -> None:
        self.used_tokens, self.window_tokens = used_tokens, window_tokens
        locale = QLocale()
        text = tr("Context: about {0} of {1} tokens ({2} %), estimated").format(
            locale.toString(used_tokens), locale.toString(window_tokens), round(100 * self.share)
        )
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setVisible(used_tokens > 0 and window_tokens > 0)
        self.update()

    @property
    def share(self) -> float:
        return self.used_tokens / self.window_tokens if self.window_tokens else 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(QPen(theme.line(palette), 2.6))
        painter.drawEllipse(box)
        colour = theme.accent(palette)
        if self.share >= _PRESSED:
            colour = theme.danger(palette) if self.share >= _FULL else theme.warning(palette)
        painter.setPen(QPen(colour, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        span = -round(360 * 16 * min(1.0, max(self.share, 0.02)))  # Qt counts in sixteenths of a degree
        painter.drawArc(box, 90 * 16, span)
