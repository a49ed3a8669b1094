"""A process that answers one prompt and kills itself at a commit point.

Run as `python -m tests.support.killed_turn`.
Arguments: home, workspace, which write of the store to die at (from 1), and `before` or `after` it.
Each event it publishes goes to stdout as one JSON line at once: that is what a person has seen. The
turn has every kind of write: a prompt, deltas, a tool call, its result, a second answer, the end. Dies
by SIGKILL; ends with code 0 if the turn had fewer writes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any, cast

import msgspec

from roku_desktop.engine import Event, ToolCall
from roku_desktop.engine.ports import Store
from roku_desktop.engine.providers.scripted import ScriptedProvider, Thinking
from tests.support.engines import engine_on, scripted

WRITES = frozenset({"create_session", "append", "finish_run", "reopen_run"})


class DyingStore:
    """A store that takes the process with it at one of its writes."""

    def __init__(self, store: Store, *, at: int, when: str) -> None:
        self._store = store
        self._at = at
        self._when = when
        self._writes = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)
        if name not in WRITES:
            return call

        async def writing(*arguments: Any, **named: Any) -> Any:
            self._writes += 1
            dying = self._writes == self._at
            if dying and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = await call(*arguments, **named)
            if dying:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return writing


def script() -> ScriptedProvider:
    """Thinking, text and a call; then, with the call's result, an answer in three pieces."""
    reading = ToolCall(call_id="c1", name="Read", arguments='{"path": "a.txt"}')
    return scripted([Thinking("Let me look. "), "I read ", "the file. ", reading], ["It ", "says ", "alpha."])


async def main(home: Path, workspace: Path, at: int, when: str) -> None:
    def show(event: Event) -> None:
        os.write(1, msgspec.json.encode(event) + b"\n")

    dying = lambda store: cast("Store", DyingStore(store, at=at, when=when))  # noqa: E731  one expression
    async with engine_on(home, script(), through=dying) as engine:
        engine.subscribe(show)
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "What does the file say?")
        await turn.result()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
