"""What was spent, over the window: a table with small bars, for today, a week or a month.

Knows no engine: it says which days it wants and is shown their rows. Made at its first use by
`steering/costs.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.engine import CostRow
from roku_desktop.ui.costs.lines import CostLine, cost_lines, spent_in_words, total_of, used_in_words
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton, GlyphButton
from roku_desktop.ui.look.scroll_bar import SlimScrollBar

_WIDTH_PX: Final = 600
_SHOWN_ROWS: Final = 16
_BOTTOM_PX: Final = 36
_BAR_PX: Final = 90
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_LINE_ROLE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()


class CostsModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[CostLine] = ()

    def show_rows(self, rows: Sequence[CostRow]) -> None:
        self.beginResetModel()
        self.lines = cost_lines(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == _LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.ToolTipRole:
            return None if line.is_head else f"{line.name}\n{used_in_words(line)}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            figures = [] if line.is_head else [spent_in_words(line), used_in_words(line)]
            return ", ".join([line.name, *figures])
        return None


class CostsPopup(QFrame):
    """Attributes:
        days: how many are shown, today included.

    Signals:
        wanted: the rows of so many days are to be shown.
    """

    wanted = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.days = 30
        self._focus_before: QWidget | None = None
        self.model = CostsModel()
        self.total = QLabel()
        self.total.setTextFormat(Qt.TextFormat.PlainText)
        self.total.setFont(theme.scaled_font(1.05, weight=QFont.Weight.DemiBold))
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_CostDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.view.setVerticalScrollBar(SlimScrollBar(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(tr("Costs"))
        self.buttons: dict[int, FlatButton] = {}
        titles = {1: tr("Today"), 7: tr("7 days"), 30: tr("30 days")}
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.addWidget(self.total, 1)
        for days, title in titles.items():
            button = self.buttons[days] = FlatButton(title, rank="quiet")
            button.clicked.connect(partial(self._want, days))
            head.addWidget(button)
        close = GlyphButton("close", tr("Close (Esc)"), rank="quiet", size_px=28)
        close.clicked.connect(self.dismiss)
        head.addWidget(close)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 8, 10, 10)
        self._layout.addLayout(head)
        self._layout.addWidget(self.view)
        self.hide()

    def open(self) -> None:
        self._focus_before = self.window().focusWidget()
        self._want(self.days)
        self._fit()
        self.show()
        self.raise_()
        self.buttons[self.days].setFocus()

    def dismiss(self) -> None:
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus()

    def show_costs(self, rows: Sequence[CostRow]) -> None:
        self.model.show_rows(rows)
        total = total_of(rows)
        self.total.setText(
            f"{spent_in_words(total)} · {used_in_words(total)}"
            if rows
            else tr("Nothing was answered in this time.")
        )
        self._fit()

    def _want(self, days: int) -> None:
        self.days = days
        for each, button in self.buttons.items():
            button.set_glyph("check" if each == days else None)
        self.wanted.emit(days)

    def _fit(self) -> None:
        rows = min(self.model.rowCount(), _SHOWN_ROWS)
        self.view.setVisible(rows > 0)
        self.view.setFixedHeight(rows * max(1, self.view.sizeHintForRow(0)) if rows else 0)
        self.setFixedWidth(min(theme.grown(_WIDTH_PX), self._window.width() - 40))
        self._layout.activate()
        self.adjustSize()
        right = self._window.width() - self.width() - 20
        self.move(max(20, right), self._window.height() - self.height() - _BOTTOM_PX)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()  # here Esc closes the popup and stops nothing
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line(self.palette()), 1.4))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 12, 12)


class _CostDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, QFontMetrics(theme.scaled_font(1.0)).height() + 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: CostLine = index.data(_LINE_ROLE)
        palette: QPalette = option.palette
        area: QRect = option.rect.adjusted(8, 0, -10, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_head:
            painter.setFont(theme.scaled_font(0.88, weight=QFont.Weight.DemiBold))
            painter.setPen(theme.muted(palette))
            painter.drawText(area, _MIDDLE | Qt.AlignmentFlag.AlignLeft, line.name)
        else:
            self._paint_line(painter, area, line, palette)
        painter.restore()

    def _paint_line(self, painter: QPainter, area: QRect, line: CostLine, palette: QPalette) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(area.right() - _BAR_PX, area.center().y() - 3, _BAR_PX, 7)
        painter.setBrush(theme.panel(palette))
        painter.drawRoundedRect(bar, 3.5, 3.5)
        if line.share:
            painter.setBrush(theme.accent(palette))
            painter.drawRoundedRect(QRectF(bar.x(), bar.y(), max(7.0, _BAR_PX * line.share), 7), 3.5, 3.5)
        area = area.adjusted(12, 0, -_BAR_PX - 14, 0)
        painter.setFont(theme.scaled_font(0.95))
        painter.setPen(theme.warning(palette) if line.unknown else palette.color(QPalette.ColorRole.Text))
        spent = spent_in_words(line)
        painter.drawText(area, _MIDDLE | Qt.AlignmentFlag.AlignRight, spent)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        metrics = painter.fontMetrics()
        room = area.width() - metrics.horizontalAdvance(spent) - 16
        name = metrics.elidedText(line.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(area, _MIDDLE | Qt.AlignmentFlag.AlignLeft, name)
