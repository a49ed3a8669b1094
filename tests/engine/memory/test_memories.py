"""Memory with a service that is well, slow, broken, killed: nothing is lost, and nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.engine.events import Event, MemoryHealthChanged
from roku_desktop.engine.memory.memories import MAX_MEMORY_CHARS, Memories
from roku_desktop.engine.memory.openviking import OpenViking
from roku_desktop.engine.memory.prompt import as_read
from roku_desktop.engine.ports import Clock
from roku_desktop.engine.records import MemoryOwners
from roku_desktop.engine.settings import MemorySettings, NetworkSettings
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.clocks import HeldClock, StandingClock
from tests.support.memory_service import FakeOpenViking, Trouble

HERE = MemoryOwners(workspace="/w", session_id="ses_1")


class Told(list[Event]):
    """Events, and a way to wait for the next change of the service's state."""

    def __init__(self) -> None:
        super().__init__()
        self._came = asyncio.Event()

    def publish(self, event: Event) -> None:
        self.append(event)
        self._came.set()

    def states(self) -> list[str]:
        return [event.after for event in self if isinstance(event, MemoryHealthChanged)]

    async def until(self, state: str) -> None:
        while not self.states() or self.states()[-1] != state:
            self._came.clear()
            await self._came.wait()


@asynccontextmanager
async def memories_on(
    home: Path, *, url: str = "", clock: Clock | None = None, told: Told | None = None, key: str = ""
) -> AsyncIterator[Memories]:
    async def give_key() -> str | None:
        return key or None

    def service(settings: MemorySettings) -> OpenViking:
        return OpenViking(settings, NetworkSettings(), give_key)

    store = await SqliteStore.open(home)
    settings = MemorySettings(backend="openviking" if url else "sqlite", url=url)
    memories = Memories(
        store.memories,
        clock or HeldClock(),
        settings,
        (told if told is not None else Told()).publish,
        memory_service=service if url else lambda _settings: None,
    )
    try:
        yield memories
    finally:
        await memories.aclose()
        await store.aclose()


async def until(service: FakeOpenViking, is_so: Callable[[], bool]) -> None:
    async with service.asked:
        await service.asked.wait_for(is_so)


async def recalled(memories: Memories, query: str) -> list[str]:
    return [each.memory.text for each in (await memories.recall(query, HERE)).recalled]


async def test_without_a_service_the_home_remembers(tmp_path: Path) -> None:
    async with memories_on(tmp_path) as memories:
        await memories.remember("The staging database is called heron.", "global")
        await memories.remember("Answer in French.", "global")
        assert await recalled(memories, "which staging database?") == [
            "The staging database is called heron.",
            "Answer in French.",
        ], "the hit first, then what may always hold"


async def test_three_go_with_a_prompt(tmp_path: Path) -> None:
    async with memories_on(tmp_path) as memories:
        await memories.remember_all([f"heron {number}" for number in range(9)], "global")
        assert len(await recalled(memories, "heron")) == 3


@pytest.mark.parametrize(
    ("text", "said"), [("  \n", "empty"), ("x" * (MAX_MEMORY_CHARS + 1), "too long to be remembered")]
)
async def test_what_can_not_be_remembered_is_said(tmp_path: Path, text: str, said: str) -> None:
    async with memories_on(tmp_path) as memories:
        with pytest.raises(ConfigurationError, match=said):
            await memories.remember_all(["fine", text], "global")
        assert await memories.count() == 0, "all or none"


async def test_more_than_a_batch_is_refused_whole(tmp_path: Path) -> None:
    async with memories_on(tmp_path) as memories:
        with pytest.raises(ConfigurationError, match="65 memories are more than can be written at once"):
            await memories.remember_all(["x"] * 65, "global")
        assert await memories.count() == 0


async def test_a_service_is_told_in_the_background_and_asked_first(tmp_path: Path) -> None:
    async with FakeOpenViking(key="secret") as service:
        async with memories_on(tmp_path, url=service.url, key="secret") as memories:
            kept = await memories.remember("The heron is staging.", "global")
            await memories.remember("Nothing of it.", "global")
            await until(service, lambda: service.requests.count(("POST", "/api/v1/resources")) == 2)
            found = await memories.recall("heron", HERE)
            assert found.backend == "openviking"
            assert [each.memory.memory_id for each in found.recalled] == [kept.memory_id]
            assert not found.fell_back
            await memories.change(kept.memory_id, "The egret is staging.")
            await until(service, lambda: service.requests.count(("POST", "/api/v1/resources")) == 3)
            await memories.forget([kept.memory_id])
            await until(service, lambda: service.requests[-1] == ("DELETE", "/api/v1/fs"))
        assert list(service.resources.values()) == ["Nothing of it."]


@pytest.mark.parametrize("trouble", ["500", "hang", "garbage", "cut", "401"])
async def test_whatever_is_wrong_with_the_service_the_home_answers_in_time(
    tmp_path: Path, trouble: Trouble
) -> None:
    told = Told()
    async with FakeOpenViking() as service:
        service.trouble = trouble
        async with memories_on(tmp_path, url=service.url, clock=StandingClock(), told=told) as memories:
            await memories.remember("The heron is staging.", "global")
            found = await asyncio.wait_for(memories.recall("heron", HERE), timeout=5)
            assert [each.memory.text for each in found.recalled] == ["The heron is staging."]
            assert (found.backend, found.fell_back, found.skipped) == ("sqlite", True, False)
            await told.until("degraded")
            assert memories.trouble


async def test_a_service_that_is_down_is_not_asked_until_a_look_at_it_succeeds(tmp_path: Path) -> None:
    told, clock = Told(), StandingClock()
    async with FakeOpenViking() as service:
        service.trouble = "500"
        async with memories_on(tmp_path, url=service.url, clock=clock, told=told) as memories:
            while memories.health != "down":
                await memories.recall("heron", HERE)
            asked = len(service.requests)
            assert (await memories.recall("heron", HERE)).fell_back
            assert len(service.requests) == asked, "nobody waits for a service that is down"
            service.trouble = ""
            clock.wake.set()
            await told.until("healthy")
            assert (await memories.recall("heron", HERE)).backend == "openviking"
    assert told.states() == ["degraded", "down", "healthy"]


async def test_a_service_that_is_well_but_refuses_the_key_is_asked_less_and_less(tmp_path: Path) -> None:
    clock = HeldClock()
    async with FakeOpenViking() as service:
        service.trouble = "401"
        async with memories_on(tmp_path, url=service.url, clock=clock) as memories:
            await memories.remember("one", "global")
            await until(service, lambda: service.requests.count(("GET", "/health")) == 4)
            assert clock.slept[:4] == [1.0, 2.0, 4.0, 8.0]


async def test_a_memory_that_the_service_is_busy_with_holds_up_no_other_and_is_brought_later(
    tmp_path: Path,
) -> None:
    told, clock = Told(), StandingClock()
    async with FakeOpenViking() as service:
        service.busy_with = {"heron"}
        async with memories_on(tmp_path, url=service.url, clock=clock, told=told) as memories:
            await memories.remember_all(["the heron", "the egret"], "global")
            await clock.sleeping.wait()
            assert list(service.resources.values()) == ["the egret"]
            service.busy_with = set()
            clock.wake.set()
            await until(service, lambda: "the heron" in service.resources.values())
    assert told.states() == [], "a service that is busy is well"


async def test_a_batch_that_the_service_takes_nothing_of_holds_up_no_later_one(tmp_path: Path) -> None:
    clock = StandingClock()
    async with FakeOpenViking() as service:
        service.busy_with = {"heron"}
        async with memories_on(tmp_path, url=service.url, clock=clock) as memories:
            await memories.remember_all([f"heron {number}" for number in range(64)], "global")
            await memories.remember("the egret", "global")
            await clock.sleeping.wait()
            assert list(service.resources.values()) == ["the egret"]


async def test_what_the_service_was_not_told_yet_is_recalled_beside_what_it_finds(tmp_path: Path) -> None:
    async with (
        FakeOpenViking() as service,
        memories_on(tmp_path, url=service.url, clock=StandingClock()) as memories,
    ):
        await memories.remember("The heron is known there.", "global")
        await until(service, lambda: bool(service.resources))
        service.busy_with = {"new"}
        await memories.remember("A new heron.", "global")
        found = await memories.recall("heron", HERE)
    assert found.backend == "openviking"
    assert {each.memory.text for each in found.recalled} == {"A new heron.", "The heron is known there."}


@pytest.mark.parametrize("query", ["", "  ", "heron " * 2_000])
async def test_no_prompt_makes_the_service_fail(tmp_path: Path, query: str) -> None:
    async with FakeOpenViking() as service, memories_on(tmp_path, url=service.url) as memories:
        found = await memories.recall(query, HERE)
        assert (found.backend, memories.health) == ("openviking", "healthy")


async def test_what_was_written_while_the_service_was_gone_reaches_it_when_it_returns(tmp_path: Path) -> None:
    told = Told()
    service = FakeOpenViking()
    async with service:
        pass  # it has had a port, and is gone
    async with memories_on(tmp_path, url=service.url, clock=StandingClock(), told=told) as memories:
        await memories.remember("one", "global")
        await told.until("degraded")
        await memories.remember("two", "global")
    async with service, memories_on(tmp_path, url=service.url) as memories:  # after a restart of the program
        await memories.recall("anything", HERE)
        await until(service, lambda: service.requests.count(("POST", "/api/v1/resources")) == 2)
    assert sorted(service.resources.values()) == ["one", "two"]


async def test_another_address_takes_effect_at_once(tmp_path: Path) -> None:
    async with FakeOpenViking() as first, FakeOpenViking() as second:
        async with memories_on(tmp_path, url=first.url) as memories:
            await memories.recall("x", HERE)
            memories.use(MemorySettings(backend="openviking", url=second.url))
            assert (await memories.recall("x", HERE)).backend == "openviking"
        assert ("POST", "/api/v1/search/find") in second.requests


async def test_a_recall_under_way_when_the_settings_change_costs_no_prompt(tmp_path: Path) -> None:
    class Leaving(OpenViking):
        async def find(self, query: str, limit: int) -> list[tuple[str, float]]:
            memories.use(MemorySettings(backend="sqlite"))
            return []

    async def no_key() -> str | None:
        return None

    store = await SqliteStore.open(tmp_path)
    memories = Memories(
        store.memories,
        StandingClock(),
        MemorySettings(backend="openviking", url="http://127.0.0.1:9"),
        Told().publish,
        memory_service=lambda settings: (
            Leaving(settings, NetworkSettings(), no_key) if settings.backend == "openviking" else None
        ),
    )
    assert (await memories.recall("heron", HERE)).backend == "openviking"
    await memories.aclose()
    await store.aclose()


async def test_text_with_anything_in_it_arrives_as_it_is(tmp_path: Path) -> None:
    text = '--boundary\nheron \u202e 上海 "quotes"\n\n--mem_x--'
    async with FakeOpenViking() as service, memories_on(tmp_path, url=service.url) as memories:
        await memories.remember(text, "global")
        await until(service, lambda: ("POST", "/api/v1/resources") in service.requests)
        assert list(service.resources.values()) == [text]


async def test_what_a_model_reads_is_bounded(tmp_path: Path) -> None:
    async with memories_on(tmp_path) as memories:
        await memories.remember_all(["heron " + "x" * 3_900 for _ in range(3)], "global")
        found = await memories.recall("heron", HERE)
    assert len(as_read(found.recalled)) < 4_500
    assert as_read([]) == ""
