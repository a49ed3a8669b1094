"""Quitting at an awkward moment: what was taken is closed, what comes later is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from roku_desktop.engine.errors import RokuError
from roku_desktop.engine.events import Event, PromptAccepted
from roku_desktop.engine.ports import Store
from tests.support.engines import engine_on, scripted


class SlowToAccept:
    """A store whose accepting takes as long as the test says; the prompt is on disk by then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.stored = asyncio.Event()
        self.go_on = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def append(self, events: Sequence[Event]) -> None:
        await self._store.append(events)
        if isinstance(events[0], PromptAccepted):
            self.stored.set()
            await self.go_on.wait()


async def test_quitting_while_a_prompt_is_stored_ends_its_run_as_interrupted(tmp_path: Path) -> None:
    home, workspace = tmp_path / "home", tmp_path
    slow: list[SlowToAccept] = []

    def slowly(store: Store) -> Store:
        slow.append(SlowToAccept(store))
        return cast("Store", slow[0])

    async with engine_on(home, scripted(["Hi"]), through=slowly) as engine:
        session_id = (await engine.create_session(workspace)).session_id
        asking = asyncio.create_task(engine.ask(session_id, "Hello"))
        await slow[0].stored.wait()
        closing = asyncio.create_task(engine.aclose())
        await asyncio.sleep(0)
        slow[0].go_on.set()
        await closing
        assert (await (await asking).result()).outcome == "interrupted"
        with pytest.raises(RokuError, match="ending"):
            await engine.ask(session_id, "Too late")
    async with engine_on(home, scripted(["Hi"])) as engine:
        run = await engine.last_run(session_id)
        assert run is not None
        assert run.status == "interrupted"
