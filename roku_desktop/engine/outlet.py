"""The one exit of a turn: every event is stored, then published, in the order it happened.

Owned by one running turn (`session.py`). What a person waits for (deltas) is written while the model
goes on talking, and those that gather during one commit share the next. Timestamps alone are not
worth a commit of their own: they wait a moment for company, so that the first delta never queues
behind them. What allows something to happen next (a tool starts, a prompt is shown as sent) is on
disk when `put` returns. So storage sets the pace of its own writing and never that of the stream.
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

COMPANY_WAIT_S: Final = 0.05
"""How long a timestamp may wait for something else to be written with; too short to be noticed."""

_TIMESTAMPS: Final = (StepStarted, RequestSent, ResponseStarted)
_NOT_WAITED_FOR: Final = (TextDelta, ThinkingDelta, ToolFinished)


class Outlet:
    """Stores and publishes the events of one run.

    A failure to store is raised by the next `put` or by `flush`; nothing is published after it.
    """

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish
        self._waiting: list[Event] = []
        self._writing: asyncio.Task[None] | None = None
        self._company: asyncio.TimerHandle | None = None

    async def put(self, event: Event) -> None:
        self._waiting.append(event)
        if isinstance(event, _TIMESTAMPS):
            self._write_later()
            return
        self._write_now()
        if not isinstance(event, _NOT_WAITED_FOR):
            await self.flush()
        elif self._writing is not None and self._writing.done():
            self._writing.result()

    async def flush(self) -> None:
        """Wait until all that was put is stored and published, also when cancelled meanwhile."""
        self._write_now()
        while self._writing is not None:
            await asyncio.shield(self._writing)
            if not self._waiting:
                return
            self._write_now()

    def _write_later(self) -> None:
        if self._company is None:
            self._company = asyncio.get_running_loop().call_later(COMPANY_WAIT_S, self._write_now)

    def _write_now(self) -> None:
        """Start writing what waits. After a failure nothing is written any more."""
        if self._company is not None:
            self._company.cancel()
            self._company = None
        idle = self._writing is None or (self._writing.done() and self._writing.exception() is None)
        if self._waiting and idle:
            self._writing = asyncio.create_task(self._write())

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
