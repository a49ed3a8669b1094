"""How the rows of the switcher are drawn: heads with a lamp, models with their figures, notes."""

from __future__ import annotations

import time

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from roku_desktop.ui.choosing.catalogue import (
    KeyRow,
    ModelRow,
    NoteRow,
    ProviderRow,
    Row,
    figures_in_words,
    row_in_words,
    state_in_words,
)
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import Glyph, paint_glyph
from roku_desktop.ui.wording import one_line

ROW_ROLE = Qt.ItemDataRole.UserRole
_LAMP_PX = 8
_GLYPH_PX = 14
_INDENT_PX = 26
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class SwitcherDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, QFontMetrics(theme.scaled_font(1.0)).height() + 12)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW_ROLE)
        palette = QPalette(option.palette)
        palette.setCurrentColorGroup(
            QPalette.ColorGroup.Active
        )  # heads can't be chosen, but are no less read
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect.adjusted(2, 1, -2, -1)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(area, 7, 7)
        elif state & QStyle.StateFlag.State_MouseOver and isinstance(row, ModelRow | KeyRow):
            painter.setBrush(theme.panel(palette))
            painter.drawRoundedRect(area, 7, 7)
        area = area.adjusted(10, 0, -10, 0)
        quiet = palette.color(QPalette.ColorRole.Text) if selected else theme.muted(palette)
        match row:
            case ProviderRow():
                self._paint_head(painter, area, row, palette, quiet)
            case ModelRow():
                self._paint_model(painter, area, row, palette, quiet)
            case KeyRow():
                words = row_in_words(row, 0.0)
                indented = area.adjusted(_INDENT_PX, 0, 0, 0)
                _draw(painter, indented, words, theme.accent(palette), theme.scaled_font(1.0))
            case NoteRow():
                colour = theme.warning(palette) if row.problem else quiet
                indented = area.adjusted(_INDENT_PX, 0, 0, 0)
                _draw(painter, indented, one_line(row.text, 300), colour, theme.scaled_font(0.9))
        painter.restore()

    def _paint_head(
        self, painter: QPainter, area: QRect, row: ProviderRow, palette: QPalette, quiet: QColor
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(lamp_colour(row, palette))
        painter.drawEllipse(QRectF(area.left() + 2, area.center().y() - 3, _LAMP_PX, _LAMP_PX))
        words = state_in_words(row, time.time())
        sign: Glyph | None = "retry" if row.breaker.phase != "closed" else "lock" if row.pinned else None
        rest = _draw_right(painter, area, words, quiet, sign)
        name_area = area.adjusted(_INDENT_PX, 0, rest - area.right(), 0)
        font = theme.scaled_font(1.0, weight=QFont.Weight.DemiBold)
        colour = quiet if row.closed_off else palette.color(QPalette.ColorRole.Text)
        _draw(painter, name_area, one_line(row.status.name, 60), colour, font)

    def _paint_model(
        self, painter: QPainter, area: QRect, row: ModelRow, palette: QPalette, quiet: QColor
    ) -> None:
        if row.current:
            _glyph(painter, "check", area.left(), area, theme.accent(palette))
        rest = _draw_right(painter, area, figures_in_words(row), quiet, None)
        name_area = area.adjusted(_INDENT_PX, 0, rest - area.right(), 0)
        colour = quiet if row.closed_off else palette.color(QPalette.ColorRole.Text)
        _draw(painter, name_area, one_line(row.choice.model, 200), colour, theme.scaled_font(1.0))


def lamp_colour(row: ProviderRow, palette: QPalette) -> QColor:
    """Its words stand at the right of the row, so that colour is not all."""
    if row.breaker.phase == "open":
        return theme.danger(palette)
    if row.breaker.phase == "half_open":
        return theme.warning(palette)
    return theme.accent(palette) if row.status.usable else theme.line(palette)


def _draw_right(painter: QPainter, area: QRect, text: str, colour: QColor, sign: Glyph | None) -> int:
    """Draw at the right end; returns where the room for the rest ends."""
    painter.setFont(theme.scaled_font(0.88))
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width() * 2 // 3)
    painter.drawText(area, _MIDDLE | Qt.AlignmentFlag.AlignRight, shown)
    left = area.right() - painter.fontMetrics().horizontalAdvance(shown) - 14
    if sign is not None:
        _glyph(painter, sign, left - 8, area, colour)
        left -= _GLYPH_PX + 8
    return left


def _draw(painter: QPainter, area: QRect, text: str, colour: QColor, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
    painter.drawText(area, _MIDDLE | Qt.AlignmentFlag.AlignLeft, shown)


def _glyph(painter: QPainter, glyph: Glyph, left: int, area: QRect, colour: QColor) -> None:
    top = area.center().y() - _GLYPH_PX / 2 + 1
    paint_glyph(painter, glyph, QRectF(left, top, _GLYPH_PX, _GLYPH_PX), colour)
