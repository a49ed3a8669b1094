"""Qt's application, which ends when we say so: a wish to quit from the system becomes a signal.

A logout on X11, the Dock of macOS and the end of a session ask Qt to quit. Qt would close all windows,
take one that hides into the tray for a no, or leave the loop while the engine is still open. Made by
`application.py`.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication


class RokuApplication(QApplication):
    """Signals:
    quit_wanted: the system, or the desktop's session, wants the program to end.
    """

    quit_wanted = Signal()

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.commitDataRequest.connect(self._session_ends)
        self.saveStateRequest.connect(_do_not_restart)

    def event(self, event: QEvent) -> bool:
        """Only events for the application itself come here: a few in an hour."""
        if event.type() == QEvent.Type.Quit:
            event.ignore()
            self.quit_wanted.emit()
            return True
        return super().event(event)

    def _session_ends(self, manager: QSessionManager) -> None:
        """All that was shown is on disk. Windows ends the process next; elsewhere a wish to quit follows."""
        _do_not_restart(manager)
        if sys.platform == "win32":
            self.quit_wanted.emit()


def _do_not_restart(manager: QSessionManager) -> None:
    """Starting with the session is a person's choice (`login_start.py`), not a session manager's."""
    manager.setRestartHint(QSessionManager.RestartHint.RestartNever)
