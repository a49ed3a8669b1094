"""The bar above the conversation that finds a text in it: a field, how many, on and back. Emits intent."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import GlyphButton
from roku_desktop.ui.sessions.search_field import SearchField
from roku_desktop.ui.shortcuts import hint

_BUTTON_PX = 28


class _FindField(SearchField):
    """Enter goes on and Shift+Enter back, Esc leaves at once."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("Find in this conversation"))
        self.setAccessibleName(tr("Find in this conversation"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.stepped.emit(-1 if back else 1)
            case _:
                super().keyPressEvent(event)


class FindBar(QWidget):
    """Signals:
    search_wanted: what to look for, once typing pauses.
    stepped: to the next (1) or the previous (-1) place.
    closed: the person is done.
    """

    search_wanted = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _FindField()
        self.field.search_wanted.connect(self.search_wanted)
        self.field.stepped.connect(self.stepped)
        self.field.left.connect(self.closed)
        self._count = QLabel()
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._count.setMinimumWidth(self._count.fontMetrics().horizontalAdvance("0000 / 0000"))
        self.back = GlyphButton("up", hint("find_previous"), rank="quiet", size_px=_BUTTON_PX)
        self.on = GlyphButton("down", hint("find_next"), rank="quiet", size_px=_BUTTON_PX)
        close = GlyphButton("close", tr("Close"), rank="quiet", size_px=_BUTTON_PX)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.field, 1)
        for widget in (self._count, self.back, self.on, close):
            layout.addWidget(widget)

    def sizeHint(self) -> QSize:
        return QSize(420, super().sizeHint().height())

    @property
    def count_text(self) -> str:
        return self._count.text()

    def show_count(self, place: int, count: int) -> None:
        """The place shown, from 1, of so many; 0 of 0 where nothing was found."""
        found = count > 0
        self._count.setText(f"{place} / {count}" if found else tr("Not found") if self.field.text() else "")
        self._count.setAccessibleName(tr("{0} of {1}").format(place, count))
        self.back.setEnabled(found)
        self.on.setEnabled(found)

    def begin(self) -> None:
        """Show it, ready to be written in."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
