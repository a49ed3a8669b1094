"""From the lines of traces to spans that have ended, as they end. Pure; called by the recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from roku_desktop.telemetry.trace_line import SpanEnded, TraceLine
from roku_desktop.telemetry.traces import Span, spans_of

MAX_OPEN: Final = 4_000
"""Spans without an end: some hundred turns at once; beyond, the oldest are given up."""


class SpanGathering:
    """The open spans of all runs of a process."""

    def __init__(self) -> None:
        self._open: dict[str, list[TraceLine]] = {}

    def ended(self, lines: Iterable[TraceLine]) -> list[Span]:
        """Take the next lines and return the spans that they end."""
        ended: list[Span] = []
        for line in lines:
            self._open.setdefault(line.span, []).append(line)
            if isinstance(line, SpanEnded):
                ended += spans_of(self._open.pop(line.span))
        while len(self._open) > MAX_OPEN:
            self._open.pop(next(iter(self._open)))
        return ended
