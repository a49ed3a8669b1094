"""A combination of keys that calls the quick prompt from anywhere, read from its text. Pure."""

from __future__ import annotations

import re
import sys
from typing import Final

import msgspec
from PySide6.QtGui import QKeySequence

SUGGESTED: Final = "Meta+Alt+Space" if sys.platform == "darwin" else "Ctrl+Alt+Space"
"""In Qt's portable form, where on macOS Meta is the Control key and Ctrl is Command."""
_KEY: Final = re.compile(r"[A-Z0-9]|Space|F([1-9]|1[0-9]|2[0-4])")


class Combination(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is a letter, a digit, "Space" or "F1" to "F24"; the modifiers are Qt's of that name."""

    key: str
    ctrl: bool = False
    alt: bool = False
    shift: bool = False
    meta: bool = False

    @property
    def shown(self) -> str:
        """As this system writes it."""
        names = {"Ctrl": self.ctrl, "Meta": self.meta, "Alt": self.alt, "Shift": self.shift}
        text = "+".join([*(name for name, held in names.items() if held), self.key])
        return QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText)


def combination_of(text: str) -> Combination | None:
    """None where it is no combination that a person would give a whole desktop.

    A key alone, or with Shift only, belongs to whoever is being written in; a function key is free.
    """
    sequence = QKeySequence(text, QKeySequence.SequenceFormat.PortableText)
    *held, key = sequence.toString(QKeySequence.SequenceFormat.PortableText).split("+")
    is_free = {"Ctrl", "Alt", "Meta"} & set(held) or re.fullmatch(r"F\d+", key)
    if sequence.count() != 1 or not is_free or not _KEY.fullmatch(key):
        return None
    return Combination(
        key=key, ctrl="Ctrl" in held, alt="Alt" in held, shift="Shift" in held, meta="Meta" in held
    )
