"""What completes a command, above the composer while it is typed. Made at the first slash.

Enter completes a command and does it, where nothing more can follow.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from roku_desktop.ui.composing.completion_popup import CompletionPopup
from roku_desktop.ui.composing.composer import Composer
from roku_desktop.ui.composing.slash_commands import Completion, SlashCommands


class SlashPopup(CompletionPopup):
    def __init__(self, window: QWidget, composer: Composer, commands: SlashCommands) -> None:
        super().__init__(window, composer)
        self._commands = commands
        self.refresh()

    def found(self) -> list[Completion]:
        return self._commands.completions(self._composer.text)

    def complete(self, text: str) -> None:
        self._composer.set_text(text)

    def use(self, text: str) -> None:
        self.complete(text)
        if not text.endswith(" "):
            self.hide()
            self._composer.send()
