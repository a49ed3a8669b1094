"""Pointer and keys on a transcript: selecting across rows, copying, scrolling on while selecting.

The part of `transcript_view.py` that answers to a person's hands; made with the first touch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QAbstractScrollArea

from roku_desktop.ui.transcript_rows import TranscriptRows
from roku_desktop.ui.transcript_selection import Place, TranscriptSelection

_SCROLL_EVERY_MS: Final = 30


class TranscriptMouse(QObject):
    """Attributes:
    selection: what is selected now.
    """

    def __init__(
        self,
        view: QAbstractScrollArea,
        *,
        rows: Callable[[], TranscriptRows],
        place_at: Callable[[QPoint], Place],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows
        self._place_at = place_at
        self._selecting = False
        self._pointer = QPoint()
        self._scrolling = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll_on)
        self.selection = TranscriptSelection()
        view.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def pressed(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._place_at(event.position().toPoint())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.selection.anchor is not None:
            self.selection.head = place
        else:
            self.selection.start(place)
        self._selecting = True
        self._view.viewport().update()

    def moved(self, event: QMouseEvent) -> None:
        if self._selecting:
            self._pointer = event.position().toPoint()
            self._select_to_pointer()
            if 0 <= self._pointer.y() < self._view.viewport().height():
                self._scrolling.stop()
            elif not self._scrolling.isActive():
                self._scrolling.start()

    def released(self, _event: QMouseEvent) -> None:
        self._selecting = False
        self._scrolling.stop()
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and not self.selection.is_empty:  # X11's second clipboard
            clipboard.setText(self.selected_text(), QClipboard.Mode.Selection)

    def double_clicked(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        document = self._rows().document(place[0]).document
        self.selection.select_around(place, document, QTextCursor.SelectionType.WordUnderCursor)
        self._view.viewport().update()

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Whether the key was for us."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            return False
        return True

    def select_all(self) -> None:
        """All rows that are loaded."""
        self.selection.select_all(len(self._rows()))
        self._view.viewport().update()

    def copy(self) -> None:
        if not self.selection.is_empty:
            QGuiApplication.clipboard().setText(self.selected_text())

    def selected_text(self) -> str:
        return self.selection.text(self._rows())

    def _select_to_pointer(self) -> None:
        self.selection.head = self._place_at(self._pointer)
        self._view.viewport().update()

    def _scroll_on(self) -> None:
        """The farther outside the pointer is, the faster."""
        y, height = self._pointer.y(), self._view.viewport().height()
        step = y if y < 0 else y - height
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + step // 2 + (1 if step > 0 else -1))
        self._select_to_pointer()
