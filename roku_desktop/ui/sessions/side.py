"""The left side: a new session, the search, the list, the way back after a deletion.

Shows `model.py`, or `results.py` while something is searched for, and says what a
person wants; `steering/sessions.py` has it done.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from roku_desktop.engine import SessionSummary
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.sessions.deletion import UNDO_MS, SessionDeletion
from roku_desktop.ui.sessions.model import SessionModel
from roku_desktop.ui.sessions.results import Findings, ResultModel
from roku_desktop.ui.sessions.search_field import SearchField
from roku_desktop.ui.sessions.view import SessionView
from roku_desktop.ui.shortcuts import hint

_PADDING_PX = 10
# A machine that slept over midnight is told of the new day this late at most.
_LONGEST_DAY_CHECK_MS = 600_000


class SessionList(QWidget):
    """Attributes:
        view, found: the list of all sessions, and the one of what was searched for.
        deletion: what waits for its end.

    Signals:
        new_wanted: an empty conversation.
        chosen: open the session (id).
        hit_chosen: open the session (id) where the message of that position stands.
        removed: the session (id) left the list, and may come back.
        search_wanted: what to look for, "" ends the search.
        pin_wanted, export_wanted: a summary, and what to do with it (pinned; "markdown", "json", "html",
            "pdf").
        rename_wanted: a session (id) and its new title.
        left: the person goes back to writing.
    """

    new_wanted = Signal()
    chosen = Signal(str)
    hit_chosen = Signal(str, int)
    removed = Signal(str)
    search_wanted = Signal(str)
    pin_wanted = Signal(object, bool)
    export_wanted = Signal(object, str)
    rename_wanted = Signal(str, str)
    left = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None, *, undo_ms: int = UNDO_MS) -> None:
        super().__init__(parent)
        self.model = model
        self.results = ResultModel(self)
        self.deletion = SessionDeletion(self, undo_ms=undo_ms)
        self.deletion.restored.connect(self._restore)
        self.new_button = FlatButton(tr("New session"), glyph="plus", rank="quiet")
        self.new_button.setAccessibleName(tr("New session"))
        self.new_button.setToolTip(hint("new_session"))
        self.new_button.clicked.connect(self.new_wanted)
        self.field = SearchField()
        self.field.setToolTip(hint("search"))
        self.field.search_wanted.connect(self._search)
        self.field.moved_down.connect(self._enter_list)
        self.field.accepted.connect(self._open_result)
        self.field.left.connect(self.left)
        self.view = SessionView(model, tr("Sessions"))
        self.view.empty_text = tr("Your conversations will be kept here.")
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.view.open_wanted.connect(self.view.setCurrentIndex)
        self.found = SessionView(self.results, tr("Search results"))
        self.found.hide()
        self.found.clicked.connect(self._open_found)
        self.found.activated.connect(self._open_found)
        self.found.open_wanted.connect(self._open_found)
        for shown in (self.view, self.found):
            shown.delete_wanted.connect(self.delete)
            shown.pin_wanted.connect(self._pin)
            shown.export_wanted.connect(self.export_wanted)
        for rows in (self.model, self.results):
            rows.rename_wanted.connect(self.rename_wanted)
        self._selecting = False
        self._day_timer = QTimer(self, singleShot=True)
        self._day_timer.timeout.connect(self._begin_day)
        self._begin_day()
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(_PADDING_PX - 2, _PADDING_PX, _PADDING_PX - 2, 4)
        top.addWidget(self.new_button)
        top.addStretch()
        search = QVBoxLayout()
        search.setContentsMargins(_PADDING_PX - 2, 0, _PADDING_PX - 2, 6)
        search.addWidget(self.field)
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 8)
        below.addWidget(self.deletion.banner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(search)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.found, 1)
        layout.addLayout(below)

    def _begin_day(self) -> None:
        self.model.begin_day()
        self._day_timer.start(min(int(self.model.day_ends_in_s * 1000) + 1000, _LONGEST_DAY_CHECK_MS))

    def update_session(self, summary: SessionSummary) -> None:
        """Show a session as it is now, unless it waits for its end."""
        if not self.deletion.is_doomed(summary.session_id):
            self.model.upsert(summary)
            self.results.update(summary)

    def show_as_open(self, session_id: str) -> None:
        """Mark the session that the window shows, without opening it again; "" marks none."""
        row = self.model.row_of(session_id) if session_id else None
        self._selecting = True
        if row is None:
            self.view.selectionModel().clear()
        elif self.view.currentIndex().row() != row or not self.view.selectionModel().hasSelection():
            self.view.setCurrentIndex(self.model.index(row))
        self._selecting = False

    def go(self, step: int) -> None:
        """Open the next (1) or previous (-1) session of the list."""
        current = self.view.currentIndex()
        row = current.row() + step if current.isValid() else 0
        if 0 <= row < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(row))

    # Search

    def show_found(self, found: Findings) -> None:
        """What was found, unless something else stands in the field by now."""
        if found.text and found.text == self.field.text().strip():
            self.found.empty_text = tr("Nothing found for “{0}”. Try fewer or shorter words.").format(
                found.text
            )
            self.results.show_findings(found)
            for row in reversed(range(self.results.rowCount())):
                session_id = self.results.result_at(row).session_id
                if self.deletion.is_doomed(session_id):
                    self.results.remove(session_id)
            self._show_list(self.found)

    def start_search(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _search(self, text: str) -> None:
        if not text:
            self._show_list(self.view)
            self.results.clear()
        self.search_wanted.emit(text)

    def _show_list(self, shown: QWidget) -> None:
        self.view.setVisible(shown is self.view)
        self.found.setVisible(shown is self.found)

    @property
    def _shown(self) -> SessionView:
        return self.found if self.found.isVisible() else self.view

    def _enter_list(self) -> None:
        shown = self._shown
        shown.setFocus()
        if not shown.currentIndex().isValid() and shown.model().rowCount():
            shown.setCurrentIndex(shown.model().index(0, 0))

    def _open_result(self) -> None:
        if self.found.isVisible() and self.results.rowCount():
            current = self.found.currentIndex()
            self._open_found(current if current.isValid() else self.results.index(0))

    def _open_found(self, index: QModelIndex) -> None:
        if index.isValid():
            result = self.results.result_at(index.row())
            if result.position is None:
                self.chosen.emit(result.session_id)
            else:
                self.hit_chosen.emit(result.session_id, result.position)

    # What is done with a session: the result that is marked while results show, else the list's

    def pin_current(self) -> None:
        target = self._target()
        if target is not None:
            self._pin(target)

    def delete_current(self) -> None:
        target = self._target()
        if target is not None:
            self.delete(target)

    def export_current(self, form: str) -> None:
        target = self._target()
        if target is not None:
            self.export_wanted.emit(target, form)

    def rename_current(self) -> None:
        """Edit the title in its place."""
        shown = self._shown if self._shown.current is not None else self.view
        if shown.current is not None:
            if shown is self.view:
                self.field.clear()  # the results would hide it
            shown.edit(shown.currentIndex())

    def delete(self, summary: SessionSummary) -> None:
        """Take it out of the lists now; it is deleted when nobody asks for it back."""
        self.deletion.doom(summary)
        self.model.remove(summary.session_id)
        self.results.remove(summary.session_id)
        self.removed.emit(summary.session_id)

    def _target(self) -> SessionSummary | None:
        return self._shown.current or self.view.current

    def _pin(self, summary: SessionSummary) -> None:
        self.pin_wanted.emit(summary, not summary.pinned)

    def _restore(self, summary: SessionSummary) -> None:
        self.model.upsert(summary)
        if self.found.isVisible():
            self.search_wanted.emit(self.field.text().strip())
        self.chosen.emit(summary.session_id)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._selecting:
            self.chosen.emit(self.model.session_at(current.row()).session_id)
