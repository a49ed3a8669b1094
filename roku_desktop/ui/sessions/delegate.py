"""How a row of the session list is drawn: title and second line, a pin, a dot for what is to be told.

The first row of a group carries its heading above it.

Also draws what a search found: the marked parts of either line stand on a tinted ground.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from roku_desktop.engine import SessionState
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import paint_glyph
from roku_desktop.ui.sessions.model import (
    HEADING_ROLE,
    PINNED_ROLE,
    STATE_ROLE,
    SUBTITLE_MARKS_ROLE,
    SUBTITLE_ROLE,
    TITLE_MARKS_ROLE,
)

Marks = Sequence[tuple[int, int]]
_PADDING_PX = 10
_DOT_PX = 8
_PIN_PX = 13


class SessionDelegate(QStyledItemDelegate):
    """Two lines and, where there is something to tell, a dot."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._marked: QPersistentModelIndex | None = None
        # Measured once: a list of thousands asks for the size of every row whenever one changes.
        self._heading_font = theme.scaled_font(0.8, weight=QFont.Weight.DemiBold)
        self._title_height = QFontMetrics(theme.scaled_font(1.0)).height()
        lines = self._title_height + QFontMetrics(theme.scaled_font(0.85)).height()
        self._heading_height = QFontMetrics(self._heading_font).height() + 14
        self._size = QSize(120, lines + 2 * _PADDING_PX + 4)
        self._size_with_heading = QSize(120, self._size.height() + self._heading_height)

    def mark(self, place: QPersistentModelIndex | None) -> None:
        """Show one row as used, because its menu is open."""
        self._marked = place

    def heading_height(self, index: QModelIndex | QPersistentModelIndex) -> int:
        """The pixels at the top of a row that belong to its heading."""
        return self._heading_height if index.data(HEADING_ROLE) else 0

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._size_with_heading if index.data(HEADING_ROLE) else self._size

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        return _TitleEdit(parent)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Over the title alone."""
        area: QRect = option.rect.adjusted(10, self.heading_height(index) + 4, -10, 0)
        area.setHeight(self._title_height + 12)
        editor.setGeometry(area)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state: QStyle.StateFlag = option.state
        palette: QPalette = option.palette
        heading_px = self.heading_height(index)
        if heading_px:
            self._paint_heading(painter, option.rect, str(index.data(HEADING_ROLE)), palette)
        area: QRect = option.rect.adjusted(8, heading_px + 1, -8, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(area, 8, 8)
        elif state & QStyle.StateFlag.State_MouseOver or index == self._marked:
            painter.setBrush(theme.panel(palette))
            painter.drawRoundedRect(area, 8, 8)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        inner = area.adjusted(10, _PADDING_PX - 1, -10, 1 - _PADDING_PX)
        self._paint_text(painter, inner, palette, index, selected=selected)
        painter.restore()

    def _paint_heading(self, painter: QPainter, row: QRect, heading: str, palette: QPalette) -> None:
        painter.setFont(self._heading_font)
        painter.setPen(theme.muted(palette))
        area = QRect(row.left() + 18, row.top(), row.width() - 36, self._heading_height - 4)
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, heading)

    def _paint_text(
        self,
        painter: QPainter,
        area: QRect,
        palette: QPalette,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,
    ) -> None:
        title_area = self._paint_signs(painter, area, palette, index)
        mark = palette.color(QPalette.ColorRole.Base if selected else QPalette.ColorRole.Highlight)
        text = palette.color(QPalette.ColorRole.Text)
        painter.setFont(theme.scaled_font(1.0))
        painter.setPen(text)
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        title = (str(index.data()), index.data(TITLE_MARKS_ROLE) or ())
        _draw_line(painter, title_area, title, top, mark)
        painter.setFont(theme.scaled_font(0.85))
        painter.setPen(text if selected else theme.muted(palette))
        subtitle = (str(index.data(SUBTITLE_ROLE)), index.data(SUBTITLE_MARKS_ROLE) or ())
        _draw_line(painter, area, subtitle, bottom, mark)

    def _paint_signs(
        self, painter: QPainter, area: QRect, palette: QPalette, index: QModelIndex | QPersistentModelIndex
    ) -> QRect:
        """The dot and the pin at the right of the title; returns what is left for the title."""
        right = area.right()
        colour = _dot_colour(index.data(STATE_ROLE), palette)
        if colour is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QRectF(right - _DOT_PX, area.top() + 5, _DOT_PX, _DOT_PX))
            right -= _DOT_PX + 8
        if index.data(PINNED_ROLE):
            box = QRectF(right - _PIN_PX, area.top() + 2, _PIN_PX, _PIN_PX)
            paint_glyph(painter, "pin", box, theme.muted(palette))
            right -= _PIN_PX + 6
        return area.adjusted(0, 0, right - area.right(), 0)


class _TitleEdit(QLineEdit):
    """A title that is being changed, its letters where they stood before."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setFont(theme.scaled_font(1.0))
        self.setTextMargins(6, 0, 4, 0)
        self.setAccessibleName(tr("Title"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent(self.palette()), 1.4))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


def _draw_line(
    painter: QPainter, area: QRect, line: tuple[str, Marks], alignment: Qt.AlignmentFlag, colour: QColor
) -> None:
    text, marks = line
    metrics = painter.fontMetrics()
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    top = area.top() if alignment == Qt.AlignmentFlag.AlignTop else area.bottom() - metrics.height() + 1
    shown = len(elided) if elided == text else len(elided) - 1  # the last one is the sign of elision
    for start, end in marks:
        if start < shown:
            left = area.left() + metrics.horizontalAdvance(text[:start])
            width = metrics.horizontalAdvance(text[start : min(end, shown)])
            box = QRectF(left - 1, top, width + 2, metrics.height())
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(box, 3, 3)
            painter.restore()
    painter.drawText(area, alignment | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, elided)


def _dot_colour(state: SessionState | None, palette: QPalette) -> QColor | None:
    match state:
        case "running":
            return theme.accent(palette)
        case "waiting" | "interrupted":
            return theme.warning(palette)
        case "failed":
            return theme.danger(palette)
        case "idle" | None:
            return None
