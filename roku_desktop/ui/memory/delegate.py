"""How a row of what is remembered is drawn: the memory on one line, below it where it holds, more quietly."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from roku_desktop.ui.look import theme

_PADDING_PX = 7


class MemoryDelegate(QStyledItemDelegate):
    """The model's text has two lines, each of which is cut where it is too long."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        lines = sum(QFontMetrics(theme.scaled_font(scale)).height() for scale in (1.0, 0.88))
        return QSize(200, lines + 2 * _PADDING_PX + 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect.adjusted(2, 1, -2, -1)
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(
                palette.color(QPalette.ColorRole.Highlight) if selected else theme.panel(palette)
            )
            painter.drawRoundedRect(area, 7, 7)
        text = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        quiet = text if selected else theme.muted(palette)
        first, _, second = str(index.data()).partition("\n")
        place = area.adjusted(10, _PADDING_PX - 1, -10, 0)
        for line, scale, colour in ((first, 1.0, text), (second, 0.88, quiet)):
            painter.setFont(theme.scaled_font(scale))
            painter.setPen(colour)
            metrics = painter.fontMetrics()
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
            place.setTop(place.top() + metrics.height() + 1)
        painter.restore()
