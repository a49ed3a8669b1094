"""What is remembered beyond a conversation: to search, add, edit, delete and take along.

Made and fed by `steering/memory.py`; what a person wants is a signal.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.engine import Memory, MemoryScope
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.banner import Banner
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.look.fields import ChoiceBox
from roku_desktop.ui.memory.delegate import MemoryDelegate
from roku_desktop.ui.memory.model import MEMORY_ROLE, MemoryModel
from roku_desktop.ui.sessions.search_field import SearchField


class MemoryWindow(QDialog):
    """Attributes:
        model: the list.

    Signals:
        search_wanted: words; "" = all.
        remember_wanted: a text and a scope.
        change_wanted: a memory's id and its new text.
        forget_wanted: a `Memory`; brought_back: one that was forgotten by mistake.
        export_wanted.
    """

    search_wanted = Signal(str)
    remember_wanted = Signal(str, str)
    change_wanted = Signal(str, str)
    forget_wanted = Signal(object)
    brought_back = Signal(object)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(tr("Memory"))
        self.resize(theme.grown(680), theme.grown(560))
        self.model = MemoryModel(self)
        self._editing: Memory | None = None
        self._search = SearchField()
        self._search.setAccessibleName(tr("Search what is remembered"))
        self._search.search_wanted.connect(self.search_wanted)
        self._list = self._make_list()
        self._search.moved_down.connect(self._list.setFocus)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._edit = QPlainTextEdit()
        self._edit.setTabChangesFocus(True)
        self._edit.setAccessibleName(tr("Text to remember"))
        self._edit.setPlaceholderText(tr("A fact for later conversations, for instance: Answer in French."))
        self._edit.setFixedHeight(theme.grown(84))
        self._edit.textChanged.connect(self._show_state)
        self._scope = ChoiceBox()
        self._scope.setAccessibleName(tr("Where it holds"))
        self._scope.addItem(tr("For all conversations"), "global")
        self._scope.addItem(tr("For this workspace"), "workspace")
        self._scope.addItem(tr("For this conversation"), "session")
        self._save = FlatButton(tr("Remember"), rank="primary")
        self._save.clicked.connect(self._keep)
        self._new = FlatButton(tr("New"))
        self._new.clicked.connect(self.begin_new)
        self._delete = FlatButton(tr("Delete"))
        self._delete.clicked.connect(self._forget)
        self._export = FlatButton(tr("Export…"))
        self._export.clicked.connect(self.export_wanted)
        self.notice = Banner()
        self._service = QLabel()
        self._service.setWordWrap(True)
        self._service.hide()
        self._lay_out()
        self._show_state()

    def _make_list(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(MemoryDelegate(view))
        view.setMouseTracking(True)
        view.setAccessibleName(tr("What is remembered, newest first"))
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.selectionModel().currentChanged.connect(self._chosen)
        self.model.rowsInserted.connect(self._show_state)
        self.model.rowsRemoved.connect(self._show_state)
        self.model.modelReset.connect(self._show_state)
        return view

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self._search)
        column.addWidget(self._service)
        column.addWidget(self._list, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self.notice)
        column.addWidget(self._edit)
        row = QHBoxLayout()
        for button in (self._save, self._scope, self._new, self._delete):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._export)
        column.addLayout(row)

    # What is shown

    def show_service(self, sentence: str) -> None:
        self._service.setText(sentence)
        self._service.setVisible(bool(sentence))

    def show_page(self, text: str, first: int, page: list[Memory], *, is_last: bool) -> None:
        if text == self._search.text().strip():
            self.model.add_page(first, page, is_last=is_last)
            self._show_state()

    def show_kept(self, memory: Memory) -> None:
        """What was typed is on disk."""
        self.model.put_first(memory)
        self.begin_new()

    def show_forgotten(self, memory: Memory) -> None:
        self.model.remove(memory.memory_id)
        if self._editing is not None and self._editing.memory_id == memory.memory_id:
            self.begin_new()
        undo = (tr("Undo"), lambda: self._bring_back(memory))
        self.notice.show_message(tr("It is forgotten."), actions=[undo])

    def begin_new(self) -> None:
        self._editing = None
        self._list.selectionModel().clear()
        self._edit.clear()
        self._edit.setFocus()
        self._show_state()

    def _show_state(self) -> None:
        is_empty = self.model.rowCount() == 0
        self._list.setVisible(not is_empty)
        self._empty.setVisible(is_empty)
        self._empty.setText(
            tr("Nothing of that is remembered.")
            if self._search.text().strip()
            else tr(
                "Nothing is remembered yet. What you write below goes with later prompts where it may help."
            )
        )
        typed = self._edit.toPlainText().strip()
        is_new = self._editing is None
        self._save.setText(tr("Remember") if is_new else tr("Save"))
        self._save.setEnabled(bool(typed) and (self._editing is None or typed != self._editing.text))
        self._scope.setVisible(is_new)
        self._delete.setEnabled(not is_new)
        self._new.setEnabled(not is_new)
        self._export.setEnabled(not is_empty or bool(self._search.text().strip()))

    # What a person does

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        memory = cast("Memory | None", now.data(MEMORY_ROLE)) if now.isValid() else None
        if memory is not None:
            self._editing = memory
            self._edit.setPlainText(memory.text)
            self._show_state()

    def _keep(self) -> None:
        text = self._edit.toPlainText()
        if self._editing is not None:
            self.change_wanted.emit(self._editing.memory_id, text)
        else:
            self.remember_wanted.emit(text, cast("MemoryScope", self._scope.currentData()))

    def _forget(self) -> None:
        if self._editing is not None:
            self.forget_wanted.emit(self._editing)

    def _bring_back(self, memory: Memory) -> None:
        self.notice.clear()
        self.brought_back.emit(memory)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.notice.clear()
        super().closeEvent(event)
