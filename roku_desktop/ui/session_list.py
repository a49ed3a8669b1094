"""The list of sessions at the left: a new one, the search, the list, the way back after a deletion.

Shows `session_model.py`, or `result_model.py` while something is searched for, and says what a
person wants; `session_steering.py` has it done. A deleted session leaves the list at once and the
disk only when the undo has passed. Quitting before that keeps the session: one that comes back can
be deleted again, one that is gone can't be had back.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from roku_desktop.engine import SearchHit, SessionSummary
from roku_desktop.ui.banner import Banner
from roku_desktop.ui.controls import FlatButton
from roku_desktop.ui.result_model import ResultModel, results_of
from roku_desktop.ui.search_field import SearchField
from roku_desktop.ui.session_model import SessionModel, title_of
from roku_desktop.ui.session_view import PlainList, SessionView
from roku_desktop.ui.shortcuts import hint

UNDO_MS = 8_000
_PADDING_PX = 10


class SessionList(QWidget):
    """The left side of the window.

    Signals:
        new_wanted: an empty conversation.
        chosen: open the session (id).
        removed: the session (id) left the list, and may come back.
        deleted: delete the session (id) for good; the undo has passed.
        search_wanted: what to look for, "" ends the search.
        pin_wanted, export_wanted: a summary, and what to do with it (pinned; "markdown" or "json").
        left: the person goes back to writing.
    """

    new_wanted = Signal()
    chosen = Signal(str)
    removed = Signal(str)
    deleted = Signal(str)
    search_wanted = Signal(str)
    pin_wanted = Signal(object, bool)
    export_wanted = Signal(object, str)
    left = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None, *, undo_ms: int = UNDO_MS) -> None:
        super().__init__(parent)
        self.model = model
        self._doomed: SessionSummary | None = None
        self._undo_timer = QTimer(self, singleShot=True, interval=undo_ms)
        self._undo_timer.timeout.connect(self.finish_deletion)
        self.new_button = FlatButton(self.tr("New session"), glyph="plus", rank="quiet")
        self.new_button.setAccessibleName(self.tr("New session"))
        self.new_button.setToolTip(hint("new_session"))
        self.new_button.clicked.connect(self.new_wanted)
        self.field = SearchField()
        self.field.setToolTip(hint("search"))
        self.field.search_wanted.connect(self._search)
        self.field.moved_down.connect(self._enter_list)
        self.field.accepted.connect(self._open_result)
        self.field.left.connect(self.left)
        self.view = SessionView(model)
        self.view.delete_wanted.connect(self._delete_summary)
        self.view.pin_wanted.connect(self._pin)
        self.view.export_wanted.connect(self.export_wanted)
        self.results = ResultModel(self)
        self.found = PlainList(self.results, self.tr("Search results"))
        self.found.hide()
        self.found.clicked.connect(self._open_found)
        self.found.activated.connect(self._open_found)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.undo = Banner()
        self._selecting = False
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(_PADDING_PX - 2, _PADDING_PX, _PADDING_PX - 2, 4)
        top.addWidget(self.new_button)
        top.addStretch()
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 8)
        below.addWidget(self.undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        search = QVBoxLayout()
        search.setContentsMargins(_PADDING_PX - 2, 0, _PADDING_PX - 2, 6)
        search.addWidget(self.field)
        layout.addLayout(search)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.found, 1)
        layout.addLayout(below)

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

    def show_found(self, text: str, sessions: Sequence[SessionSummary], hits: Sequence[SearchHit]) -> None:
        """What was found for `text`, unless something else stands in the field by now."""
        if text and text == self.field.text().strip():
            kept = [session for session in sessions if not self.is_doomed(session.session_id)]
            kept_hits = [hit for hit in hits if not self.is_doomed(hit.session_id)]
            self.found.empty_text = self.tr("Nothing found for “{0}”. Try fewer or shorter words.").format(
                text
            )
            self.results.show_results(results_of(text, kept, kept_hits))
            self._show_list(self.found)

    def start_search(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _search(self, text: str) -> None:
        if not text:
            self._show_list(self.view)
            self.results.show_results(())
        self.search_wanted.emit(text)

    def _show_list(self, shown: QWidget) -> None:
        self.view.setVisible(shown is self.view)
        self.found.setVisible(shown is self.found)

    def _enter_list(self) -> None:
        shown = self.found if self.found.isVisible() else self.view
        shown.setFocus()
        if not shown.currentIndex().isValid() and shown.model().rowCount():
            shown.setCurrentIndex(shown.model().index(0, 0))

    def _open_result(self) -> None:
        if self.found.isVisible() and self.results.rowCount():
            current = self.found.currentIndex()
            self._open_found(current if current.isValid() else self.results.index(0))

    def _open_found(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.results.result_at(index.row()).session_id)

    # What is done with a session

    def pin_current(self) -> None:
        target = self._target()
        if target is not None:
            self._pin(target)

    def delete_current(self) -> None:
        target = self._target()
        if target is not None:
            self.delete(target.session_id)

    def export_current(self, form: str) -> None:
        target = self._target()
        if target is not None:
            self.export_wanted.emit(target, form)

    def _target(self) -> SessionSummary | None:
        """What a command means: the result that is marked while results show, else the list's session."""
        marked = self.found.currentIndex()
        if not self.found.isVisible() or not marked.isValid():
            return self.view.current
        row = self.model.row_of(self.results.result_at(marked.row()).session_id)
        return None if row is None else self.model.session_at(row)

    def _pin(self, summary: SessionSummary) -> None:
        self.pin_wanted.emit(summary, not summary.pinned)

    def _delete_summary(self, summary: SessionSummary) -> None:
        self.delete(summary.session_id)

    def rename_current(self) -> None:
        """Edit the title in its place; where results hide the list, the search is left for it."""
        target = self._target()
        row = None if target is None else self.model.row_of(target.session_id)
        if row is not None:
            self.field.clear()
            self._show_list(self.view)
            index = self.model.index(row)
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def delete(self, session_id: str) -> None:
        """Take it out of the list now; it is deleted when nobody asks for it back."""
        self.finish_deletion()
        self._doomed = self.model.remove(session_id)
        if self._doomed is not None:
            self.undo.show_message(
                self.tr("Deleted “{0}”.").format(title_of(self._doomed)),
                actions=[(self.tr("Undo"), self._undo_deletion)],
            )
            self._undo_timer.start()
            self.results.remove(session_id)
            self.removed.emit(session_id)

    def keep_doomed(self) -> None:
        """The program ends before the undo has passed: what waits for its deletion stays."""
        self._undo_timer.stop()
        self._doomed = None
        self.undo.hide()

    def finish_deletion(self) -> None:
        """Delete for good what waits for it, if anything does."""
        self._undo_timer.stop()
        doomed, self._doomed = self._doomed, None
        self.undo.hide()
        if doomed is not None:
            self.deleted.emit(doomed.session_id)

    def is_doomed(self, session_id: str) -> bool:
        """Whether that session only waits for the undo to pass."""
        return self._doomed is not None and self._doomed.session_id == session_id

    def _undo_deletion(self) -> None:
        self._undo_timer.stop()
        self.undo.hide()
        doomed, self._doomed = self._doomed, None
        if doomed is not None:
            self.model.upsert(doomed)
            self.chosen.emit(doomed.session_id)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._selecting:
            return
        if current.isValid():
            self.chosen.emit(self.model.session_at(current.row()).session_id)
