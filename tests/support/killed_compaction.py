"""A process that kills itself while a conversation is shortened.

Run as `python -m tests.support.killed_compaction`.
Arguments: home, session, and the moment: `before` or `after` and the event whose write that is, or `amid` for
while the model writes its summary. Each event it publishes goes to stdout as one JSON line at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from roku_desktop.engine import Event
from roku_desktop.engine.ports import Store
from roku_desktop.engine.providers.scripted import Waiting
from tests.engine.context.test_compaction import NOTES, STORY, CountingLab, small
from tests.support.clocks import HeldClock
from tests.support.engines import engine_on

MOMENTS = (
    ("before", "CompactTriggered"),
    ("after", "CompactTriggered"),
    ("amid", "summary"),
    ("before", "CompactComplete"),
    ("after", "CompactComplete"),
)
LAST_PROMPT = STORY * 3


class DyingStore:
    """A store that takes the process with it where an event of that name is written."""

    def __init__(self, store: Store, *, when: str, name: str) -> None:
        self._store = store
        self._when = when
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def append(self, events: Sequence[Event]) -> None:
        dying = any(type(event).__name__ == self._name for event in events)
        if dying and self._when == "before":
            die()
        await self._store.append(events)
        if dying:
            die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(home: Path, session_id: str, when: str, name: str) -> None:
    def show(event: Event) -> None:
        os.write(1, msgspec.json.encode(event) + b"\n")

    async def die_amid() -> None:
        await writing.wait()
        die()

    writing = asyncio.Event()
    summary = (Waiting(asyncio.Event(), writing), NOTES) if when == "amid" else NOTES
    dying = lambda store: cast("Store", DyingStore(store, when=when, name=name))  # noqa: E731  one expression
    lab = CountingLab("a", summary, "Done.")
    async with engine_on(home, lab, settings=small("a"), clock=HeldClock(), through=dying) as engine:
        engine.subscribe(show)
        dying_amid = asyncio.create_task(die_amid())
        await (await engine.ask(session_id, LAST_PROMPT)).result()
        dying_amid.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:5]))
