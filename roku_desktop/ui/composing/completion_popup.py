"""What completes what is being typed, above the composer: the list, its keys and its place.

Keys go to the composer's text, which keeps the focus: Up and Down choose, Tab and Enter complete, Esc
closes the list. Commands (`slash_popup.py`) and files (`file_popup.py`) are its kinds.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from roku_desktop.ui.composing.composer import Composer
from roku_desktop.ui.composing.slash_commands import Completion
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.palette.delegate import PaletteDelegate
from roku_desktop.ui.palette.palette import PaletteItem, PaletteModel

_SHOWN_ROWS = 8


class CompletionPopup(QFrame):
    """A list above the composer. Which completions there are, and what one does, is its kind's to say."""

    def __init__(self, window: QWidget, composer: Composer) -> None:
        super().__init__(window)
        self._composer = composer
        self._closed_at: str | None = None
        self.model = PaletteModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(PaletteDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setBackgroundRole(QPalette.ColorRole.Base)
        self.view.setVerticalScrollBar(SlimScrollBar(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(tr("Commands that fit"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.view)
        self.view.clicked.connect(lambda index: self.model.item_at(index.row()).act())
        composer.edit.textChanged.connect(self.refresh)
        composer.edit.installEventFilter(self)
        self.hide()

    def found(self) -> list[Completion]:
        """What the text of the composer could become, best first."""
        return []

    def complete(self, text: str) -> None:
        """Put that completion into the composer."""

    def use(self, text: str) -> None:
        """The same, and what Enter and a click do beside it."""
        self.complete(text)

    def refresh(self) -> None:
        """Show what fits the text of the composer, if anything does."""
        text = self._composer.text
        if text != self._closed_at:
            self._closed_at = None
        found = [] if self._closed_at is not None else self.found()
        if not found or [each.text for each in found] == [text]:
            self.hide()
            return
        self.model.set_items(
            [PaletteItem(title=each.text, note=each.note, act=partial(self.use, each.text)) for each in found]
        )
        self.view.setCurrentIndex(self.model.index(0))
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        rows = min(self.model.rowCount(), _SHOWN_ROWS)
        height = rows * max(1, self.view.sizeHintForRow(0))
        self.view.setFixedHeight(height)
        self.resize(min(self._composer.width(), 560), height + 16)
        corner = self._composer.mapTo(self.window(), QPoint(0, -self.height() - 6))
        self.move(corner)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.isVisible():
            return False
        match event.type():
            case QEvent.Type.ShortcutOverride:
                if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                    event.accept()  # here Esc closes the list and stops nothing
                    return True
            case QEvent.Type.KeyPress:
                return isinstance(event, QKeyEvent) and self._key(event)
            case QEvent.Type.FocusOut:
                self.hide()
            case _:
                pass
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        row = self.view.currentIndex().row()
        match event.key():
            case Qt.Key.Key_Escape:
                self._closed_at = self._composer.text
                self.hide()
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                place = min(max(row + step, 0), self.model.rowCount() - 1)
                self.view.setCurrentIndex(self.model.index(place))
            case Qt.Key.Key_Tab:
                self.complete(self.model.item_at(row).title)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.model.item_at(row).act()
            case _:
                return False
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line(self.palette()), 1.4))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 12, 12)
