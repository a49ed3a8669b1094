"""What stands between a prompt and its first word is counted, because every look at storage delays it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from roku_desktop.engine import Event, TextDelta
from roku_desktop.engine.ports import Store
from tests.support.engines import engine_on, scripted


class Counted:
    """A store that notes which of its calls were made."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found
        call = cast("Callable[..., Awaitable[Any]]", found)

        async def noted(*values: Any, **named: Any) -> Any:
            self.calls.append(name)
            return await call(*values, **named)

        return noted


async def test_a_turn_looks_twice_and_writes_twice_before_its_first_word_is_seen(tmp_path: Path) -> None:
    counted: list[Counted] = []
    until_first_word: list[str] = []

    def through(store: Store) -> Store:
        counted.append(Counted(store))
        return cast("Store", counted[0])

    def hear(event: Event) -> None:
        if isinstance(event, TextDelta) and not until_first_word:
            until_first_word.extend(counted[0].calls)

    provider = scripted(["One"], ["Two"])
    async with engine_on(tmp_path / "home", provider, through=through) as engine:
        session_id = (await engine.create_session(tmp_path)).session_id
        await (await engine.ask(session_id, "The first of a process")).result()
        counted[0].calls.clear()
        engine.subscribe(hear)
        await (await engine.ask(session_id, "Another one")).result()
    assert until_first_word == ["beginning", "append", "conversation", "append"]
