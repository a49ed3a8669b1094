"""What a search found, as a list model: sessions by their title, then by what was written in them.

A session stands there once. Knows no engine; shown by `session_list.py`, filled by steering.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from roku_desktop.engine import SearchHit, SessionSummary
from roku_desktop.ui.session_model import (
    PINNED_ROLE,
    STATE_ROLE,
    SUBTITLE_MARKS_ROLE,
    SUBTITLE_ROLE,
    TITLE_MARKS_ROLE,
    title_of,
)
from roku_desktop.ui.wording import one_line, tr

_ROOT = QModelIndex()
_SNIPPET_CHARS = 240
_LEAD_CHARS = 14


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `marks` are (start, end) in `snippet`, `title_marks` in `title`."""

    session_id: str
    title: str
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    title_marks: tuple[tuple[int, int], ...] = ()
    pinned: bool = False
    state: str = "idle"


def results_of(
    text: str, sessions: Sequence[SessionSummary], hits: Sequence[SearchHit]
) -> tuple[Result, ...]:
    """Join both findings: a session found by its title shows its newest hit too, if there is one."""
    newest: dict[str, SearchHit] = {}
    for hit in hits:
        newest.setdefault(hit.session_id, hit)
    results: list[Result] = []
    for session in sessions:
        title = title_of(session)
        by_title = Result(
            session_id=session.session_id,
            title=title,
            snippet=tr("found in the title"),
            title_marks=_places(text, title),
            pinned=session.pinned,
            state=session.state,
        )
        hit_too = newest.pop(session.session_id, None)
        results.append(by_title if hit_too is None else _with_snippet(by_title, hit_too))
    for hit in newest.values():
        title = one_line(hit.session_title, 200) or tr("New session")
        results.append(_with_snippet(Result(session_id=hit.session_id, title=title), hit))
    return tuple(results)


def _with_snippet(result: Result, hit: SearchHit) -> Result:
    """The list is narrow: the snippet begins shortly before what was found."""
    start = max(0, hit.highlights[0][0] - _LEAD_CHARS) if hit.highlights else 0
    before = "…" if start else ""
    shift = len(before) - start
    snippet = before + one_line(hit.snippet[start:], _SNIPPET_CHARS)
    marks = tuple((first + shift, last + shift) for first, last in hit.highlights)
    return msgspec.structs.replace(result, snippet=snippet, marks=marks)


def _places(text: str, title: str) -> tuple[tuple[int, int], ...]:
    words = sorted(map(re.escape, text.split()), key=len, reverse=True)
    found = re.finditer("|".join(words), title, re.IGNORECASE) if words else ()
    return tuple(place.span() for place in found)


class ResultModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._results: tuple[Result, ...] = ()

    def show_results(self, results: Sequence[Result]) -> None:
        self.beginResetModel()
        self._results = tuple(results)
        self.endResetModel()

    def remove(self, session_id: str) -> None:
        """A session that is deleted is not found any more."""
        if any(result.session_id == session_id for result in self._results):
            self.show_results([result for result in self._results if result.session_id != session_id])

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
            int(Qt.ItemDataRole.ToolTipRole): f"{escape(result.title)}<br>{escape(result.snippet)}",
            int(Qt.ItemDataRole.AccessibleTextRole): f"{result.title}, {result.snippet}",
            int(SUBTITLE_ROLE): result.snippet,
            int(SUBTITLE_MARKS_ROLE): result.marks,
            int(TITLE_MARKS_ROLE): result.title_marks,
            int(PINNED_ROLE): result.pinned,
            int(STATE_ROLE): result.state,
        }.get(int(role))
