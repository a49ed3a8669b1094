"""One value on its way from a layer into the settings, and the sentence that refuses it.

Owns the shape the layers share. Written by `config.file` and `config.environment`, judged by
`config.decode`, gathered by `config.build`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from roku_desktop.config.configuration import Source
from roku_desktop.config.schema import visible
from roku_desktop.engine.errors import ConfigurationError

_SHOWN_LIMIT = 60


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A value at a canonical path.

    `place` opens a sentence about it ("runtime.toml, line 3, column 5"), `where` is "file:line" or
    the variable's name, `written_as` the key as the person wrote it. `segment_wheres` has a `where`
    for each segment of the path, `element_places` a `place` for each element of a list; both are empty
    for the environment, whose values have no type yet either.
    """

    path: tuple[str, ...]
    value: object
    layer: Literal["file", "environment"]
    place: str
    where: str
    written_as: str
    segment_wheres: tuple[str, ...] = ()
    element_places: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        return Source(layer=self.layer, where=self.where)

    def refusal(self, sentence: str, *, element: int | None = None) -> ConfigurationError:
        """Return the error that says where, then what."""
        place = self.place
        if element is not None and element < len(self.element_places):
            place = self.element_places[element]
        return ConfigurationError(f"{place}: {sentence}")


def shown(value: object) -> str:
    """Return what was found, short enough for a sentence."""
    if isinstance(value, str):
        return visible(value if len(value) <= _SHOWN_LIMIT else value[:_SHOWN_LIMIT] + "…")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, int | float):
        return _shown_number(value)
    return "a date or time"


def _shown_number(value: float) -> str:
    if isinstance(value, int) and abs(value) >= 10**_SHOWN_LIMIT:
        return "a number with very many digits"
    return str(value)
