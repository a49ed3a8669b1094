"""Which of the ways to get a key for the whole desktop is this one's. Used by `steering/hotkey.py`."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from PySide6.QtCore import QObject

from roku_desktop.ui.hotkey.global_key import GlobalKey


def global_key_of(environ: Mapping[str, str], parent: QObject) -> GlobalKey:
    """The way of this desktop."""
    if sys.platform == "win32":
        from roku_desktop.ui.hotkey.windows import WindowsKey

        return WindowsKey(parent)
    if sys.platform == "darwin":
        from roku_desktop.ui.hotkey.macos import MacKey

        return MacKey(parent)
    # A program of X11 under Wayland hears keys only while it has the keyboard.
    if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
        from roku_desktop.ui.hotkey.portal import PortalKey

        return PortalKey(parent)
    from roku_desktop.ui.hotkey.x11 import XKey

    return XKey(parent)
