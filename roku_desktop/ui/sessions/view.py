"""A list of the left side: the sessions, or what a search found. Keys and menus become signals.

The rows come from `model.py` or `results.py`; both know the summary of each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu

from roku_desktop.engine import SessionSummary
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.glyphs import glyph_icon
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.sessions.delegate import SessionDelegate
from roku_desktop.ui.sessions.model import SUMMARY_ROLE
from roku_desktop.ui.shortcuts import command

Act = Callable[[], object]


class SessionView(QListView):
    """Two-line rows under headings, and a sentence where there are none.

    Attributes:
        empty_text: that sentence.

    Signals:
        open_wanted: a row (QModelIndex) was chosen in the menu.
        delete_wanted, pin_wanted: the session (its summary).
        export_wanted: the summary, and "markdown", "json", "html" or "pdf".
    """

    open_wanted = Signal(QModelIndex)
    delete_wanted = Signal(object)
    pin_wanted = Signal(object)
    export_wanted = Signal(object, str)

    def __init__(self, model: QAbstractListModel, name: str) -> None:
        super().__init__()
        self.empty_text = ""
        self._delegate = SessionDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(SlimScrollBar(self))
        # Qt reads on at the end of the list through its own bar only; this one has to ask for it.
        self.verticalScrollBar().valueChanged.connect(self._read_on_at_end)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setAutoFillBackground(False)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName(name)

    @property
    def current(self) -> SessionSummary | None:
        summary = self.currentIndex().data(SUMMARY_ROLE)
        return summary if isinstance(summary, SessionSummary) else None

    # The menu of a row

    def menu_of(self, index: QModelIndex) -> QMenu:
        """What can be done with a session, each with its key."""
        summary = index.data(SUMMARY_ROLE)
        assert isinstance(summary, SessionSummary)
        place = QPersistentModelIndex(index)  # the list may move while the menu is open
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        _add(menu, tr("Open"), None, lambda: self._open(place))
        _add(menu, tr("Rename"), "rename_session", lambda: self._rename(place))
        pin = tr("Unpin") if summary.pinned else tr("Pin")
        _add(menu, pin, "pin_session", lambda: self.pin_wanted.emit(summary))
        menu.addSeparator()
        for form in ("markdown", "json", "html", "pdf"):
            name = f"export_{form}"
            _add(menu, command(name).shown_title, name, partial(self._export, summary, form))
        menu.addSeparator()
        _add(menu, tr("Delete"), "delete_session", lambda: self.delete_wanted.emit(summary))
        self._delegate.mark(place)
        menu.aboutToHide.connect(self._unmark)
        return menu

    def _export(self, summary: SessionSummary, form: str, _checked: bool = False) -> None:
        self.export_wanted.emit(summary, form)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the pointer for the row under it, by the keyboard for the current one."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.visualRect(index).center()
        else:
            index, place = self.indexAt(event.pos()), event.pos()
        if index.isValid():
            self.menu_of(index).popup(self.viewport().mapToGlobal(place))
            self.viewport().update()

    def _unmark(self) -> None:
        self._delegate.mark(None)
        self.viewport().update()

    def _open(self, place: QPersistentModelIndex) -> None:
        if place.isValid():
            self.open_wanted.emit(self.model().index(place.row(), 0))

    def _rename(self, place: QPersistentModelIndex) -> None:
        if place.isValid():
            self.edit(self.model().index(place.row(), 0))

    # Qt

    def indexAt(self, point: QPoint) -> QModelIndex:
        """A heading belongs to no row."""
        index = super().indexAt(point)
        heading_px = self._delegate.heading_height(index) if index.isValid() else 0
        on_heading = heading_px and point.y() < self.visualRect(index).top() + heading_px
        return QModelIndex() if on_heading else index

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right button asks for the menu, and opens no session."""
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current is not None:
            self.delete_wanted.emit(self.current)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme.muted(self.palette()))
            painter.drawText(
                self.viewport().rect().adjusted(18, 18, -18, -18),
                Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap,
                self.empty_text,
            )

    def _read_on_at_end(self, value: int) -> None:
        if value == self.verticalScrollBar().maximum() and self.model().canFetchMore(self.rootIndex()):
            self.model().fetchMore(self.rootIndex())


def _add(menu: QMenu, title: str, name: str | None, act: Act) -> None:
    """An entry with the sign and the key of the command that does the same; None has no such command."""
    known = command(name) if name else None
    action = QAction(f"{title}\t{known.shown_key}" if known else title, menu)
    action.setIcon(glyph_icon((known and known.glyph) or "session", theme.muted(menu.palette())))
    action.triggered.connect(act)
    menu.addAction(action)
