"""Keys of a window, as actions: Ctrl is Cmd on macOS, as Qt has it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def add_shortcut(window: QWidget, name: str, act: Callable[[], object], *keys: str) -> None:
    """Do `act` when one of the keys (for instance "Ctrl+N") is pressed anywhere in the window."""
    action = QAction(name, window)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(act)
    window.addAction(action)
