"""Whether a window could be opened here, found out without importing Qt.

Called by `gui`, before Qt is loaded (it ends the process where its platform plugin can't start), and
by `doctor`.
"""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_NEEDS_NO_DISPLAY: Final = ("offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs")
_ANSWER_TIMEOUT_S: Final = 2.0
_LIBRARIES_OF_QT: Final = (
    "libEGL.so.1",
    "libGL.so.1",
    "libfontconfig.so.1",
    "libxkbcommon.so.0",
    "libglib-2.0.so.0",
    "libdbus-1.so.3",
)
_LIBRARIES_OF_X: Final = (
    "libX11-xcb.so.1",
    "libxkbcommon-x11.so.0",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-xkb.so.1",
)
"""What libQt6Gui.so and libqxcb.so of PySide6 6.8 to 6.11 are linked with and a server's system lacks."""


def window_problem(environ: Mapping[str, str]) -> str:
    """Return why no window can be opened, as a sentence; empty if it can. Takes a few milliseconds."""
    if importlib.util.find_spec("PySide6") is None:
        return "The window's library (PySide6) is not part of this installation."
    if sys.platform != "linux":
        return ""
    if environ.get("QT_QPA_PLATFORM", "").startswith(_NEEDS_NO_DISPLAY):
        return _library_problem(_LIBRARIES_OF_QT)
    return _display_problem(environ)


def _display_problem(environ: Mapping[str, str]) -> str:
    wayland, display = environ.get("WAYLAND_DISPLAY", ""), environ.get("DISPLAY", "")
    if not wayland and not display:
        return "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if wayland and _answers(_wayland_socket(wayland, environ)):
        return _library_problem(_LIBRARIES_OF_QT)
    if display and _x_answers(display):
        return _library_problem((*_LIBRARIES_OF_QT, *_LIBRARIES_OF_X))
    return f"No display answers at {display or wayland}."


def _library_problem(names: Sequence[str]) -> str:
    """A system library is missing without which Qt would end the process.

    Loading is the sure test, and not lost: Qt loads the same ones. The single-file program brings some.
    """
    import ctypes

    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            return f"The window needs the system library {name}, which is not installed here."
    return ""


def _wayland_socket(name: str, environ: Mapping[str, str]) -> str:
    return name if name.startswith("/") else str(Path(environ.get("XDG_RUNTIME_DIR", "/run")) / name)


def _x_answers(display: str) -> bool:
    """Whether something listens where an X display is named: `:0`, `unix:0`, `host:10.0`."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return True  # a form unknown here: let Qt find out
    if host in {"", "unix"} or host.startswith("/"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  where X servers have their sockets
        return _answers(path) or _answers(f"\0{path}")
    try:
        with socket.create_connection((host.strip("[]"), 6000 + int(number)), _ANSWER_TIMEOUT_S):
            return True
    except OSError:
        return False


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_ANSWER_TIMEOUT_S)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True
