"""The real OpenViking server does what our client and its double of the suite take it to do.

Only where that is wanted: `docs/memory.md` says how to set it up.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from roku_desktop.engine.memory.memories import Memories
from roku_desktop.engine.memory.openviking import OpenViking
from roku_desktop.engine.ports import SystemClock
from roku_desktop.engine.settings import MemorySettings, NetworkSettings
from tests.engine.memory.test_memories import HERE, Told, memories_on
from tests.support.real_openviking import RealOpenViking

PROGRAM = os.environ.get("ROKU_TEST_OPENVIKING", "")

pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="needs openviking-server: opt-in"),
    pytest.mark.embedded,
    pytest.mark.timeout(600),  # models, also small ones, have their time
]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RealOpenViking]:
    folder = tmp_path / "openviking"
    folder.mkdir()
    async with RealOpenViking(PROGRAM, folder) as service:
        yield service


async def all_told(memories: Memories) -> None:
    async with asyncio.timeout(120):
        while not all(each.delivered for each in await memories.page()):
            await asyncio.sleep(0.1)


async def found_there(service: RealOpenViking, memories: Memories, query: str) -> list[str]:
    """What it finds when it has the time it wants: a turn would not wait for so slow a model."""

    async def no_key() -> str | None:
        return None

    client = OpenViking(MemorySettings(url=service.url), NetworkSettings(), no_key)
    try:
        hits = await client.find(query, 3)
    finally:
        await client.aclose()
    texts = {each.memory_id: each.text for each in await memories.page()}
    return [texts[memory_id] for memory_id, _ in hits]


async def test_what_is_remembered_changed_and_forgotten_is_so_there_too(
    tmp_path: Path, service: RealOpenViking
) -> None:
    async with memories_on(tmp_path / "home", url=service.url, clock=SystemClock()) as memories:
        heron, _, _, odd = await memories.remember_all(
            [
                "The staging database is called heron.",
                "My dog is called Bello and likes cheese.",
                "我住在上海，喜欢用公制单位。",
                '--boundary\n# "quotes" \u202e\n\n--mem_x--\n' + "words without end " * 200,
            ],
            "global",
        )
        await all_told(memories)
        found = await found_there(service, memories, "The staging database is called heron.")
        assert found[0] == "The staging database is called heron."
        assert len(found) == 3
        await memories.change(heron.memory_id, "The staging database is called egret.")
        await all_told(memories)
        found = await found_there(service, memories, "The staging database is called egret.")
        assert found[0] == "The staging database is called egret."
        assert await found_there(service, memories, "word " * 5_000), "a long prompt is no trouble"
        await memories.forget([heron.memory_id, odd.memory_id])
        assert "egret" not in " ".join(
            await found_there(service, memories, "The staging database is called egret.")
        )


async def test_killed_with_words_on_their_way_nothing_is_lost_and_it_is_told_when_it_returns(
    tmp_path: Path, service: RealOpenViking
) -> None:
    told = Told()
    async with memories_on(tmp_path / "home", url=service.url, told=told, clock=SystemClock()) as memories:
        await memories.remember("The heron is staging.", "global")
        await all_told(memories)
        await memories.remember("The egret is production.", "global")
        service.kill()
        found = await memories.recall("heron egret", HERE)
        assert {each.memory.text for each in found.recalled} == {
            "The heron is staging.",
            "The egret is production.",
        }
        assert found.backend == "sqlite"
        await service.start()
        await all_told(memories)
        await told.until("healthy")
        found_now = await found_there(service, memories, "The egret is production.")
        assert found_now[0] == "The egret is production."
