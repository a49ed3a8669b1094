"""What a search found, as a list model: sessions by their title, then by what was written in them.

A session stands there once, and can be renamed there. Knows no engine; shown by `side.py`,
filled by steering.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from roku_desktop.engine import SearchHit, SessionSummary
from roku_desktop.ui.language import tr
from roku_desktop.ui.sessions.model import (
    PINNED_ROLE,
    STATE_ROLE,
    SUBTITLE_MARKS_ROLE,
    SUBTITLE_ROLE,
    SUMMARY_ROLE,
    TITLE_MARKS_ROLE,
    new_title,
    state_in_words,
    title_of,
)
from roku_desktop.ui.wording import one_line

_ROOT = QModelIndex()
_SNIPPET_CHARS = 240
_LEAD_CHARS = 14


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for `text`: sessions by their title, messages, and the sessions of these."""

    text: str
    by_title: Sequence[SessionSummary] = ()
    hits: Sequence[SearchHit] = ()
    sessions_of_hits: Sequence[SessionSummary] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `marks` are (start, end) in `snippet`, `title_marks` in the title.

    `position` is that of the message that was found, None where it was the title alone.
    """

    summary: SessionSummary
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    title_marks: tuple[tuple[int, int], ...] = ()
    position: int | None = None

    @property
    def session_id(self) -> str:
        return self.summary.session_id

    @property
    def title(self) -> str:
        return title_of(self.summary)


def results_of(found: Findings) -> tuple[Result, ...]:
    """Join both findings: a session found by its title shows its newest hit too, if there is one."""
    newest: dict[str, SearchHit] = {}
    for hit in found.hits:
        newest.setdefault(hit.session_id, hit)
    results: list[Result] = []
    for session in found.by_title:
        by_title = Result(
            summary=session,
            snippet=tr("found in the title"),
            title_marks=_places(found.text, title_of(session)),
        )
        hit_too = newest.pop(session.session_id, None)
        results.append(by_title if hit_too is None else _with_snippet(by_title, hit_too))
    sessions = {session.session_id: session for session in found.sessions_of_hits}
    results += [
        _with_snippet(Result(summary=sessions[session_id]), hit)
        for session_id, hit in newest.items()
        if session_id in sessions  # else it was deleted a moment ago
    ]
    return tuple(results)


def _with_snippet(result: Result, hit: SearchHit) -> Result:
    """The list is narrow: the snippet begins shortly before what was found."""
    start = max(0, hit.highlights[0][0] - _LEAD_CHARS) if hit.highlights else 0
    before = "…" if start else ""
    shift = len(before) - start
    snippet = before + one_line(hit.snippet[start:], _SNIPPET_CHARS)
    marks = tuple((first + shift, last + shift) for first, last in hit.highlights)
    return msgspec.structs.replace(result, snippet=snippet, marks=marks, position=hit.position)


def _places(text: str, title: str) -> tuple[tuple[int, int], ...]:
    words = sorted(map(re.escape, text.split()), key=len, reverse=True)
    found = re.finditer("|".join(words), title, re.IGNORECASE) if words else ()
    return tuple(place.span() for place in found)


class ResultModel(QAbstractListModel):
    """Signals:
    rename_wanted: a person gave the session (id) a new title.
    """

    rename_wanted = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._results: list[Result] = []

    def show_findings(self, found: Findings) -> None:
        self.beginResetModel()
        self._text = found.text
        self._results = list(results_of(found))
        self.endResetModel()

    def clear(self) -> None:
        self.show_findings(Findings(text=""))

    def update(self, session: SessionSummary) -> None:
        """Show a session as it is now, if it is among the results; its place stays."""
        for row, result in enumerate(self._results):
            if result.session_id == session.session_id and result.summary != session:
                marks = _places(self._text, title_of(session)) if result.title_marks else ()
                self._results[row] = msgspec.structs.replace(result, summary=session, title_marks=marks)
                self.dataChanged.emit(self.index(row), self.index(row))

    def remove(self, session_id: str) -> None:
        """A session that is deleted is not found any more."""
        for row, result in enumerate(self._results):
            if result.session_id == session_id:
                self.beginRemoveRows(_ROOT, row, row)
                del self._results[row]
                self.endRemoveRows()
                return

    def result_at(self, row: int) -> Result:
        return self._results[row]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._results)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._results):
            return None
        from html import escape  # at the first result: it brings all of HTML's names

        result = self._results[index.row()]
        return {
            int(Qt.ItemDataRole.DisplayRole): result.title,
            int(Qt.ItemDataRole.EditRole): result.title,
            int(Qt.ItemDataRole.ToolTipRole): f"{escape(result.title)}<br>{escape(result.snippet)}",
            int(Qt.ItemDataRole.AccessibleTextRole): _in_words(result),
            int(SUMMARY_ROLE): result.summary,
            int(SUBTITLE_ROLE): result.snippet,
            int(SUBTITLE_MARKS_ROLE): result.marks,
            int(TITLE_MARKS_ROLE): result.title_marks,
            int(PINNED_ROLE): result.summary.pinned,
            int(STATE_ROLE): result.summary.state,
        }.get(int(role))

    def setData(
        self,
        index: QModelIndex | QPersistentModelIndex,
        value: object,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        """A new title, typed in place; it shows when the engine has stored it."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not isinstance(value, str):
            return False
        session = self._results[index.row()].summary
        title = new_title(session, value)
        if title:
            self.rename_wanted.emit(session.session_id, title)
        return True

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags


def _in_words(result: Result) -> str:
    pinned = f", {tr('pinned')}" if result.summary.pinned else ""
    return f"{result.title}, {result.snippet}, {state_in_words(result.summary.state)}{pinned}"
