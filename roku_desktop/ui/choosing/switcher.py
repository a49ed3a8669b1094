"""The choice of provider and model: a field, a list, and how much is thought, over the window.

A child of the window and no dialog, so nothing stops while it is open. Knows no engine: it shows a
`ModelCatalogue` and is told when more is known (`refresh`). Made at its first use by
`steering/switcher.py`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.engine import Thinking
from roku_desktop.ui.choosing.catalogue import (
    KeyRow,
    ModelCatalogue,
    ModelRow,
    NoteRow,
    ProviderRow,
    Row,
    pin_in_words,
    row_in_words,
)
from roku_desktop.ui.choosing.switcher_delegate import ROW_ROLE, SwitcherDelegate
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.look.scroll_bar import SlimScrollBar

_WIDTH_PX: Final = 640
_TOP_PX: Final = 56
_SHOWN_ROWS: Final = 14
_ROOT = QModelIndex()
_THINKING: Final[tuple[Thinking, ...]] = ("default", "off", "low", "medium", "high")


class SwitcherModel(QAbstractListModel):
    """The rows of a catalogue that fit what is typed. Heads can be chosen where something can be done."""

    def __init__(self, catalogue: ModelCatalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._rows: Sequence[Row] = ()

    def show_rows(self, typed: str) -> None:
        self.beginResetModel()
        self._rows = self._catalogue.rows(typed)
        self.endResetModel()

    def row(self, place: int) -> Row:
        return self._rows[place]

    def place_of(self, row: Row | None) -> int:
        """Where the same thing stands now; else the current model, else the first that can be chosen."""
        places = [place for place in range(len(self._rows)) if self.can_choose(place)]
        same = [place for place in places if _is_same(row, self._rows[place])]
        current = [place for place in places if getattr(self._rows[place], "current", False)]
        models = [place for place in places if isinstance(self._rows[place], ModelRow)]
        return next(iter([*same, *current, *models, *places]), -1)

    def can_choose(self, place: int) -> bool:
        row = self._rows[place]
        if isinstance(row, ProviderRow):
            return row.breaker.phase != "closed"
        return isinstance(row, ModelRow | KeyRow)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if index.isValid() and self.can_choose(index.row()) else Qt.ItemFlag.NoItemFlags

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row_in_words(row, time.time())
        return self._hint(index.row()) if role == Qt.ItemDataRole.ToolTipRole else None

    def _hint(self, place: int) -> str | None:
        row = self._rows[place]
        if isinstance(row, ProviderRow) and self.can_choose(place):
            return tr("Ask {0} again with the next prompt (Enter)").format(row.status.name)
        return row.text if isinstance(row, NoteRow) else None


class ModelSwitcher(QFrame):
    """Signals:
    chosen: a `ModelChoice`.
    reset_wanted: the name of a provider whose breaker is to be closed.
    thinking_chosen: a `Thinking`.
    key_wanted: the name of a provider whose key is to be typed.
    """

    chosen = Signal(object)
    reset_wanted = Signal(str)
    thinking_chosen = Signal(str)
    key_wanted = Signal(str)

    def __init__(self, window: QWidget, catalogue: ModelCatalogue) -> None:
        super().__init__(window)
        self._window = window
        self._catalogue = catalogue
        self._focus_before: QWidget | None = None
        self._moved = False  # until a person goes elsewhere, the current model is looked at
        self.model = SwitcherModel(catalogue, self)
        self.pin = QLabel()
        self.field = QLineEdit()
        self.view = QListView()
        self.thinking = {level: FlatButton("", rank="quiet") for level in _THINKING}
        self._build()
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self.view.viewport().update)
        for watched in (window, self.field, *self.thinking.values()):
            watched.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        self.pin.setTextFormat(Qt.TextFormat.PlainText)
        self.pin.setWordWrap(True)
        self.pin.setContentsMargins(8, 2, 8, 2)
        self.pin.setFont(theme.scaled_font(0.92))
        self.field.setPlaceholderText(tr("Type a provider or a model"))
        self.field.setAccessibleName(tr("Choose provider and model"))
        self.field.setFrame(False)
        self.field.setFont(theme.scaled_font(1.1))
        self.field.setTextMargins(6, 4, 6, 4)
        self.view.setModel(self.model)
        self.view.setItemDelegate(SwitcherDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setBackgroundRole(QPalette.ColorRole.Base)
        self.view.setVerticalScrollBar(SlimScrollBar(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(tr("Providers and models"))
        self.view.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 10, 10, 8)
        self._layout.setSpacing(6)
        for widget in (self.field, self.pin, self.view):
            self._layout.addWidget(widget)
        self._layout.addLayout(self._thinking_row())
        self.field.textChanged.connect(self._typed)
        self.view.clicked.connect(self._choose)

    def _thinking_row(self) -> QHBoxLayout:
        titles = {
            "default": tr("As configured"),
            "off": tr("Off"),
            "low": tr("Low"),
            "medium": tr("Medium"),
            "high": tr("High"),
        }
        label = QLabel(tr("Thinking"))
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setContentsMargins(8, 0, 6, 0)
        across = QHBoxLayout()
        across.setSpacing(2)
        across.addWidget(label)
        for level, button in self.thinking.items():
            button.setText(titles[level])
            button.setCheckable(True)
            button.setAccessibleName(tr("Thinking: {0}").format(titles[level]))
            button.clicked.connect(partial(self._think, level))
            across.addWidget(button)
        across.addStretch(1)
        return across

    # What is known

    def show_thinking(self, thinking: str) -> None:
        for level, button in self.thinking.items():
            button.setChecked(level == thinking)
            button.set_glyph("check" if level == thinking else None)

    def refresh(self) -> None:
        """The catalogue knows more; what is looked at stays in its place."""
        if self.isVisible():
            scrolled = self.view.verticalScrollBar().value()
            self._show_rows(self._chosen_row() if self._moved else None)
            self.view.verticalScrollBar().setValue(scrolled)

    # Life

    def open(self, typed: str = "") -> None:
        self._focus_before = self.window().focusWidget()
        self.field.setText(typed)
        pin = self._catalogue.pin
        self.pin.setText(pin_in_words(pin) if pin else "")
        self.pin.setVisible(pin is not None)
        self._moved = False
        self.show()
        self.raise_()
        self._show_rows(None)
        self.field.setFocus()
        self._clock.start()

    def dismiss(self) -> None:
        if not self.isHidden():
            self._leave()
            if self._focus_before is not None:
                self._focus_before.setFocus()

    def _leave(self) -> None:
        self._clock.stop()
        self.hide()

    # Choosing

    def _typed(self, _text: str) -> None:
        if self.isVisible():
            self._moved = False
            self._show_rows(None)

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid() or not self.model.can_choose(index.row()):
            return
        row = self.model.row(index.row())
        if isinstance(row, ProviderRow):
            self.reset_wanted.emit(row.status.name)
        elif isinstance(row, ModelRow):
            self.dismiss()
            self.chosen.emit(row.choice)
        elif isinstance(row, KeyRow):
            self.dismiss()
            self.key_wanted.emit(row.provider)

    def _think(self, level: Thinking) -> None:
        self.show_thinking(level)
        self.thinking_chosen.emit(level)

    def _chosen_row(self) -> Row | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _show_rows(self, keep: Row | None) -> None:
        self.model.show_rows(self.field.text())
        place = self.model.place_of(keep)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place))
        self._fit()

    def _fit(self) -> None:
        height_px = max(1, self.view.sizeHintForRow(0)) if self.model.rowCount() else 1
        room = max(3, (self._window.height() - _TOP_PX - 190) // height_px)
        self.view.setFixedHeight(min(self.model.rowCount(), _SHOWN_ROWS, room) * height_px)
        width = min(theme.grown(_WIDTH_PX), self._window.width() - 40)
        self.setFixedWidth(width)
        self._layout.activate()
        self.adjustSize()
        self.move((self._window.width() - width) // 2, _TOP_PX)

    def _step(self, rows: int) -> None:
        """To the next row that can be chosen, in that direction."""
        count = self.model.rowCount()
        place = min(max(self.view.currentIndex().row() + rows, 0), max(count - 1, 0))
        step = 1 if rows > 0 else -1
        while 0 <= place < count and not self.model.can_choose(place):
            place += step
        if 0 <= place < count:
            self._moved = True
            self.view.setCurrentIndex(self.model.index(place))

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._fit()
            return False
        match event.type():
            case QEvent.Type.ShortcutOverride:
                if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                    event.accept()  # here Esc closes the switcher and stops nothing
                    return True
            case QEvent.Type.KeyPress:
                return isinstance(event, QKeyEvent) and self._key(event, in_field=watched is self.field)
            case QEvent.Type.FocusOut:
                QTimer.singleShot(0, self, self._leave_if_left)
            case _:
                pass
        return False

    def _leave_if_left(self) -> None:
        focused = QApplication.focusWidget()
        if self.isVisible() and focused is not None and not self.isAncestorOf(focused):
            self._leave()

    def _key(self, event: QKeyEvent, *, in_field: bool) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        if not in_field:
            return False
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(self.view.currentIndex())
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_PageDown | Qt.Key.Key_PageUp:
                self._step(_SHOWN_ROWS if event.key() == Qt.Key.Key_PageDown else -_SHOWN_ROWS)
            case _:
                return False
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line(self.palette()), 1.4))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 12, 12)


def _is_same(row: Row | None, other: Row) -> bool:
    if isinstance(row, ModelRow) and isinstance(other, ModelRow):
        return row.choice == other.choice
    both = isinstance(row, ProviderRow) and isinstance(other, ProviderRow)
    return both and row.status.name == other.status.name  # type: ignore[union-attr]  # seen above
