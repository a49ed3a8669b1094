"""The lines of a trace: a span begins, something happens in it, it ends. Pure values.

Made by `spans`, written and read by `trace_files`, put together again by `traces`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Value = str | int | float | bool | list[str]
Attributes = dict[str, Value]
SpanKind = Literal["internal", "client"]

SESSION: Final = "gen_ai.conversation.id"
RUN: Final = "roku.run_id"


class SpanBegan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="began", tag_field="line"):
    """`at` is Unix seconds; `parent` is empty for the root."""

    trace: str
    span: str
    at: float
    name: str
    parent: str = ""
    kind: SpanKind = "internal"
    attributes: Attributes = {}


class SpanEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="event", tag_field="line"):
    trace: str
    span: str
    at: float
    name: str
    attributes: Attributes = {}


class SpanEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="ended", tag_field="line"):
    """`error` is the class of what went wrong, empty where nothing did. `root` ends the trace."""

    trace: str
    span: str
    at: float
    error: str = ""
    root: bool = False
    attributes: Attributes = {}


TraceLine = SpanBegan | SpanEvent | SpanEnded
