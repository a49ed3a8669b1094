"""The one exit of a turn: every event is stored, then published, in the order it happened.

Owned by one run of a session (`session.py`). Events that nothing waits for (deltas, timestamps) are
written while the model goes on talking, those that gathered meanwhile in one transaction; events
that allow something to happen next (a tool starts, a prompt is shown as sent) are on disk when
`put` returns. So storage sets the pace of its own writing and never that of the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from roku_desktop.engine.events import (
    Event,
    RequestSent,
    ResponseStarted,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
)
from roku_desktop.engine.ports import Store

_NOT_WAITED_FOR: Final = (TextDelta, ThinkingDelta, RequestSent, ResponseStarted, StepStarted, ToolFinished)


class Outlet:
    """Stores and publishes the events of one run.

    A failure to store is raised by the next `put` or by `flush`; nothing is published after it.
    """

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish
        self._waiting: list[Event] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, event: Event) -> None:
        self._waiting.append(event)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if self._writing.done() or not isinstance(event, _NOT_WAITED_FOR):
            await self.flush()

    async def flush(self) -> None:
        """Wait until all that was put is stored and published, also when cancelled meanwhile."""
        while self._writing is not None:
            writing = self._writing
            await asyncio.shield(writing)
            if self._writing is writing:
                self._writing = asyncio.create_task(self._write()) if self._waiting else None

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = merge_deltas(self._waiting), []
            await self._store.append(batch)
            for event in batch:
                self._publish(event)


def merge_deltas(events: Sequence[Event]) -> list[Event]:
    """Join neighbouring deltas of one kind and step into one; the first one's time is kept."""
    merged: list[Event] = []
    texts: list[str] = []
    for event in events:
        last = merged[-1] if merged else None
        if isinstance(event, TextDelta | ThinkingDelta):
            if type(event) is type(last) and event.step == last.step:
                texts.append(event.text)
                continue
            _close(merged, texts)
            texts = [event.text]
        else:
            _close(merged, texts)
            texts = []
        merged.append(event)
    _close(merged, texts)
    return merged


def _close(merged: list[Event], texts: list[str]) -> None:
    if len(texts) > 1:
        merged[-1] = msgspec.structs.replace(merged[-1], text="".join(texts))
