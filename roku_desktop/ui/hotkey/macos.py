"""A key for the whole desktop on macOS: Carbon's RegisterEventHotKey, which needs no permission.

The one part of Carbon that Apple never replaced. Its events arrive on the main thread, in Qt's own loop.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from PySide6.QtCore import QObject

from roku_desktop.ui.hotkey.combination import Combination
from roku_desktop.ui.hotkey.global_key import GlobalKey
from roku_desktop.ui.language import tr

_CARBON: Final = "/System/Library/Frameworks/Carbon.framework/Carbon"
# Events.h and CarbonEvents.h
_COMMAND, _SHIFT, _OPTION, _CONTROL = 0x100, 0x200, 0x800, 0x1000
_KEYBOARD_CLASS: Final = int.from_bytes(b"keyb", "big")
_HOT_KEY_PRESSED: Final = 5
_OUR_SIGN: Final = int.from_bytes(b"Roku", "big")
# HIToolbox/Events.h: kVK_ANSI_A and so on, by where the keys lie.
_KEYS: Final = {
    **dict(zip("ASDFHGZXCV", range(10), strict=True)),
    **dict(zip("BQWERYT123465", range(11, 24), strict=True)),
    "9": 25,
    "7": 26,
    "8": 28,
    "0": 29,
    "O": 31,
    "U": 32,
    "I": 34,
    "P": 35,
    "L": 37,
    "J": 38,
    "K": 40,
    "N": 45,
    "M": 46,
    "Space": 49,
    "F1": 122,
    "F2": 120,
    "F3": 99,
    "F4": 118,
    "F5": 96,
    "F6": 97,
    "F7": 98,
    "F8": 100,
    "F9": 101,
    "F10": 109,
    "F11": 103,
    "F12": 111,
    "F13": 105,
    "F14": 107,
    "F15": 113,
    "F16": 106,
    "F17": 64,
    "F18": 79,
    "F19": 80,
    "F20": 90,
}


class _EventKind(ctypes.Structure):
    _fields_ = (("event_class", ctypes.c_uint32), ("kind", ctypes.c_uint32))


class _HotKeyId(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("number", ctypes.c_uint32))


_Handler: Final = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class MacKey(GlobalKey):
    """Registers it with the system's event dispatcher."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._carbon: Any = None
        self._held: ctypes.c_void_p | None = None
        self._handler = _Handler(self._happened)  # kept: the system calls it

    def grab(self, combination: Combination) -> None:
        self.release()
        code = _KEYS.get(combination.key)
        if code is None or not self._listens():
            self.refused.emit(tr("this keyboard lacks it"))
            return
        held = ctypes.c_void_p()
        status = self._carbon.RegisterEventHotKey(
            code,
            modifiers(combination),
            _HotKeyId(_OUR_SIGN, 1),
            self._carbon.GetEventDispatcherTarget(),
            0,
            ctypes.byref(held),
        )
        if status:
            self.refused.emit(tr("another program uses it, or this keyboard lacks it"))
            return
        self._held = held
        self.granted.emit(combination.shown)

    def release(self) -> None:
        if self._held is not None:
            self._carbon.UnregisterEventHotKey(self._held)
            self._held = None

    def _listens(self) -> bool:
        """Load Carbon and listen, once; False where it can't."""
        if self._carbon is None:
            try:
                carbon: Any = ctypes.CDLL(_CARBON)
            except OSError:
                return False
            pointer, number = ctypes.c_void_p, ctypes.c_uint32
            carbon.GetEventDispatcherTarget.restype = pointer
            carbon.InstallEventHandler.argtypes = [pointer, _Handler, ctypes.c_ulong, *[pointer] * 3]
            carbon.RegisterEventHotKey.argtypes = [number, number, _HotKeyId, pointer, number, pointer]
            carbon.UnregisterEventHotKey.argtypes = [pointer]
            kind = _EventKind(_KEYBOARD_CLASS, _HOT_KEY_PRESSED)
            target = carbon.GetEventDispatcherTarget()
            if carbon.InstallEventHandler(target, self._handler, 1, ctypes.byref(kind), None, None):
                return False
            self._carbon = carbon
        return True

    def _happened(self, _next: object, _event: object, _data: object) -> int:
        self.pressed.emit()
        return 0


def modifiers(combination: Combination) -> int:
    """Qt's Ctrl is the Command key here, and its Meta the Control key."""
    held = {
        _COMMAND: combination.ctrl,
        _OPTION: combination.alt,
        _SHIFT: combination.shift,
        _CONTROL: combination.meta,
    }
    return sum(mask for mask, is_held in held.items() if is_held)
