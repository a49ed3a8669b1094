"""The page about a process that did not end in order: what is known, a button that copies it. Sends nothing.

Made by `steering/residence.py` when a person asks for it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton


class CrashReport(QDialog):
    """Attributes:
    text: the report, to be read and selected.
    """

    def __init__(self, report: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Roku did not end in order last time"))
        self.resize(theme.grown(720), theme.grown(460))
        self.text = QPlainTextEdit(_content(report))
        self.text.setReadOnly(True)
        self.text.setFont(theme.fixed_font(0.9))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(tr("Report"))
        self.copy_button = FlatButton(tr("Copy"), rank="primary", glyph="copy")
        self.copy_button.clicked.connect(self._copy)
        close = FlatButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(
            _label(tr("What was on the screen is kept. To tell the makers, copy this and send it."))
        )
        column.addWidget(self.text, 1)
        place = _label(str(report))
        place.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(place)
        column.addLayout(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy_button.setText(tr("Copied"))


def _content(report: Path) -> str:
    try:
        return report.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return tr("The report can't be read ({0}).").format(error.strerror or type(error).__name__)


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
