"""The rows of a transcript as Qt's list model: whoever changes them here has told every view.

Called by `model.py`, which knows what the rows are.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from roku_desktop.ui.transcript.entries import Entry

ENTRY_ROLE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()


class EntryList(QAbstractListModel):
    """Entries, of which those from `_step_start` on belong to the step that runs now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._step_start = 0

    def entries(self) -> Sequence[Entry]:
        return tuple(self._entries)

    def entry(self, row: int) -> Entry:
        return self._entries[row]

    # Qt

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        from roku_desktop.ui.transcript.entry_text import spoken

        return spoken(entry)

    # Changes

    def _append(self, entries: Sequence[Entry]) -> None:
        self._insert(len(self._entries), entries, live=True)

    def _insert(self, row: int, entries: Sequence[Entry], *, live: bool = False) -> None:
        if entries:
            self.beginInsertRows(_ROOT, row, row + len(entries) - 1)
            self._entries[row:row] = entries
            self._step_start += 0 if live else len(entries)
            self.endInsertRows()

    def _remove(self, row: int, count: int) -> None:
        """Take away rows of stored messages."""
        if count:
            self.beginRemoveRows(_ROOT, row, row + count - 1)
            del self._entries[row : row + count]
            self._step_start -= count
            self.endRemoveRows()

    def _remove_from(self, row: int) -> None:
        """Take away all rows from this one on."""
        if row < len(self._entries):
            self.beginRemoveRows(_ROOT, row, len(self._entries) - 1)
            del self._entries[row:]
            self.endRemoveRows()

    def _set(self, row: int, entry: Entry) -> None:
        if self._entries[row] != entry:
            self._entries[row] = entry
            index = self.index(row)
            self.dataChanged.emit(index, index)
