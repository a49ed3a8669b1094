"""The outlet stores before it publishes, merges what waits, and loses nothing when cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.errors import StorageFullError
from roku_desktop.engine.events import (
    AnswerCompleted,
    Event,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolsAnswered,
)
from roku_desktop.engine.messages import AssistantMessage, ToolMessage
from roku_desktop.engine.outlet import Outlet, merge_deltas
from roku_desktop.engine.ports import Store


class GatedStore:
    """Records what it is asked to append; each append waits for `gate` and may fail."""

    def __init__(self) -> None:
        self.batches: list[list[Event]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.failure: Exception | None = None

    async def append(self, events: Sequence[Event]) -> None:
        self.asked.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.batches.append(list(events))


def text(content: str, step: int = 1) -> TextDelta:
    return TextDelta(session_id="s", run_id="r", at=0.0, step=step, text=content)


def thinking(content: str, step: int = 1) -> ThinkingDelta:
    return ThinkingDelta(session_id="s", run_id="r", at=0.0, step=step, text=content)


def started(step: int) -> StepStarted:
    return StepStarted(session_id="s", run_id="r", at=0.0, step=step, provider="p", model="m")


def answered(step: int) -> ToolsAnswered:
    return ToolsAnswered(session_id="s", run_id="r", at=0.0, step=step, message=ToolMessage(results=()))


def completed() -> AnswerCompleted:
    message = AssistantMessage(parts=(), provider="p", model="m")
    return AnswerCompleted(session_id="s", run_id="r", at=0.0, step=1, message=message)


@pytest.fixture
async def store() -> GatedStore:
    return GatedStore()


def outlet_of(store: GatedStore, published: list[Event]) -> Outlet:
    return Outlet(cast("Store", store), published.append)


async def test_an_event_is_published_only_after_it_is_stored(store: GatedStore) -> None:
    published: list[Event] = []
    outlet = outlet_of(store, published)
    store.gate.clear()
    await outlet.put(text("a"))
    await store.asked.wait()
    assert published == []
    store.gate.set()
    await outlet.flush()
    assert published == [text("a")] == store.batches[0]


async def test_deltas_that_wait_for_a_commit_are_written_in_the_next_one(store: GatedStore) -> None:
    published: list[Event] = []
    outlet = outlet_of(store, published)
    store.gate.clear()
    await outlet.put(text("a"))
    await store.asked.wait()
    for piece in "bcd":
        await outlet.put(text(piece))
    store.gate.set()
    await outlet.flush()
    assert store.batches == [[text("a")], [text("bcd")]]
    assert published == [text("a"), text("bcd")]


async def test_a_delta_never_waits_for_its_own_commit(store: GatedStore) -> None:
    outlet = outlet_of(store, [])
    await outlet.put(text("a"))
    await outlet.flush()
    store.gate.clear()
    async with asyncio.timeout(5):
        for piece in "bcd":
            await outlet.put(text(piece))
    store.gate.set()
    await outlet.flush()
    assert store.batches == [[text("a")], [text("bcd")]]


async def test_a_timestamp_shares_the_commit_of_the_first_delta(store: GatedStore) -> None:
    outlet = outlet_of(store, [])
    await outlet.put(started(1))
    await asyncio.sleep(0)
    assert store.batches == []
    await outlet.put(text("a"))
    await outlet.flush()
    assert store.batches == [[started(1), text("a")]]


async def test_a_timestamp_without_company_is_written_soon(store: GatedStore) -> None:
    published: list[Event] = []
    outlet = outlet_of(store, published)
    await outlet.put(started(1))
    async with asyncio.timeout(5):
        await store.asked.wait()
    await outlet.flush()
    assert published == [started(1)]


async def test_what_allows_something_to_happen_next_is_on_disk_when_put_returns(store: GatedStore) -> None:
    published: list[Event] = []
    outlet = outlet_of(store, published)
    await outlet.put(text("a"))
    await outlet.put(completed())
    assert published == [text("a"), completed()]


async def test_a_failure_to_store_is_raised_and_nothing_is_published_after_it(store: GatedStore) -> None:
    published: list[Event] = []
    outlet = outlet_of(store, published)
    store.failure = StorageFullError("The disk is full.")
    with pytest.raises(StorageFullError):
        await outlet.put(completed())
    store.failure = None
    with pytest.raises(StorageFullError):
        await outlet.put(text("late"))
    assert published == []


async def test_a_cancelled_put_is_still_stored_and_published_by_flush(store: GatedStore) -> None:
    published: list[Event] = []
    outlet = outlet_of(store, published)
    store.gate.clear()
    putting = asyncio.create_task(outlet.put(completed()))
    await store.asked.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    store.gate.set()
    await outlet.flush()
    assert published == [completed()]


@given(st.lists(st.tuples(st.sampled_from(["text", "thinking", "step", "tools"]), st.integers(1, 2))))
def test_merging_keeps_order_and_every_character(shape: list[tuple[str, int]]) -> None:
    events: list[Event] = []
    for number, (kind, step) in enumerate(shape):
        match kind:
            case "text":
                events.append(text(f"t{number}.", step))
            case "thinking":
                events.append(thinking(f"h{number}.", step))
            case "step":
                events.append(started(step))
            case _:
                events.append(answered(step))
    merged = merge_deltas(events)
    assert _spelled(merged) == _spelled(events)
    for first, second in pairwise(merged):
        if isinstance(first, TextDelta | ThinkingDelta) and type(first) is type(second):
            assert first.step != second.step


def _spelled(events: Sequence[Event]) -> list[tuple[str, str]]:
    """Kind and step of every character, so that how it is cut does not matter."""
    spelled = []
    for event in events:
        name = type(event).__name__
        if isinstance(event, TextDelta | ThinkingDelta):
            spelled += [(f"{name}{event.step}", character) for character in event.text]
        else:
            spelled.append((name, ""))
    return spelled
