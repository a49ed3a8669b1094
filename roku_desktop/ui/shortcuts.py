"""The keys of the window, as actions: Ctrl is Cmd on macOS, as Qt has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from roku_desktop.ui.main_window import MainWindow


def add_shortcuts(window: MainWindow) -> None:
    """Add them to a furnished window."""

    def add(name: str, act: Callable[[], object], *keys: str) -> None:
        action = QAction(name, window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(act)
        window.addAction(action)

    add(window.tr("New session"), window.new_wanted.emit, "Ctrl+N")
    add(window.tr("Write a prompt"), window.composer.edit.setFocus, "Ctrl+L")
    add(window.tr("Previous session"), window.previous_wanted.emit, "Ctrl+Up", "Alt+Up")
    add(window.tr("Next session"), window.next_wanted.emit, "Ctrl+Down", "Alt+Down")
    add(window.tr("Stop"), window.composer.stop, "Esc")
    add(window.tr("Rename session"), window.sessions.rename_current, "F2")
    add(window.tr("Quit"), window.quit_wanted.emit, "Ctrl+Q")
