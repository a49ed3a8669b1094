"""Files of the workspace that are named in the composer with an @. Made by `middle.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.composing.file_popup import FilePopup


class FileSteering(QObject):
    """Attributes:
        popup: what completes a file's name; None before the first @.

    Signals:
        told: a sentence about files whose text does not go along.
    """

    told = Signal(str)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self.popup: FilePopup | None = None
        window.composer.edit.textChanged.connect(self._typed)
        bridge.archive.names_known.connect(self._names_known)
        bridge.archive.files_left_out.connect(self.told)

    def _typed(self) -> None:
        """The list is made when an @ is typed for the first time."""
        if self.popup is None and "@" in self._window.composer.line_before_cursor:
            from roku_desktop.ui.composing.file_popup import FilePopup

            self.popup = FilePopup(self._window, self._window.composer)
            self.popup.files_wanted.connect(self._load)
            self.popup.refresh()

    def _load(self) -> None:
        self._bridge.archive.load_names(self._conversation.workspace)

    def _names_known(self, workspace: str, paths: Sequence[str]) -> None:
        if self.popup is not None and workspace == self._conversation.workspace:
            self.popup.show_files(paths)
