"""What all ways to get a key for the whole desktop have in common. Why own lines: docs/decisions/0030."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from roku_desktop.ui.hotkey.combination import Combination


class GlobalKey(QObject):
    """One key for the whole desktop.

    Signals:
        pressed: a person pressed it, wherever they were.
        granted: it works from now on; how it is written (str), which another party may have chosen.
        refused: it does not; why, as the end of a sentence.
    """

    pressed = Signal()
    granted = Signal(str)
    refused = Signal(str)

    def grab(self, combination: Combination) -> None:
        """Ask for it; `granted` or `refused` answers, at once or later. The one before is given back."""
        raise AssertionError("each system has its own")

    def release(self) -> None:
        """Give it back; safe to repeat."""
