"""Shortening beside the turns: by hand, and ahead of need."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from roku_desktop.engine import (
    CompactComplete,
    DigestWritten,
    Engine,
    MidCompactLayer2Ran,
    NothingToCompactError,
    PromptAccepted,
    SessionBusyError,
    TurnFinished,
)
from roku_desktop.engine.errors import BudgetExceeded
from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.engine.settings import BudgetSettings
from tests.engine.context.test_compaction import NOTES, STORY, CountingLab, first_text, small
from tests.support.engines import Heard
from tests.support.labs import engine_of, say


async def told(engine: Engine, times: int = 2) -> str:
    session_id = (await say(engine, STORY)).session_id
    for _ in range(times - 1):
        await say(engine, STORY, session_id=session_id)
    return session_id


async def test_a_preview_asks_nobody_and_changes_nothing(tmp_path: Path):
    lab = CountingLab("a")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        session_id = await told(engine)
        foreseen = await engine.compact(session_id, preview=True)
        assert foreseen.covers in {1, 2, 3}
        assert foreseen.tokens_after < foreseen.tokens_before
        assert "8443" in foreseen.text
        assert (len(lab.requests), await engine.compactions(session_id)) == (2, [])


async def test_by_hand_the_older_part_becomes_a_summary_that_is_paid_for(tmp_path: Path):
    lab = CountingLab("a", "Hello.", "Hello.", NOTES, "Here.")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session_id = await told(engine)
        before = (await engine.last_run(session_id)).usage  # type: ignore[union-attr]
        made = await engine.compact(session_id)
        assert (made.layer, made.provider) == ("summary", "a")
        assert [event.compaction for event in heard if isinstance(event, CompactComplete)] == [made]
        assert [one for _, one in await engine.compactions(session_id)] == [made]
        assert (await engine.last_run(session_id)).usage == before + made.usage  # type: ignore[union-attr]
        assert sum(row.answers for row in await engine.costs()) == 3
        assert len(await engine.messages(session_id)) == 4
        await say(engine, "And?", session_id=session_id)
    assert first_text(lab) == made.text


async def test_what_is_short_is_not_shortened(tmp_path: Path):
    async with engine_of(tmp_path, CountingLab("a"), settings=small("a")) as engine:
        session_id = (await say(engine)).session_id
        with pytest.raises(NothingToCompactError, match="still short"):
            await engine.compact(session_id)


async def test_nothing_is_shortened_under_a_turn(tmp_path: Path):
    gate = asyncio.Event()
    lab = CountingLab("a", "Hello.", "Hello.", (Waiting(gate), "Done."))
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        session_id = await told(engine)
        turn = await engine.ask(session_id, "And?")
        with pytest.raises(SessionBusyError):
            await engine.compact(session_id)
        gate.set()
        await turn.result()


async def test_a_budget_that_is_used_up_is_not_spent_on_a_summary(tmp_path: Path):
    lab = CountingLab("a")
    async with engine_of(tmp_path, lab, settings=small("a")) as engine:
        heard = Heard(engine)
        session_id = await told(engine)
        used = sum(row.input_tokens + row.output_tokens for row in await engine.costs())
        await engine.reconfigure(small("a", budget=BudgetSettings(session_tokens=used + 10)))
        made = await engine.compact(session_id)
        (complete,) = [event for event in heard if isinstance(event, CompactComplete)]
    assert made.outcome == "mechanical"
    assert complete.failure is not None
    assert complete.failure.kind == BudgetExceeded.__name__
    assert len(lab.requests) == 2


async def test_a_summary_written_ahead_of_need_is_spliced_in_when_it_is_needed(tmp_path: Path):
    lab = CountingLab("a", "Hello.", "Hello.", "Hello.", NOTES, "Here.")
    async with engine_of(tmp_path, lab, settings=small("a", ahead=True)) as engine:
        engine._machinery.compacting.idle_s = 0.0
        heard = Heard(engine)
        written = asyncio.Event()
        engine.subscribe(lambda event: written.set() if isinstance(event, DigestWritten) else None)
        session_id = await told(engine, 3)
        await asyncio.wait_for(written.wait(), 10)
        engine._machinery.compacting.idle_s = 60.0
        await say(engine, STORY, session_id=session_id)
        (ran,) = [event for event in heard if isinstance(event, MidCompactLayer2Ran)]
        assert ran.compaction.layer == "splice"
        assert "The story." in first_text(lab)
        assert "Use the port 8443." in first_text(lab)


async def test_one_that_was_replaced_leaves_its_successor_to_be_ended(tmp_path: Path):
    async def waiting() -> int:
        for _ in range(3):  # a task that is cancelled ends, and its end is told
            await asyncio.sleep(0)
        return sum(task.get_name() == "summary ahead of need" for task in asyncio.all_tasks())

    async with engine_of(tmp_path, CountingLab("a"), settings=small("a", ahead=True)) as engine:
        heard = Heard(engine)
        await say(engine)
        (accepted,) = [event for event in heard if isinstance(event, PromptAccepted)]
        (finished,) = [event for event in heard if isinstance(event, TurnFinished)]
        engine._machinery.compacting.hear(finished)
        assert await waiting() == 1
        engine._machinery.compacting.hear(accepted)
        assert await waiting() == 0


async def test_a_turn_that_begins_ends_the_writing_ahead(tmp_path: Path):
    never, reached = asyncio.Event(), asyncio.Event()
    lab = CountingLab("a", "Hello.", "Hello.", "Hello.", (Waiting(never, reached), NOTES), "Here.")
    async with engine_of(tmp_path, lab, settings=small("a", ahead=True)) as engine:
        engine._machinery.compacting.idle_s = 0.0
        session_id = await told(engine, 3)
        await asyncio.wait_for(reached.wait(), 10)
        engine._machinery.compacting.idle_s = 60.0
        await say(engine, "And?", session_id=session_id)
        assert lab.open_streams == 0
        assert (await engine.context(session_id)).digest is None
