"""A compaction is one row: there as a whole or not at all, taken along by a fork, gone with its session."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine.compactions import (
    CompactComplete,
    Compaction,
    Fact,
    MidCompactLayer1Ran,
    OutputSlotEscalated,
)
from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.messages import UserMessage
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn

COMPACTION = Compaction(
    compaction_id="cmp_1",
    layer="collapse",
    covers=2,
    text="They met.",
    facts=(Fact(kind="number", text="There were 12.", keys=("12",)),),
)


async def a_turn(store: SqliteStore, session_id: str, run_id: str) -> Turn:
    turn = Turn(session_id, run_id)
    await store.append([turn.prompt(), turn.step(), turn.sent(), turn.answer("Hello.")])
    await store.finish_run(turn.finished())
    return turn


def ran(session_id: str, compaction: Compaction, at: float = 1_000.0) -> MidCompactLayer1Ran:
    return MidCompactLayer1Ran(session_id=session_id, run_id="run_1", at=at, compaction=compaction)


async def test_the_newest_one_is_in_force_and_all_are_kept(tmp_path: Path):
    async with aclosing(await SqliteStore.open(tmp_path)) as store:
        session_id = (await store.create_session(workspace="/w")).session_id
        await a_turn(store, session_id, "run_1")
        later = msgspec.structs.replace(COMPACTION, compaction_id="cmp_2", covers=3, text="They went.")
        await store.append([ran(session_id, COMPACTION), ran(session_id, later, 2_000.0)])
        assert (await store.context(session_id)).compaction == later
        assert await store.compactions(session_id) == [(1_000.0, COMPACTION), (2_000.0, later)]
        assert len((await store.conversation(session_id)).messages) == 2


async def test_one_that_can_not_be_stored_leaves_the_one_before(tmp_path: Path):
    async with aclosing(await SqliteStore.open(tmp_path)) as store:
        session_id = (await store.create_session(workspace="/w")).session_id
        await a_turn(store, session_id, "run_1")
        await store.append([ran(session_id, COMPACTION)])
        later = msgspec.structs.replace(COMPACTION, compaction_id="cmp_2", covers=1, text="other")
        nobodys = OutputSlotEscalated(
            session_id="ses_none", run_id="", at=1.0, message=UserMessage(text="Go on."), continuations=1
        )
        with pytest.raises(NotFoundError):
            await store.append([ran(session_id, later), nobodys])
        assert await store.compactions(session_id) == [(1_000.0, COMPACTION)]


async def test_a_fork_takes_what_holds_for_it(tmp_path: Path):
    async with aclosing(await SqliteStore.open(tmp_path)) as store:
        session_id = (await store.create_session(workspace="/w")).session_id
        await a_turn(store, session_id, "run_1")
        await a_turn(store, session_id, "run_2")
        await a_turn(store, session_id, "run_3")
        too_late = msgspec.structs.replace(COMPACTION, compaction_id="cmp_2", covers=5)
        await store.append([ran(session_id, COMPACTION), ran(session_id, too_late)])
        fork = await store.fork_session(session_id, "run_2", with_run=True)
        assert (await store.context(fork.session_id)).compaction == COMPACTION
        await store.delete_session(session_id)
        assert (await store.context(fork.session_id)).compaction == COMPACTION


async def test_a_summary_is_entered_in_the_ledger_and_with_its_run(tmp_path: Path):
    async with aclosing(await SqliteStore.open(tmp_path)) as store:
        session_id = (await store.create_session(workspace="/w")).session_id
        turn = await a_turn(store, session_id, "run_1")
        usage = (await store.run("run_1")).usage
        paid = msgspec.structs.replace(COMPACTION, provider="a", model="a-1", usage=usage)
        await store.append(
            [
                CompactComplete(
                    session_id=session_id,
                    run_id="",
                    at=1_000.0,
                    compaction=paid,
                    duration_s=1.0,
                    cost_usd=0.5,
                )
            ]
        )
        assert (await store.run(turn.run_id)).usage == usage + usage
        assert {row.model: row.cost_usd for row in await store.costs()}["a-1"] == 0.5
