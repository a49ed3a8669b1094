"""Fills the command palette: every command that can be used now, and sessions by title.

Made by `desk.py`; the palette itself is made when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from roku_desktop.engine import SessionSummary
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.sessions.model import title_of
from roku_desktop.ui.shortcuts import COMMANDS

if TYPE_CHECKING:
    from roku_desktop.ui.palette.palette import CommandPalette, PaletteItem


class PaletteSteering(QObject):
    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._palette: CommandPalette | None = None
        window.commands["palette"].triggered.connect(self.open)
        bridge.archive.titles_found.connect(self._titles_found)

    @property
    def palette(self) -> CommandPalette:
        if self._palette is None:
            from roku_desktop.ui.palette.palette import CommandPalette

            self._palette = CommandPalette(self._window)
            self._palette.typed.connect(self._typed)
        return self._palette

    def open(self) -> None:
        """Open it; pressed again its key closes it."""
        if self.palette.isVisible():
            self.palette.dismiss()
        else:
            self.palette.open_with(self._commands())

    def _commands(self) -> Sequence[PaletteItem]:
        from roku_desktop.ui.palette.palette import PaletteItem

        actions = self._window.commands
        return [
            PaletteItem(
                title=known.shown_title,
                note=known.shown_key,
                glyph=known.glyph,
                act=actions[known.name].trigger,
            )
            for known in COMMANDS
            if known.name != "palette" and actions[known.name].isEnabled()
        ]

    def _typed(self, text: str) -> None:
        if text.strip():
            self._bridge.archive.find_titles(text)

    def _titles_found(self, text: str, sessions: Sequence[SessionSummary]) -> None:
        from roku_desktop.ui.palette.palette import PaletteItem

        if self.palette.isVisible() and text == self.palette.field.text():
            note = tr("session")
            self.palette.add_sessions(
                [
                    PaletteItem(
                        title=title_of(session),
                        note=note,
                        glyph="session",
                        act=partial(self._conversation.open, session.session_id),
                    )
                    for session in sessions
                    if not self._window.sessions.deletion.is_doomed(session.session_id)
                ]
            )
