"""The commands that change how the window looks: language and size of text. Made by `middle.py`."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import QObject

from roku_desktop.ui.look.appearance import TEXT_PERCENTS, Language
from roku_desktop.ui.look.focus_ring import FocusRing
from roku_desktop.ui.look.looks import Looks
from roku_desktop.ui.main_window import MainWindow


class AppearanceSteering(QObject):
    def __init__(self, window: MainWindow, looks: Looks, parent: QObject) -> None:
        super().__init__(parent)
        self._looks = looks
        FocusRing(self)
        commands = window.commands
        spoken: dict[str, Language] = {
            "speak_system": "system",
            "speak_english": "en",
            "speak_chinese": "zh_CN",
        }
        for name, language in spoken.items():
            commands[name].triggered.connect(partial(self._speak, language))
        commands["larger_text"].triggered.connect(partial(self._resize_text, 1))
        commands["smaller_text"].triggered.connect(partial(self._resize_text, -1))
        commands["normal_text"].triggered.connect(partial(self._set_text, 100))

    def _speak(self, language: Language, _checked: bool = False) -> None:
        self._looks.use(msgspec.structs.replace(self._looks.current, language=language))

    def _resize_text(self, steps: int, _checked: bool = False) -> None:
        """To the next size of the table in that direction."""
        current = self._looks.current.text_percent
        nearest = min(range(len(TEXT_PERCENTS)), key=lambda place: abs(TEXT_PERCENTS[place] - current))
        self._set_text(TEXT_PERCENTS[max(0, min(len(TEXT_PERCENTS) - 1, nearest + steps))])

    def _set_text(self, percent: int, _checked: bool = False) -> None:
        self._looks.use(self._looks.current.with_text_percent(percent))
