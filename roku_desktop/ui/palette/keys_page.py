"""Keys and commands on one page: of the window, of the composer, and what can be typed there.

Reads the same tables as the window itself, so it can't tell anything else. Never modal. Made at its first
use by `steering/keys_page.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.framed_line import FramedLine
from roku_desktop.ui.look.scroll_bar import SlimScrollBar

Line = tuple[str, str]
"""What is pressed or typed, and what it does."""


class KeysPage(QDialog):
    def __init__(self, groups: Sequence[tuple[str, Sequence[Line]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(tr("Keys and commands"))
        self.resize(theme.grown(620), 680)
        self._rows: list[tuple[str, tuple[QLabel, ...]]] = []
        self.field = FramedLine()
        self.field.setPlaceholderText(tr("Type what you look for"))
        self.field.setAccessibleName(tr("Find a key or a command"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._find)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(16, 8, 16, 16)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for title, lines in groups:
            head = _label(title, weight=QFont.Weight.DemiBold)
            head.setContentsMargins(0, 12, 0, 2)
            grid.addWidget(head, grid.rowCount(), 0, 1, 2)
            for keys, words in lines:
                row = grid.rowCount()
                labels = (_label(keys, quiet=True), _label(words))
                for column, label in enumerate(labels):
                    grid.addWidget(label, row, column)
                self._rows.append((f"{keys} {words}".casefold(), labels))
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setAccessibleName(tr("Keys and commands"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBar(SlimScrollBar(area))
        area.setWidget(content)
        whole = QVBoxLayout(self)
        whole.addWidget(self.field)
        whole.addWidget(area, 1)
        self.field.setFocus()

    @property
    def shown(self) -> list[str]:
        """What the visible lines say."""
        return [
            " ".join(label.text() for label in labels) for _, labels in self._rows if not labels[0].isHidden()
        ]

    def _find(self, typed: str) -> None:
        words = typed.casefold().split()
        for text, labels in self._rows:
            for label in labels:
                label.setVisible(all(word in text for word in words))


def native(keys: Sequence[str]) -> str:
    """Keys in Qt's portable form as this system writes them."""
    return "   ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _label(text: str, *, quiet: bool = False, weight: QFont.Weight = QFont.Weight.Normal) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.scaled_font(1.0, weight=weight))
    if quiet:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
