"""One line of the log, and how loud each part of the program may be. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

import msgspec

from roku_desktop.engine.settings import LogLevel

Level = Literal["debug", "info", "warning", "error"]
THRESHOLDS: Final[tuple[LogLevel, ...]] = get_args(LogLevel)
NUMBERS: Final[Mapping[LogLevel, int]] = {"debug": 10, "info": 20, "warning": 30, "error": 40, "off": 1_000}
"""As in Python's `logging`."""


class LogLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`at` is Unix seconds. What is empty does not belong to any, or is not known.

    `message` is a sentence of this program's code. `error` is the class of what went wrong, with those of
    its causes; `stack` says where, innermost last.
    """

    at: float
    level: Level
    component: str
    message: str
    session_id: str = ""
    run_id: str = ""
    trace_id: str = ""
    span_id: str = ""
    provider: str = ""
    tool: str = ""
    error: str = ""
    stack: tuple[str, ...] = ()
    attributes: dict[str, str | int | float | bool] = {}


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """From which level on lines are kept: in general, and for some components with all below."""

    general: LogLevel = "info"
    components: dict[str, LogLevel] = {}

    @classmethod
    def parse(cls, general: str, components: Iterable[str]) -> Levels:
        """Read `info` and `component=level`, which the configuration has judged already."""
        known: dict[str, LogLevel] = {one: one for one in THRESHOLDS}
        pairs = (text.partition("=") for text in components)
        return cls(
            general=known[general],
            components={name.strip(): known[level.strip()] for name, _, level in pairs},
        )

    @property
    def lowest(self) -> int:
        return min(NUMBERS[level] for level in (self.general, *self.components.values()))

    def of(self, component: str) -> int:
        """The number from which on this component's lines are kept."""
        while component:
            if component in self.components:
                return NUMBERS[self.components[component]]
            component = component.rpartition(".")[0]
        return NUMBERS[self.general]
