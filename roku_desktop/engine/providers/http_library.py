"""Loads httpx, without the command line that it brings along. Called before a first client is built.

`httpx` tries to import its command line, and where that one's libraries happen to be installed (click,
rich, pygments: any other package may bring them) they take longer than all the rest: 40 ms of a first
answer, and 6 MB. Where they are missing httpx does without, and so it does here.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

_COMMAND_LINE: Final = "httpx._main"
_LATE_PARTS: Final = ("httpcore", "anyio._backends._asyncio")
"""What httpx would load with its first request, on the loop."""


def load_httpx() -> None:
    """Blocks while it imports; safe to call again, and from several threads."""
    if "httpx" not in sys.modules:
        sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]  # Python's way to say: not installed
        try:
            importlib.import_module("httpx")
        finally:
            sys.modules.pop(_COMMAND_LINE, None)
    for name in _LATE_PARTS:
        importlib.import_module(name)


def is_loaded() -> bool:
    return all(name in sys.modules for name in ("httpx", *_LATE_PARTS))
