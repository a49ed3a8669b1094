"""What keeps a test away from the developer's machine.

Owns: the environment that tests and the programs they start see, and the refusal of connections
that would leave this machine. Called by `tests/conftest.py` alone.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path

_PRIVATE_NAMES = re.compile(
    r"ROKU_.*|.*_API_KEY|(https?|all|no|ftp)_proxy|OTEL_.*|QT_.*|XDG_.*|DBUS_SESSION_BUS_ADDRESS"
    r"|WAYLAND_DISPLAY|SSH_AUTH_SOCK|PYTHONPATH|COLUMNS|NO_COLOR|FORCE_COLOR",
    re.IGNORECASE,
)


class OutsideConnectionError(AssertionError):
    """A test tried to reach another machine."""


def private_names(environment: Mapping[str, str]) -> list[str]:
    """The variables that would let a test see the developer's settings, keys, proxies or session."""
    return [name for name in environment if _PRIVATE_NAMES.fullmatch(name)]


def home_variables(home: Path) -> dict[str, str]:
    """A person's home folder, empty and of the test's own, on each of the three systems."""
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "ROKU_HOME": str(home / ".roku"),
    }


def refuse_outside_connections(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook (`sys.addaudithook`): only this machine's loopback may be connected to."""
    if event == "socket.connect" and not _stays_here(arguments[1]):
        raise OutsideConnectionError(
            f"A test tried to connect to {arguments[1]!r}; only loopback is allowed."
        )


def _stays_here(address: object) -> bool:
    if not isinstance(address, tuple):  # a Unix socket, or a family without hosts
        return True
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False  # a name: whoever needs it resolves it first
