"""What screen readers are told of the rows that are seen: their text, as labels that nobody sees.

A transcript paints its rows itself, so there is nothing for the accessibility tree to find. Where a screen
reader runs, and only there, each row in view has a child widget with its text, in its place. Called by
`row_acts.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from roku_desktop.ui.transcript.entries import AnswerEntry, Entry, ThinkingEntry
from roku_desktop.ui.transcript.entry_text import spoken


class _RowLabel(QLabel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._told: Entry | None = None

    def tell(self, entry: Entry) -> None:
        """What still grows is told when it has grown."""
        growing = isinstance(entry, AnswerEntry | ThinkingEntry) and entry.growing
        if entry != self._told and not growing:
            self._told = entry
            self.setText(spoken(entry))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The row itself is painted by the transcript."""


class RowLabels:
    def __init__(self, area: QWidget) -> None:
        self._area = area
        self._labels: list[_RowLabel] = []

    def place(self, rows: Iterable[tuple[Entry, QRect]]) -> list[QWidget]:
        """Tell of these rows and of no others; returns the labels, in the order of the rows."""
        unused, used = iter(self._labels[:]), list[QWidget]()
        for entry, place in rows:
            label = next(unused, None)
            if label is None:
                label = _RowLabel(self._area)
                self._labels.append(label)
            label.tell(entry)
            label.setGeometry(place)
            label.show()
            used.append(label)
        for label in unused:
            label.hide()
        return used
