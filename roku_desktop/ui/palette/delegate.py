"""How a line of the command palette is drawn: a sign, the title, and its key at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import Glyph, paint_glyph

KEY_ROLE = Qt.ItemDataRole.UserRole + 1
GLYPH_ROLE = Qt.ItemDataRole.UserRole + 2
_GLYPH_PX = 16


class PaletteDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, QFontMetrics(theme.scaled_font(1.0)).height() + 14)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect.adjusted(2, 1, -2, -1)
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(area, 7, 7)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.panel(palette))
            painter.drawRoundedRect(area, 7, 7)
        text_area = area.adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        note = str(index.data(KEY_ROLE) or "")
        painter.setFont(theme.scaled_font(0.88))
        selected = bool(state & QStyle.StateFlag.State_Selected)
        quiet = palette.color(QPalette.ColorRole.Text) if selected else theme.muted(palette)
        painter.setPen(quiet)
        glyph: Glyph | None = index.data(GLYPH_ROLE)
        side_px = theme.grown(_GLYPH_PX)
        if glyph:
            top = text_area.center().y() - side_px / 2 + 1
            paint_glyph(painter, glyph, QRectF(text_area.left(), top, side_px, side_px), quiet)
        text_area.setLeft(text_area.left() + side_px + 10)
        painter.drawText(text_area, middle | Qt.AlignmentFlag.AlignRight, note)
        text_area.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(note) - 16, 0)
        painter.setFont(theme.scaled_font(1.0))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        title = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, text_area.width()
        )
        painter.drawText(text_area, middle | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()
