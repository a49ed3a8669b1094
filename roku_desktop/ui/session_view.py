"""The lists of the left side: the sessions, and what a search found. Keys and menus become signals."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu

from roku_desktop.engine import SessionSummary
from roku_desktop.ui import theme
from roku_desktop.ui.scroll_bar import SlimScrollBar
from roku_desktop.ui.session_delegate import SessionDelegate
from roku_desktop.ui.session_model import SUMMARY_ROLE, SessionModel
from roku_desktop.ui.shortcuts import command


class PlainList(QListView):
    """A list of two-line rows, and a sentence where it is empty.

    Attributes:
        empty_text: that sentence.
    """

    def __init__(self, model: QAbstractListModel, name: str) -> None:
        super().__init__()
        self.empty_text = ""
        self.setModel(model)
        self.setItemDelegate(SessionDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setAutoFillBackground(False)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName(name)

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


class SessionView(PlainList):
    """Signals:
    delete_wanted, pin_wanted: the session (its summary).
    export_wanted: the summary, and "markdown" or "json".
    """

    delete_wanted = Signal(object)
    pin_wanted = Signal(object)
    export_wanted = Signal(object, str)

    def __init__(self, model: SessionModel) -> None:
        super().__init__(model, "")
        self.setAccessibleName(self.tr("Sessions"))
        self.empty_text = self.tr("Your conversations will be kept here.")
        # Qt reads on at the end of the list through its own bar only; this one has to ask for it.
        self.verticalScrollBar().valueChanged.connect(self._read_on_at_end)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    @property
    def current(self) -> SessionSummary | None:
        summary = self.currentIndex().data(SUMMARY_ROLE)
        return summary if isinstance(summary, SessionSummary) else None

    def menu_of(self, index: QModelIndex) -> QMenu:
        """What can be done with a session, each with its key."""
        summary = index.data(SUMMARY_ROLE)
        assert isinstance(summary, SessionSummary)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pin = self.tr("Unpin") if summary.pinned else self.tr("Pin")
        entries = (
            (self.tr("Rename"), "rename_session", lambda: self.edit(index)),
            (pin, "pin_session", lambda: self.pin_wanted.emit(summary)),
            (self.tr("Export as Markdown…"), "export_markdown", lambda: self._export(summary, "markdown")),
            (self.tr("Export as JSON…"), "export_json", lambda: self._export(summary, "json")),
            (self.tr("Delete"), "delete_session", lambda: self.delete_wanted.emit(summary)),
        )
        for title, name, act in entries:
            if name == "delete_session":
                menu.addSeparator()
            action = QAction(f"{title}\t{command(name).shown_key}", menu)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu

    def _export(self, summary: SessionSummary, form: str) -> None:
        self.export_wanted.emit(summary, form)

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_of(index).popup(self.viewport().mapToGlobal(place))

    def _read_on_at_end(self, value: int) -> None:
        if value == self.verticalScrollBar().maximum() and self.model().canFetchMore(self.rootIndex()):
            self.model().fetchMore(self.rootIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current is not None:
            self.delete_wanted.emit(self.current)
        else:
            super().keyPressEvent(event)
