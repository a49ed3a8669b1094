"""Whether a window could be opened here, found out without importing Qt.

Called by `gui`, before Qt is loaded (it ends the process where its platform plugin can't start), and
by `doctor`.
"""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NEEDS_NO_DISPLAY: Final = ("offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs")
_ANSWER_TIMEOUT_S: Final = 2.0


def window_problem(environ: Mapping[str, str]) -> str:
    """Return why no window can be opened, as a sentence; empty if it can. Takes about a millisecond."""
    if importlib.util.find_spec("PySide6") is None:
        return "The window's library (PySide6) is not part of this installation."
    if sys.platform != "linux" or environ.get("QT_QPA_PLATFORM", "").startswith(_NEEDS_NO_DISPLAY):
        return ""
    return _display_problem(environ)


def _display_problem(environ: Mapping[str, str]) -> str:
    wayland, display = environ.get("WAYLAND_DISPLAY", ""), environ.get("DISPLAY", "")
    if not wayland and not display:
        return "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if wayland and _answers(_wayland_socket(wayland, environ)):
        return ""
    if display and _x_answers(display):
        return ""
    return f"No display answers at {display or wayland}."


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
