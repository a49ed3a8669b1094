"""Pointer and keys on a transcript: selecting across rows, copying, scrolling on while selecting.

The part of `view.py` that answers to a person's hands; made with the first touch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QAbstractScrollArea

from roku_desktop.ui.transcript.copying import CopyForm, needs_thread, text_of
from roku_desktop.ui.transcript.rows import TranscriptRows
from roku_desktop.ui.transcript.selection import Place, TranscriptSelection

_SCROLL_EVERY_MS: Final = 30


class TranscriptMouse(QObject):
    """Attributes:
        selection: what is selected now.

    Signals:
        link_clicked: the address of a link that was pressed and released without selecting.
        text_wanted: what is to be copied is long, or not loaded: its pieces and the `CopyForm`.
    """

    link_clicked = Signal(str)
    text_wanted = Signal(object, str)

    def __init__(
        self,
        view: QAbstractScrollArea,
        *,
        rows: Callable[[], TranscriptRows],
        place_at: Callable[[QPoint], Place],
        top_of: Callable[[int], int],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows
        self._place_at = place_at
        self._top_of = top_of
        self._selecting = False
        self._pointer = QPoint()
        self._scrolling = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll_on)
        self.selection = TranscriptSelection()
        view.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def handle(self, event: QMouseEvent) -> bool:
        """Whether the event was for us."""
        match event.type():
            case QEvent.Type.MouseButtonPress:
                self._press(event)
            case QEvent.Type.MouseMove:
                self._move(event)
            case QEvent.Type.MouseButtonRelease:
                self._release(event)
            case QEvent.Type.MouseButtonDblClick:
                self._double_click(event)
            case _:
                return False
        return True

    def _press(self, event: QMouseEvent) -> None:
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._place_at(event.position().toPoint())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.selection.anchor is not None:
            self.selection.head = place
        else:
            self.selection.start(place)
        self._selecting = True
        self._view.viewport().update()

    def _move(self, event: QMouseEvent) -> None:
        if not self._selecting:
            over_link = bool(self.link_at(event.position().toPoint()))
            shape = Qt.CursorShape.PointingHandCursor if over_link else Qt.CursorShape.IBeamCursor
            self._view.viewport().setCursor(shape)
        else:
            self._pointer = event.position().toPoint()
            self._select_to_pointer()
            if 0 <= self._pointer.y() < self._view.viewport().height():
                self._scrolling.stop()
            elif not self._scrolling.isActive():
                self._scrolling.start()

    def _release(self, event: QMouseEvent) -> None:
        self._selecting = False
        self._scrolling.stop()
        link = self.link_at(event.position().toPoint())
        if link and self.selection.is_empty and event.button() == Qt.MouseButton.LeftButton:
            self.link_clicked.emit(link)
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and not self.selection.is_empty:  # X11's second clipboard
            pieces = self.selection.pieces(self._rows())
            if not needs_thread(pieces):
                clipboard.setText(text_of(pieces, "plain"), QClipboard.Mode.Selection)

    def _double_click(self, event: QMouseEvent) -> None:
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
        """The whole conversation, also what is not loaded."""
        self.selection.select_all()
        self._view.viewport().update()

    def copy(self, form: CopyForm = "plain") -> None:
        """What is selected as it is read; as Markdown whole rows, as they were written."""
        if self.selection.is_empty:
            return
        selection, rows = self.selection, self._rows()
        pieces = selection.pieces(rows) if form == "plain" else selection.entries(rows)
        if needs_thread(pieces):
            self.text_wanted.emit(pieces, form)
        else:
            QGuiApplication.clipboard().setText(text_of(pieces, form))

    def link_at(self, point: QPoint) -> str:
        """The address under a point of the viewport, "" where there is none."""
        row, _ = self._place_at(point)
        return self._rows().document(row).link_at(point.x(), point.y() - self._top_of(row))

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
