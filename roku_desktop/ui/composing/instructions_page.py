"""A file of standing instructions as the model reads it, to be looked at and not changed. Knows no engine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from roku_desktop.engine import Instructions
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.retelling import retold
from roku_desktop.visible_text import visible_line


class InstructionsPage(QDialog):
    def __init__(self, instructions: Instructions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(tr("Standing instructions"))
        self.resize(theme.grown(620), theme.grown(460))
        column = QVBoxLayout(self)
        told = [
            visible_line(instructions.path),
            tr("The model reads this with every prompt; edit the file to change it."),
        ]
        if instructions.problem:
            told.append(retold(instructions.problem))
        head = QLabel("\n".join(told))
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        column.addWidget(head)
        text = QPlainTextEdit(instructions.text)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(tr("Standing instructions"))
        column.addWidget(text, 1)
        close = FlatButton(tr("Close"))
        close.clicked.connect(self.close)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
