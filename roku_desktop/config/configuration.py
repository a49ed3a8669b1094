"""The result of loading: settings, and for each value where it came from.

Owns these values and how they are listed for people. Built by `config.build`; read by `app.py`,
`cli config`, `doctor` and the settings dialog.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from roku_desktop.engine.settings import EngineSettings


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value came from.

    `where` is "file:line" or the name of the environment variable, empty for a default. A value
    that was cut to a hard cap keeps what was asked for in `clamped_from`, and the cap in `clamped_to`.
    """

    layer: Literal["default", "file", "environment"] = "default"
    where: str = ""
    clamped_from: int | None = None
    clamped_to: int | None = None

    def __str__(self) -> str:
        origin = self.where or self.layer
        if self.clamped_from is None:
            return origin
        return f"{origin}, cut from {self.clamped_from} to the hard cap {self.clamped_to}"


class UnknownKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that this version doesn't know. It stays in the file; its value is never shown."""

    key: str
    where: str
    suggestion: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `config show`; `value` is plain data that JSON can write."""

    key: str
    value: str | float | list[str] | None
    source: str


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force.

    `file` is the runtime.toml that was looked for, `file_found` whether it was there. `rows` lists
    every known key; `warnings` are sentences for people, those about `unknown` keys included.
    `sources` holds the same keys as `rows`.
    """

    settings: EngineSettings
    file: Path
    file_found: bool
    rows: tuple[Row, ...] = ()
    sources: Mapping[str, Source] = {}
    unknown: tuple[UnknownKey, ...] = ()
    warnings: tuple[str, ...] = ()

    def explain(self) -> tuple[Row, ...]:
        """Every key with its value and where it came from, in the order of the reference."""
        return self.rows

    def source_of(self, key: str) -> Source:
        """Return where `key` (for instance `runtime.loop.initial_step_budget`) came from."""
        return self.sources.get(key, Source())

    def changed_keys(self, other: Configuration) -> tuple[str, ...]:
        """Return the keys whose values differ between the two, those only one of them has included."""
        mine, theirs = ({row.key: row.value for row in each.rows} for each in (self, other))
        return tuple(key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key))
