"""The command palette: a field and a list over the window, every command and the sessions by title.

A child of the window and no dialog, so nothing stops while it is open. It is told what there is
(`open_with`, `add_sessions`), filters by `fuzzy.py`, and does what was chosen after it has closed.
Made at its first use by `steering/palette.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from roku_desktop.ui.fuzzy import fuzzy_score
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import Glyph
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.palette.delegate import GLYPH_ROLE, KEY_ROLE, PaletteDelegate

_WIDTH_PX = 560
_TOP_PX = 72
_SHOWN_ROWS = 9
_ROOT = QModelIndex()


class PaletteItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line: `note` stands at its right, a key or what kind of thing it is."""

    title: str
    note: str
    glyph: Glyph | None = None
    act: Callable[[], object]


class PaletteModel(QAbstractListModel):
    """The items that fit what was typed, best first; all of them, as they came, for nothing typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: tuple[PaletteItem, ...] = ()
        self._sessions: tuple[PaletteItem, ...] = ()
        self._typed = ""
        self._shown: list[PaletteItem] = []

    def set_items(self, commands: Sequence[PaletteItem], sessions: Sequence[PaletteItem] = ()) -> None:
        self._commands, self._sessions = tuple(commands), tuple(sessions)
        self._refresh()

    def add_sessions(self, sessions: Sequence[PaletteItem]) -> None:
        self._sessions = tuple(sessions)
        self._refresh()

    def filter(self, typed: str) -> None:
        self._typed = typed
        self._refresh()

    def item_at(self, row: int) -> PaletteItem:
        return self._shown[row]

    def _refresh(self) -> None:
        self.beginResetModel()
        # Commands come first: sessions are found by text that may be anything.
        self._shown = [*_fitting(self._typed, self._commands)]
        if self._typed.strip():
            self._shown += _fitting(self._typed, self._sessions)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        item = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return item.title
        if role == KEY_ROLE:
            return item.note
        if role == GLYPH_ROLE:
            return item.glyph
        return f"{item.title}, {item.note}" if role == Qt.ItemDataRole.AccessibleTextRole else None


def _fitting(typed: str, items: Sequence[PaletteItem]) -> list[PaletteItem]:
    if not typed.strip():
        return list(items)
    scored = [(fuzzy_score(typed, item.title), item) for item in items]
    fitting = [(score, item) for score, item in scored if score is not None]
    return [item for _, item in sorted(fitting, key=lambda pair: -pair[0])]


class CommandPalette(QFrame):
    """Signals:
    typed: what stands in the field, so that sessions can be looked up.
    """

    typed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.model = PaletteModel(self)
        self._focus_before: QWidget | None = None
        self._entered_early = False
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Command palette"))
        self.field.setFrame(False)
        self.field.setFont(theme.scaled_font(1.1))
        self.field.setTextMargins(6, 4, 6, 4)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(PaletteDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setBackgroundRole(QPalette.ColorRole.Base)
        self.view.setVerticalScrollBar(SlimScrollBar(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(tr("Commands"))
        self.view.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.nothing = QLabel(tr("Nothing fits. Try fewer letters."))
        self.nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.nothing.setContentsMargins(8, 6, 8, 8)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(6)
        for widget in (self.field, self.view, self.nothing):
            layout.addWidget(widget)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.view.clicked.connect(self._choose)
        window.installEventFilter(self)
        self.hide()

    def open_with(
        self, commands: Sequence[PaletteItem], sessions: Sequence[PaletteItem] = (), *, hint: str = ""
    ) -> None:
        """`hint` stands in the empty field, where the lines are no commands."""
        self._focus_before = self.window().focusWidget()
        self._entered_early = False
        self.field.clear()
        self.field.setPlaceholderText(hint or tr("Type a command or the title of a session"))
        self.model.set_items(commands, sessions)
        self._fit()
        self.show()
        self.raise_()
        self.field.setFocus()

    def add_sessions(self, sessions: Sequence[PaletteItem]) -> None:
        """Sessions that were looked up for what is typed now; the first is chosen if Enter came before."""
        row = self.view.currentIndex().row()
        self.model.add_sessions(sessions)
        self._fit(row=max(row, 0))
        if self._entered_early:
            self._enter()

    def dismiss(self) -> None:
        if self.isHidden():
            return
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus()

    def _typed(self, text: str) -> None:
        self._entered_early = False
        self.model.filter(text)
        self._fit()
        self.typed.emit(text)

    def _enter(self) -> None:
        """Where nothing fits yet, sessions may: who types faster than they are found has chosen the first."""
        self._entered_early = self.model.rowCount() == 0
        self._choose(self.view.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            item = self.model.item_at(index.row())
            self.dismiss()
            item.act()

    def _fit(self, *, row: int = 0) -> None:
        """As wide as the window allows, as high as its lines."""
        count = self.model.rowCount()
        self.view.setVisible(count > 0)
        self.nothing.setVisible(count == 0)
        self.view.setFixedHeight(min(count, _SHOWN_ROWS) * max(1, self.view.sizeHintForRow(0)))
        if count:
            self.view.setCurrentIndex(self.model.index(min(row, count - 1)))
        width = min(theme.grown(_WIDTH_PX), self._window.width() - 40)
        self.setFixedWidth(width)
        self._layout.activate()
        self.adjustSize()
        self.move((self._window.width() - width) // 2, _TOP_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.field:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._fit(row=self.view.currentIndex().row())
            return False
        match event.type():
            case QEvent.Type.ShortcutOverride:
                if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                    event.accept()  # here Esc closes the palette and stops nothing
                    return True
            case QEvent.Type.KeyPress:
                return isinstance(event, QKeyEvent) and self._key(event)
            case QEvent.Type.FocusOut:
                self.hide()
            case _:
                pass
        return False

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                self.dismiss()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._enter()
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_PageDown | Qt.Key.Key_PageUp:
                self._step(_SHOWN_ROWS if event.key() == Qt.Key.Key_PageDown else -_SHOWN_ROWS)
            case _:
                return False
        return True

    def _step(self, rows: int) -> None:
        count = self.model.rowCount()
        if count:
            row = min(max(self.view.currentIndex().row() + rows, 0), count - 1)
            self.view.setCurrentIndex(self.model.index(row))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line(self.palette()), 1.4))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 12, 12)
