"""Loads what a first answer needs, in a thread, while nobody has asked for one yet.

A window that stands open has time for it, and a person who asks does not: it is a tenth of a second.
Nothing is opened, asked or kept; whoever asks in the meantime loads the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from roku_desktop.engine.providers.http_library import load_httpx
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import standard_catalogue

_MODULES: Final = (
    "roku_desktop.engine.machinery",
    "roku_desktop.engine.session",
    "roku_desktop.engine.routing.route",
    "roku_desktop.engine.providers.chat",
)


def load_what_answers() -> None:
    """Blocks while it imports; safe to call again."""
    for name in _MODULES:
        import_module(name)
    load_httpx()
    standard_catalogue(ToolSettings())
