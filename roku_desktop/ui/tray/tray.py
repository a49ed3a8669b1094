"""The icon in the tray and its menu. Renders what it is told and emits what a person wants.

Made by `steering/residence.py`. Where the desktop has no tray it stays out of sight, and appears when
there is one.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.tray.icon import Standing, tray_icon

_TOLD_FOR_MS = 10_000


class TrayState(msgspec.Struct, frozen=True, kw_only=True):
    """What the icon says: `words` are its hint, the same as its colour in full."""

    standing: Standing = "green"
    words: str = ""
    waiting: int = 0
    paused: bool = False


class Tray(QObject):
    """Signals:
    window_wanted, quick_wanted, new_wanted, approvals_wanted, quit_wanted: as the menu has them.
    pause_wanted: begin (True) or end a pause.
    message_clicked: the message shown by `tell`.
    """

    window_wanted = Signal()
    quick_wanted = Signal()
    new_wanted = Signal()
    approvals_wanted = Signal()
    pause_wanted = Signal(bool)
    quit_wanted = Signal()
    message_clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = TrayState()
        self.menu = QMenu()
        self._add(tr("Open Roku"), self.window_wanted)
        self._add(tr("Quick prompt"), self.quick_wanted)
        self._add(tr("New session"), self.new_wanted)
        self._approvals = self._add("", self.approvals_wanted)
        self.menu.addSeparator()
        self._pause = QAction(self.menu)
        self._pause.triggered.connect(lambda: self.pause_wanted.emit(not self._state.paused))
        self.menu.addAction(self._pause)
        self.menu.addSeparator()
        self._add(tr("Quit"), self.quit_wanted)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.message_clicked)
        self._show()
        self.icon.show()

    def _add(self, title: str, wanted: object) -> QAction:
        action = QAction(title, self.menu)
        action.triggered.connect(lambda _checked=False: wanted.emit())  # type: ignore[attr-defined]  # a signal
        self.menu.addAction(action)
        return action

    @property
    def is_there(self) -> bool:
        """Whether this desktop has a tray now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def state(self) -> TrayState:
        return self._state

    def show_state(self, state: TrayState) -> None:
        if state != self._state:
            self._state = state
            self._show()

    def tell(self, title: str, text: str) -> None:
        """A message beside the icon, for ten seconds."""
        self.icon.showMessage(title, text, self.icon.icon(), _TOLD_FOR_MS)

    def remove(self) -> None:
        """Out of the tray, before its parent goes."""
        self.icon.hide()
        self.menu.deleteLater()

    def _show(self) -> None:
        state = self._state
        self.icon.setIcon(tray_icon("paused" if state.paused else state.standing, state.waiting))
        lines = [tr("Roku"), tr("Paused: nothing is sent") if state.paused else "", state.words]
        if state.waiting:
            lines.append(counted(state.waiting, "1 approval waits", "%Ln approvals wait"))
        self.icon.setToolTip("\n".join(filter(None, lines)))
        self._approvals.setText(tr("Pending approvals ({0})").format(state.waiting))
        self._approvals.setEnabled(state.waiting > 0)
        self._pause.setText(tr("Resume") if state.paused else tr("Pause: send nothing"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.window_wanted.emit()
