"""Before a link is opened: where it leads, in full, and whether to go there.

A link's text may say anything, so the address itself is shown, as plain text, with what can't be seen
made visible. Never modal, and nothing is opened before a click. Made by `steering/middle.py`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.wording import one_line

_SHOWN_CHARS = 600


class LinkQuestion(QMessageBox):
    """Signals:
    open_wanted: the address (QUrl) is to be opened.
    """

    open_wanted = Signal(object)

    def __init__(self, target: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._target = target
        url = QUrl(target, QUrl.ParsingMode.StrictMode)
        # In its encoded form: letters that look like others can't pretend to be another host.
        encoded = bytes(url.toEncoded().data()).decode("ascii", "replace") if url.isValid() else target
        self._url = url
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(tr("Open a link"))
        host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
        self.setText(tr("Open this address of {0}?").format(host) if host else tr("Open this address?"))
        self.setInformativeText(one_line(encoded, _SHOWN_CHARS))
        self.open_button = self.addButton(tr("Open"), QMessageBox.ButtonRole.AcceptRole)
        self.copy_button = self.addButton(tr("Copy"), QMessageBox.ButtonRole.ActionRole)
        cancel = self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(cancel)
        self.setEscapeButton(cancel)
        self.open_button.setEnabled(url.isValid())
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(self._url))
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._target))
