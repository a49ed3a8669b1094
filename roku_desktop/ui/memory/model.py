"""What is remembered, as a list model: newest first, page by page. Knows no engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from roku_desktop.engine import Memory
from roku_desktop.ui.language import tr
from roku_desktop.ui.wording import one_line, when
from roku_desktop.visible_text import visible_line

MEMORY_ROLE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()
_SHOWN_CHARS = 300


class MemoryModel(QAbstractListModel):
    """Signals:
    page_wanted: the position from which on memories are to be loaded.
    """

    page_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memories: list[Memory] = []
        self._complete = False
        self._waits = False

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._memories)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        memory = self._memories[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{one_line(visible_line(memory.text), _SHOWN_CHARS)}\n{place_of(memory)}"
            case Qt.ItemDataRole.ToolTipRole:
                return one_line(visible_line(memory.text), _SHOWN_CHARS)
            case _ if role == MEMORY_ROLE:
                return memory
        return None

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return not parent.isValid() and not self._complete and not self._waits

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        self._waits = True
        self.page_wanted.emit(len(self._memories))

    def memory_at(self, index: QModelIndex) -> Memory | None:
        return self._memories[index.row()] if index.isValid() else None

    def row_of(self, memory_id: str) -> int:
        """-1 where it is not loaded."""
        ids = (row for row, memory in enumerate(self._memories) if memory.memory_id == memory_id)
        return next(ids, -1)

    def start_over(self) -> None:
        self.beginResetModel()
        self._memories.clear()
        self._complete = False
        self._waits = True
        self.endResetModel()
        self.page_wanted.emit(0)

    def add_page(self, first: int, page: Sequence[Memory], *, is_last: bool) -> None:
        """One that was asked for before the list was started over is left aside."""
        self._waits = False
        if first != len(self._memories):
            return
        self._complete = is_last
        if page:
            self.beginInsertRows(_ROOT, first, first + len(page) - 1)
            self._memories += page
            self.endInsertRows()

    def put_first(self, memory: Memory) -> None:
        """New, or changed: then it moves to the head, where the newest are."""
        self.remove(memory.memory_id)
        self.beginInsertRows(_ROOT, 0, 0)
        self._memories.insert(0, memory)
        self.endInsertRows()

    def remove(self, memory_id: str) -> None:
        row = self.row_of(memory_id)
        if row >= 0:
            self.beginRemoveRows(_ROOT, row, row)
            del self._memories[row]
            self.endRemoveRows()


def place_of(memory: Memory) -> str:
    """Where it holds, who wanted it, and when: one line."""
    match memory.scope:
        case "global":
            where = tr("All conversations")
        case "workspace":
            where = tr("Workspace {0}").format(visible_line(Path(memory.owner).name or memory.owner))
        case "session":
            where = tr("One conversation")
    who = {
        "person": tr("kept by you"),
        "model": tr("kept by the model, with your consent"),
        "turn": tr("noted from what you said"),
    }[memory.source]
    return f"{where} · {who} · {when(memory.updated_at, time.time())}"
