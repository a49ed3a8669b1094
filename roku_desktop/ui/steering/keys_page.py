"""Opens the page of keys and commands. Made by `middle.py`; the page when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from roku_desktop.ui.composing.slash_commands import SlashCommands
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.shortcuts import COMMANDS

if TYPE_CHECKING:
    from roku_desktop.ui.palette.keys_page import KeysPage, Line


class KeysPageSteering(QObject):
    def __init__(self, window: MainWindow, slashes: SlashCommands, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._slashes = slashes
        self._page: KeysPage | None = None
        window.commands["shortcuts"].triggered.connect(self.open)

    def open(self, _checked: bool = False) -> None:
        if self._page is None:
            from roku_desktop.ui.palette.keys_page import KeysPage

            self._page = KeysPage(
                (
                    (tr("In the window"), self._of_window()),
                    (tr("While writing"), self._of_composer()),
                    (tr("Typed at the beginning of a prompt"), self._typed()),
                ),
                self._window,
            )
        self._page.show()
        self._page.raise_()
        self._page.activateWindow()

    def _of_window(self) -> list[Line]:
        from roku_desktop.ui.palette.keys_page import native

        return [(native(known.keys), known.shown_title) for known in COMMANDS if known.keys]

    def _of_composer(self) -> list[Line]:
        from roku_desktop.ui.palette.keys_page import native

        return [
            (native(("Return",)), tr("Send")),
            (native(("Shift+Return",)), tr("Begin a new line")),
            (native(("Up", "Down")), tr("Bring back an earlier prompt")),
            ("/", tr("A command")),
            ("@", tr("A file of the workspace, whose text goes along")),
            (native(("Tab",)), tr("Complete what is offered")),
        ]

    def _typed(self) -> list[Line]:
        return [(f"/{command.name}", command.title) for command in self._slashes.all]
