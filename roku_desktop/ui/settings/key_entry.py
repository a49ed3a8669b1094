"""Where a key is typed: for one provider, into the system's keyring, and tried at once.

One small window, never modal, for the provider's page, the switcher and the first start. It never shows a
key that is kept, and forgets what was typed when it is closed. Fed by `steering/keys.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from roku_desktop.config import KeyringStatus
from roku_desktop.telemetry import COLLECTOR_KEY
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.look.fields import TickBox
from roku_desktop.ui.look.framed_line import FramedLine
from roku_desktop.ui.retelling import retold
from roku_desktop.ui.settings.rows import Note, heading

PAGES_OF_KEYS: Final[Mapping[str, str]] = {
    "anthropic": "console.anthropic.com/settings/keys",
    "openai": "platform.openai.com/api-keys",
    "openrouter": "openrouter.ai/settings/keys",
}
"""Where the vendors give out keys; said, never opened."""


class KeyEntry(QDialog):
    """Signals:
    stored: provider and key; deleted, taken_over: a provider.
    usable: the provider answered with its key, and the person goes on.
    """

    stored = Signal(str, str)
    deleted = Signal(str)
    taken_over = Signal(str)
    usable = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.resize(theme.grown(520), theme.grown(240))
        self.provider = ""
        self._answered = False
        self._can_keep = True
        self._asked_to_delete = False
        self._waits_for: Literal["", "keeping", "deletion", "test"] = ""
        self.title = heading("", 1.15)
        self.where = Note(quiet=True)
        self.line = FramedLine()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(10_000)
        self.visible = TickBox(tr("Show what I type"))
        self.outcome = Note()
        self.save = FlatButton(tr("Keep and test"), rank="primary")
        self.delete = FlatButton("", rank="quiet")
        self.take_over = FlatButton("", rank="plain")
        self.close_button = FlatButton(tr("Close"))
        self._lay_out()
        self.line.textChanged.connect(self._typed)
        self.line.returnPressed.connect(self._store)
        self.visible.toggled.connect(self._show_typed)
        self.save.clicked.connect(self._store)
        self.delete.clicked.connect(self._delete)
        self.take_over.clicked.connect(self._take_over)
        self.close_button.clicked.connect(self.close)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(10)
        for widget in (self.title, self.where, self.line, self.visible, self.take_over, self.outcome):
            column.addWidget(widget)
        column.addStretch(1)
        across = QHBoxLayout()
        across.addWidget(self.delete)
        across.addStretch(1)
        across.addWidget(self.close_button)
        across.addWidget(self.save)
        column.addLayout(across)

    def open_for(self, provider: str, *, kept: bool = False, variable: str = "") -> None:
        """`kept`: there may be a key to delete; `variable` holds one that could be taken over."""
        self.provider = provider
        self._answered = self._asked_to_delete = False
        self.delete.setText(tr("Delete the kept key"))
        of_collector = provider == COLLECTOR_KEY
        title = tr("Key of the collector") if of_collector else tr("Key for {0}").format(provider)
        self.setWindowTitle(title)
        self.title.setText(title)
        self.line.clear()
        self.line.setAccessibleName(title)
        self.line.setPlaceholderText(tr("Paste the key here"))
        self.visible.setChecked(False)
        self.outcome.show_text("")
        self._waits_for = ""
        self.delete.setVisible(kept)
        self.offer(variable)
        self._show_where(tr("Looking for the system keyring…"))
        self._show_buttons()
        self.show()
        self.raise_()
        self.activateWindow()
        self.line.setFocus()

    def offer(self, variable: str) -> None:
        """A key that stands there already, "" = none does."""
        self.take_over.setText(tr("Use the key in {0}").format(variable))
        self.take_over.setVisible(bool(variable))

    def show_keyring(self, status: KeyringStatus) -> None:
        self._can_keep = status.available
        self.line.setEnabled(status.available)
        self.take_over.setEnabled(status.available)
        if status.available:
            self._show_where(
                tr("It is kept in the system keyring ({0}), never in a file.").format(status.name)
            )
        else:
            self._show_where(retold(status.reason))
        self._show_buttons()

    def show_kept(self, provider: str) -> None:
        """The key is in the keyring, or was deleted from it; a test may follow."""
        if provider != self.provider:
            return
        self.line.clear()
        if self._waits_for == "keeping":
            self._waits_for = "test"
        elif self._waits_for == "deletion":
            self._waits_for = ""
            self.outcome.show_text(tr("The kept key was deleted."))
            self.line.setEnabled(self._can_keep)

    def show_refused(self, provider: str, words: str) -> None:
        """The keyring is as it was, and why."""
        if provider == self.provider and self._waits_for in ("keeping", "deletion"):
            self._show_end(words, answered=False)

    def show_result(self, provider: str, answered: bool, words: str) -> None:
        """What came of the key that was kept; another test, begun before, says nothing about it."""
        if provider == self.provider and self._waits_for == "test":
            self._show_end(words, answered=answered)

    def _show_end(self, words: str, *, answered: bool) -> None:
        self._waits_for = ""
        self._answered = answered
        self.outcome.setForegroundRole(self.foregroundRole())
        self.outcome.show_text(words, danger=not answered)
        self.delete.setVisible(True)
        self.line.setEnabled(self._can_keep)
        self._show_buttons()
        if answered:
            self.close_button.setFocus()

    def _show_where(self, words: str) -> None:
        page = PAGES_OF_KEYS.get(self.provider)
        if page:
            words = "\n".join((tr("You get one at {0}.").format(page), words))
        self.where.setText(words)

    def _show_buttons(self) -> None:
        self.save.setEnabled(self._can_keep and bool(self.line.text().strip()))
        self.close_button.setText(tr("Done") if self._answered else tr("Close"))

    def _typed(self, _text: str) -> None:
        self._answered = False
        self._show_buttons()

    def _show_typed(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _store(self) -> None:
        key = self.line.text().strip()
        if key and self.save.isEnabled():
            self._wait("keeping", tr("Keeping it and asking {0}…").format(self.provider))
            self.stored.emit(self.provider, key)

    def _take_over(self) -> None:
        self._wait("keeping", tr("Keeping it and asking {0}…").format(self.provider))
        self.taken_over.emit(self.provider)

    def _delete(self) -> None:
        """It can't be undone, so it takes two clicks."""
        if not self._asked_to_delete:
            self._asked_to_delete = True
            self.delete.setText(tr("Really delete it?"))
            self.delete.updateGeometry()
            return
        self.delete.hide()
        self._wait("deletion", "")
        self.deleted.emit(self.provider)

    def _wait(self, what: Literal["keeping", "deletion"], words: str) -> None:
        self._waits_for = what
        self.outcome.setForegroundRole(self.foregroundRole())
        self.outcome.show_text(words)
        self.line.setEnabled(False)
        self.save.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)

    def reject(self) -> None:
        self._leave()
        super().reject()

    def _leave(self) -> None:
        self.line.clear()
        answered, self._answered = self._answered, False
        if answered:
            self.usable.emit(self.provider)
