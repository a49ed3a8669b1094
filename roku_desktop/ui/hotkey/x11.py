"""A key for the whole desktop on X11, by libxcb, which Qt's own platform plugin is made of.

On a connection of its own: what the server says there is about this key alone. The key is grabbed with
Caps Lock and Num Lock in each position, because to X these are modifiers too.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from PySide6.QtCore import QObject, QSocketNotifier

from roku_desktop.ui.hotkey.combination import Combination
from roku_desktop.ui.hotkey.global_key import GlobalKey
from roku_desktop.ui.language import tr

# X.h and xproto.h
_SHIFT, _LOCK, _CONTROL, _MOD1, _MOD2, _MOD4 = 1, 2, 4, 8, 16, 64
_LOCKS: Final = (0, _LOCK, _MOD2, _LOCK | _MOD2)
_ASYNC: Final = 1
_KEY_PRESS, _MAPPING_NOTIFY = 2, 34
_SENT: Final = 0x80  # set in the kind of an event that another client sent
_F1: Final = 0xFFBE  # keysymdef.h; letters, digits and the space are their ASCII codes


class _Screens(ctypes.Structure):
    _fields_ = (("root", ctypes.POINTER(ctypes.c_uint32)), ("rest", ctypes.c_int), ("index", ctypes.c_int))


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class XKey(GlobalKey):
    """Grabs it with the X server."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: _Server | None = None
        self._notifier: QSocketNotifier | None = None
        self._wanted: Combination | None = None

    def grab(self, combination: Combination) -> None:
        self.release()
        try:
            server = _Server()
        except OSError:
            self.refused.emit(tr("the X server can't be asked"))
            return
        if not server.grab(combination):
            server.close()
            self.refused.emit(tr("another program uses it, or this keyboard lacks it"))
            return
        self._server, self._wanted = server, combination
        self._notifier = QSocketNotifier(server.descriptor, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self.granted.emit(combination.shown)

    def release(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._server is not None:
            self._server.close()  # the server gives back what it grabbed
            self._server = None

    def _read(self) -> None:
        server = self._server
        if server is None:
            return
        kinds = server.events()
        if server.is_broken:
            self.release()
        elif _MAPPING_NOTIFY in kinds and self._wanted is not None:
            self.grab(self._wanted)  # the key may lie elsewhere on the keyboard now
        if _KEY_PRESS in kinds:
            self.pressed.emit()


class _Server:
    """The few calls of libxcb that it takes. Raises `OSError` where there is no server or no library."""

    def __init__(self) -> None:
        self._xcb, self._keysyms = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL("libxcb-keysyms.so.1")
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = [ctypes.c_void_p]
        self._declare()
        self._connection = self._xcb.xcb_connect(None, None)
        if self.is_broken:
            self._xcb.xcb_disconnect(self._connection)
            raise ConnectionError("no X server")
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._connection))
        self._root = screens.root[0]

    def _declare(self) -> None:
        pointer = ctypes.c_void_p
        for library, name, result, arguments in (
            (self._xcb, "xcb_connect", pointer, [ctypes.c_char_p, pointer]),
            (self._xcb, "xcb_connection_has_error", ctypes.c_int, [pointer]),
            (self._xcb, "xcb_disconnect", None, [pointer]),
            (self._xcb, "xcb_get_setup", pointer, [pointer]),
            (self._xcb, "xcb_setup_roots_iterator", _Screens, [pointer]),
            (self._xcb, "xcb_get_file_descriptor", ctypes.c_int, [pointer]),
            (self._xcb, "xcb_request_check", pointer, [pointer, _Cookie]),
            (self._xcb, "xcb_poll_for_event", ctypes.POINTER(ctypes.c_uint8), [pointer]),
            (
                self._xcb,
                "xcb_grab_key_checked",
                _Cookie,
                [pointer, ctypes.c_uint8, ctypes.c_uint32, ctypes.c_uint16, *[ctypes.c_uint8] * 3],
            ),
            (self._keysyms, "xcb_key_symbols_alloc", pointer, [pointer]),
            (self._keysyms, "xcb_key_symbols_free", None, [pointer]),
            (
                self._keysyms,
                "xcb_key_symbols_get_keycode",
                ctypes.POINTER(ctypes.c_uint8),
                [pointer, ctypes.c_uint32],
            ),
        ):
            function: Any = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    @property
    def is_broken(self) -> bool:
        return bool(self._xcb.xcb_connection_has_error(self._connection))

    @property
    def descriptor(self) -> int:
        return int(self._xcb.xcb_get_file_descriptor(self._connection))

    def close(self) -> None:
        self._xcb.xcb_disconnect(self._connection)

    def grab(self, combination: Combination) -> bool:
        """False where any part of it is refused."""
        keycodes = self._keycodes(_keysym(combination.key))
        held = _modifiers(combination)
        return bool(keycodes) and all(self._grab(code, held | lock) for code in keycodes for lock in _LOCKS)

    def _grab(self, keycode: int, modifiers: int) -> bool:
        cookie = self._xcb.xcb_grab_key_checked(
            self._connection, 0, self._root, modifiers, keycode, _ASYNC, _ASYNC
        )
        error = self._xcb.xcb_request_check(self._connection, cookie)
        if error:
            self._free(error)
        return not error

    def _keycodes(self, keysym: int) -> list[int]:
        symbols = self._keysyms.xcb_key_symbols_alloc(self._connection)
        found = self._keysyms.xcb_key_symbols_get_keycode(symbols, keysym)
        codes: list[int] = []
        if found:
            while found[len(codes)]:
                codes.append(found[len(codes)])
            self._free(found)
        self._keysyms.xcb_key_symbols_free(symbols)
        return codes

    def events(self) -> list[int]:
        """The kinds of all events that have come."""
        kinds: list[int] = []
        while event := self._xcb.xcb_poll_for_event(self._connection):
            kinds.append(event[0] & ~_SENT)
            self._free(event)
        return kinds


def _keysym(key: str) -> int:
    if key == "Space":
        return ord(" ")
    return ord(key.lower()) if len(key) == 1 else _F1 + int(key[1:]) - 1


def _modifiers(combination: Combination) -> int:
    held = {
        _CONTROL: combination.ctrl,
        _MOD1: combination.alt,
        _SHIFT: combination.shift,
        _MOD4: combination.meta,
    }
    return sum(mask for mask, is_held in held.items() if is_held)
