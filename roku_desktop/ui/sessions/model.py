"""The sessions as a list model: pinned ones ahead, then newest first under their days, page by page.

Knows no engine: it says which page it wants, `steering/middle.py` brings it. Shown by `side.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import time

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from roku_desktop.engine import SessionState, SessionSummary
from roku_desktop.ui.language import tr
from roku_desktop.ui.sessions.days import Days
from roku_desktop.ui.wording import one_line, when

SUMMARY_ROLE = Qt.ItemDataRole.UserRole
STATE_ROLE = Qt.ItemDataRole.UserRole + 1
SUBTITLE_ROLE = Qt.ItemDataRole.UserRole + 2
PINNED_ROLE = Qt.ItemDataRole.UserRole + 3
TITLE_MARKS_ROLE = Qt.ItemDataRole.UserRole + 4
SUBTITLE_MARKS_ROLE = Qt.ItemDataRole.UserRole + 5
HEADING_ROLE = Qt.ItemDataRole.UserRole + 6
PAGE_SIZE = 100
_ROOT = QModelIndex()


class SessionModel(QAbstractListModel):
    """Summaries of sessions.

    Signals:
        page_wanted: sessions before that time (Unix seconds; None for the first page) are wanted.
        rename_wanted: a person gave the session (id) a new title.
    """

    page_wanted = Signal(object)
    rename_wanted = Signal(str, str)

    def __init__(self, parent: QObject | None = None, *, now: Callable[[], float] = time) -> None:
        super().__init__(parent)
        self._now = now
        self._days = Days(now())
        self._sessions: list[SessionSummary] = []
        self._waiting: frozenset[str] = frozenset()
        self._next_before: float | None = None
        self._fetching = False

    # Qt

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._sessions)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._sessions):
            return None
        session = self._sessions[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return title_of(session)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_hint(session)
            case Qt.ItemDataRole.AccessibleTextRole:
                pinned = f", {tr('pinned')}" if session.pinned else ""
                state = state_in_words(self._state_of(session))
                heading = self._heading(index.row())
                place = f"{heading}: " if heading else ""
                return f"{place}{title_of(session)}, {self._subtitle(session)}, {state}{pinned}"
            case _ if role == HEADING_ROLE:
                return self._heading(index.row())
            case _ if role == SUMMARY_ROLE:
                return session
            case _ if role == STATE_ROLE:
                return self._state_of(session)
            case _ if role == PINNED_ROLE:
                return session.pinned
            case _ if role == SUBTITLE_ROLE:
                return self._subtitle(session)
            case _:
                return None

    def setData(
        self,
        index: QModelIndex | QPersistentModelIndex,
        value: object,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        """A new title, typed in place; it shows when the engine has stored it."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not isinstance(value, str):
            return False
        session = self._sessions[index.row()]
        title = new_title(session, value)
        if title:
            self.rename_wanted.emit(session.session_id, title)
        return True

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return not parent.isValid() and self._next_before is not None and not self._fetching

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        if self.canFetchMore(parent):
            self._fetching = True
            self.page_wanted.emit(self._next_before)

    # Contents

    def add_page(self, page: Sequence[SessionSummary], *, complete: bool) -> None:
        """Take the next page, newest first. `complete`: there is none after it."""
        self._fetching = False
        known = {session.session_id for session in self._sessions}
        new = [session for session in page if session.session_id not in known]
        unpinned = [session.updated_at for session in page if not session.pinned]
        self._next_before = None if complete or not unpinned else min(unpinned)
        if new:
            start = len(self._sessions)
            self.beginInsertRows(_ROOT, start, start + len(new) - 1)
            self._sessions += new
            self.endInsertRows()

    def upsert(self, session: SessionSummary) -> None:
        """Show a session as it is now, at the place that its time gives it.

        One that belongs behind the pages that were read comes with its own page.
        """
        row = self.row_of(session.session_id)
        if row is None:
            place = self._place_of(session)
            if place == len(self._sessions) and self._next_before is not None:
                return
            self.beginInsertRows(_ROOT, place, place)
            self._sessions.insert(place, session)
            self.endInsertRows()
            return
        if self._sessions[row] == session:
            return
        self._sessions[row] = session
        # The one behind it may have the group's heading now, or no longer.
        self.dataChanged.emit(self.index(row), self.index(min(row + 1, len(self._sessions) - 1)))
        self._move_to_place(row, session)

    def remove(self, session_id: str) -> SessionSummary | None:
        """Take a session out of the list; returns it, so that it can be put back."""
        row = self.row_of(session_id)
        if row is None:
            return None
        self.beginRemoveRows(_ROOT, row, row)
        session = self._sessions.pop(row)
        self.endRemoveRows()
        return session

    def set_waiting(self, session_ids: frozenset[str]) -> None:
        """Sessions (ids) whose running turn waits for an approval."""
        changed = self._waiting ^ session_ids
        self._waiting = session_ids
        for row, session in enumerate(self._sessions):
            if session.session_id in changed:
                self.dataChanged.emit(self.index(row), self.index(row))

    def _state_of(self, session: SessionSummary) -> SessionState:
        waits = session.state == "running" and session.session_id in self._waiting
        return "waiting" if waits else session.state

    def row_of(self, session_id: str) -> int | None:
        rows = (row for row, session in enumerate(self._sessions) if session.session_id == session_id)
        return next(rows, None)

    def session_at(self, row: int) -> SessionSummary:
        return self._sessions[row]

    def _move_to_place(self, row: int, session: SessionSummary) -> None:
        others = [*self._sessions[:row], *self._sessions[row + 1 :]]
        place = _place_among(others, session)
        if place == row:
            return
        self.beginMoveRows(_ROOT, row, row, _ROOT, place if place < row else place + 1)
        self._sessions = [*others[:place], session, *others[place:]]
        self.endMoveRows()

    def _place_of(self, session: SessionSummary) -> int:
        return _place_among(self._sessions, session)

    # Days

    @property
    def day_ends_in_s(self) -> float:
        """Until the headings have to be looked at again."""
        return max(0.0, self._days.ends_at - self._now())

    def begin_day(self) -> None:
        """It may be another day by now: what was today's is yesterday's."""
        days = Days(self._now())
        if days.today != self._days.today:
            self._days = days
            if self._sessions:
                self.dataChanged.emit(self.index(0), self.index(len(self._sessions) - 1))

    def _heading(self, row: int) -> str:
        """The name of the group that begins with this row, "" within one."""
        heading = self._group(row)
        return heading if row == 0 or heading != self._group(row - 1) else ""

    def _group(self, row: int) -> str:
        session = self._sessions[row]
        return tr("Pinned") if session.pinned else self._days.heading(session.updated_at)

    def _subtitle(self, session: SessionSummary) -> str:
        folder = session.workspace.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
        days, at = self._days, session.updated_at
        moment = days.moment(at) if not session.pinned else when(at, self._now())
        return f"{moment} · {one_line(folder, 40)}" if folder else moment


def _place_among(sessions: Sequence[SessionSummary], session: SessionSummary) -> int:
    for row, other in enumerate(sessions):
        if (other.pinned, other.updated_at) <= (session.pinned, session.updated_at):
            return row
    return len(sessions)


def new_title(session: SessionSummary, typed: str) -> str:
    """The title that was typed, "" where nothing is to be renamed."""
    title = typed.strip()
    return title if title != title_of(session) else ""


def title_of(session: SessionSummary) -> str:
    return one_line(session.title, 200) or tr("New session")


def plain_hint(session: SessionSummary) -> str:
    """Title, state and whole workspace, in markup that shows them as they are: Qt guesses rich text."""
    from html import escape  # at the first hint: it brings all of HTML's names

    lines = (title_of(session), state_in_words(session.state), one_line(session.workspace, 200))
    return "<br>".join(escape(line) for line in lines)


def state_in_words(state: SessionState) -> str:
    return {
        "idle": tr("done"),
        "running": tr("writing"),
        "waiting": tr("waiting for approval"),
        "interrupted": tr("interrupted"),
        "failed": tr("failed"),
    }[state]
