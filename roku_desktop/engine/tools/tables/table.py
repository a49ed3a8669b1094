"""A table as the tools see it, whatever file it is in, and its cells in words.

Owns the value and the form of a cell. Rows come as they are read, so a table may be larger than memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from roku_desktop.engine.tools.output import shown_name

MAX_CELL_CHARS: Final = 80

_INTEGER: Final = re.compile(r"[+-]?\d{1,18}")
_NUMBER: Final = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?\d{19,}|nan|[+-]?inf", re.IGNORECASE
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is what the file says; empty where it says nothing."""

    name: str
    type: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` says in words what it is and what was assumed; `rows` can be read once and may raise
    `ToolFailure`. `row_count` is None where only reading all of it would tell."""

    kind: str
    columns: tuple[Column, ...]
    rows: Iterator[Sequence[object]]
    row_count: int | None = None


def is_empty(value: object) -> bool:
    return value is None or value == ""


def shown_cell(value: object) -> str:
    """Return a cell on one line, at most `MAX_CELL_CHARS` long."""
    text = _text(value)
    if len(text) > MAX_CELL_CHARS:
        text = text[: MAX_CELL_CHARS - 1] + "…"
    return shown_name(text.replace("\r\n", "⏎").replace("\n", "⏎"))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # spreadsheets know no other numbers
    if isinstance(value, str):
        return value[: 2 * MAX_CELL_CHARS]
    return str(value)[: 2 * MAX_CELL_CHARS]


def type_of(value: object) -> str:
    """Name the type of a cell that is not empty; text is looked at for what it holds."""
    for types, name in _TYPES:
        if isinstance(value, types):
            return name
    text = str(value)
    return next((name for fits, name in _IN_TEXT if fits(text)), "text")


def common_type(types: set[str]) -> str:
    """Name one type for all cells of a column: the narrowest that holds them."""
    if not types:
        return "empty"
    for together, name in ((_NUMBERS, "number"), (_TIMES, "date and time")):
        if len(types) > 1 and types <= together:
            return name
    return types.pop() if len(types) == 1 else "text"


_TYPES: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (dt.datetime, "date and time"),
    (dt.date, "date"),
    ((dt.time, dt.timedelta), "time"),
)
_IN_TEXT: Final[tuple[tuple[Callable[[str], object], str], ...]] = (
    (_INTEGER.fullmatch, "integer"),
    (_NUMBER.fullmatch, "number"),
    (_DATE.fullmatch, "date"),
    (_TIME.fullmatch, "date and time"),
    (lambda text: text.lower() in ("true", "false"), "boolean"),
)
_NUMBERS: Final = {"integer", "number"}
_TIMES: Final = {"date", "date and time"}
