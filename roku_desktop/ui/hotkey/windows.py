"""A key for the whole desktop on Windows: RegisterHotKey, heard through Qt's native event filter."""

from __future__ import annotations

import ctypes
from typing import Any, Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject

from roku_desktop.ui.hotkey.combination import Combination
from roku_desktop.ui.hotkey.global_key import GlobalKey
from roku_desktop.ui.language import tr

# WinUser.h
_ALT, _CONTROL, _SHIFT, _WIN, _NO_REPEAT = 0x1, 0x2, 0x4, 0x8, 0x4000
_WM_HOTKEY: Final = 0x0312
_VK_SPACE, _VK_F1 = 0x20, 0x70
_OUR_ID: Final = 0x524F  # any number below 0xC000 that is ours alone in this thread


class WindowsKey(GlobalKey):
    """Registers it for this thread; the system posts a message for each press."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._user32: Any = ctypes.windll.user32  # type: ignore[attr-defined, unused-ignore]  # there only
        self._filter = _Filter(self)
        self._is_held = False

    def grab(self, combination: Combination) -> None:
        self.release()
        code = virtual_key(combination.key)
        if not self._user32.RegisterHotKey(None, _OUR_ID, modifiers(combination), code):
            self.refused.emit(tr("another program uses it, or this keyboard lacks it"))
            return
        self._is_held = True
        application = QCoreApplication.instance()
        assert application is not None
        application.installNativeEventFilter(self._filter)
        self.granted.emit(combination.shown)

    def release(self) -> None:
        if self._is_held:
            self._is_held = False
            self._user32.UnregisterHotKey(None, _OUR_ID)
            application = QCoreApplication.instance()
            if application is not None:
                application.removeNativeEventFilter(self._filter)


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, key: WindowsKey) -> None:
        super().__init__()
        self._key = key

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        from ctypes import wintypes

        if kind == b"windows_generic_MSG":
            told = wintypes.MSG.from_address(int(message))
            if told.message == _WM_HOTKEY and told.wParam == _OUR_ID:
                self._key.pressed.emit()
        return False, 0


def virtual_key(key: str) -> int:
    """The system's number of a key; of letters and digits it is their ASCII code."""
    if key == "Space":
        return _VK_SPACE
    return ord(key) if len(key) == 1 else _VK_F1 + int(key[1:]) - 1


def modifiers(combination: Combination) -> int:
    held = {
        _CONTROL: combination.ctrl,
        _ALT: combination.alt,
        _SHIFT: combination.shift,
        _WIN: combination.meta,
    }
    return _NO_REPEAT | sum(mask for mask, is_held in held.items() if is_held)
