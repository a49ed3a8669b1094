"""Promise 1: what was shown is on disk, wherever the process is killed, and the history is valid."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from roku_desktop.engine.messages import AssistantMessage
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.history import assert_valid
from tests.support.store_processes import StoreProcesses
from tests.support.turns import Turn

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks and SIGKILL are POSIX")


@pytest.fixture(scope="module")
def processes() -> Iterator[StoreProcesses]:
    with StoreProcesses.running() as processes:
        yield processes


async def test_nothing_acknowledged_is_missing_after_a_kill_at_any_point(
    processes: StoreProcesses, tmp_path: Path
) -> None:
    point = 0
    killed = True
    while killed:
        point += 1
        home = tmp_path / str(point)
        killed, acknowledged = processes.kill("turn", home, point)
        async with aclosing(await SqliteStore.open(home)) as store:
            assert len(await store.recover()) <= 1
            await check_kept(store, acknowledged)
            assert await store.problems() == []
            assert await store.recover() == []
            assert len(list((home / "instances").glob("*.lock"))) == 1
    assert point > 40, "the hook that counts has missed most"
    assert acknowledged[-1] == "finished"


async def check_kept(store: SqliteStore, acknowledged: Sequence[str]) -> None:
    sessions = await store.sessions()
    if not acknowledged:
        return
    assert len(sessions) == 1
    history = (await store.conversation(sessions[0].session_id)).messages
    assert_valid(history)
    shown = "\n".join(str(message) for message in history)
    answers = [message for message in history if isinstance(message, AssistantMessage)]
    whole = [message for message in answers if message.status == "complete"]
    assert sum(row.answers for row in await store.costs()) == len(whole), "the ledger knows each answer once"
    streamed = "".join(message.text for message in answers)
    for text in acknowledged[1:]:
        if text == "finished":
            assert (await store.runs())[0].status == "completed"
        else:
            assert text in shown or text in streamed


@pytest.mark.parametrize("scene", ["resume", "ask again"])
async def test_one_of_several_processes_wins_a_session(
    processes: StoreProcesses, store: SqliteStore, home_dir: Path, session_id: str, scene: str
) -> None:
    turn = Turn(session_id, "run_1")
    await store.append([turn.prompt()])
    await store.finish_run(turn.finished("interrupted"))
    for _ in range(3):
        results = processes.race(scene, home_dir, session_id, racers=3)
        assert sorted(results) == ["SessionBusyError", "SessionBusyError", "won"]
        (closed,) = await store.recover()
        assert closed.outcome == "interrupted"
