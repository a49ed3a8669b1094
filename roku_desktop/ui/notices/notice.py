"""What a person is told outside of the window. A value; shown by `bus.py` or by the tray."""

from __future__ import annotations

import msgspec


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One with the same `key` takes the place of the one before. `action` is the label of its button."""

    key: str
    title: str
    text: str = ""
    action: str = ""
