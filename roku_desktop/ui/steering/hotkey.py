"""The key that opens the quick prompt from anywhere: switched on, kept, told of where it can't be had.

Off until a person wants it, because a key of the whole desktop is taken away from every other program.
Made by `residence.py`.
"""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.hotkey.combination import SUGGESTED, combination_of
from roku_desktop.ui.hotkey.global_key import GlobalKey
from roku_desktop.ui.hotkey.of_desktop import global_key_of
from roku_desktop.ui.language import tr

PREFERENCE: Final = "ui.quick_prompt_key"
NO_KEY: Final = "off"


class HotkeySteering(QObject):
    """Attributes:
    keys: what is in force, in Qt's portable form; "" = none.

    Signals:
    pressed: a person pressed it.
    told: a sentence about it.
    """

    pressed = Signal()
    told = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._key: GlobalKey | None = None
        self._by_person = False
        self.keys = ""

    def load(self, stored: str | None) -> None:
        """Take up what a person chose some day; only trouble with it is told."""
        self._grab("" if stored == NO_KEY else stored or "")

    def toggle(self) -> None:
        """Switch the suggested key on, or whatever is in force off."""
        self.use("" if self.keys else SUGGESTED)

    def use(self, keys: str) -> None:
        """Another key, in Qt's portable form, or none; kept for later starts."""
        keys = "" if keys == NO_KEY else keys
        self._by_person = True
        self._bridge.remember(PREFERENCE, keys or None)
        self._grab(keys)
        if not keys:
            self.told.emit(tr("No key opens the quick prompt any more."))

    def release(self) -> None:
        if self._key is not None:
            self._key.release()

    def _grab(self, keys: str) -> None:
        self.keys = keys
        self.release()
        if not keys:
            return
        combination = combination_of(keys)
        if combination is None:
            self._refused(tr("it is no combination with Ctrl, Alt or a function key"))
            return
        if self._key is None:
            self._key = global_key_of(os.environ, self)
            self._key.pressed.connect(self.pressed)
            self._key.granted.connect(self._granted)
            self._key.refused.connect(self._refused)
        self._key.grab(combination)

    def _granted(self, shown: str) -> None:
        if self._by_person:
            self.told.emit(tr("{0} opens the quick prompt from anywhere.").format(shown))

    def _refused(self, reason: str) -> None:
        combination = combination_of(self.keys)
        shown = combination.shown if combination is not None else self.keys
        self.keys = ""
        self.told.emit(
            tr(
                "{0} can't open the quick prompt ({1}): give the command `roku-desktop quick` a key in the "
                "settings of your desktop."
            ).format(shown, reason)
        )
