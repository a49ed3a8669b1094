"""A conversation can go on in two ways: forking copies its first part, and nothing is lost or paid twice."""

from __future__ import annotations

import pytest

from roku_desktop.engine.errors import NotFoundError, SessionBusyError
from roku_desktop.engine.messages import AssistantMessage, UserMessage
from roku_desktop.engine.storage.store import SqliteStore
from tests.engine.storage.test_sessions import converse
from tests.support.turns import Turn


async def texts(store: SqliteStore, session_id: str) -> list[str]:
    return [
        message.text
        for message in (await store.conversation(session_id)).messages
        if isinstance(message, UserMessage | AssistantMessage)
    ]


@pytest.fixture
async def session(store: SqliteStore, session_id: str) -> str:
    for number in (1, 2, 3):
        await converse(store, session_id, number)
    return session_id


async def test_a_fork_ends_with_the_run_or_before_its_prompt(store: SqliteStore, session: str):
    run_id = f"run_{session}_2"
    after = await store.fork_session(session, run_id, with_run=True)
    before = await store.fork_session(session, run_id, with_run=False)
    assert await texts(store, after.session_id) == ["question 1", "answer 1", "question 2", "answer 2"]
    assert await texts(store, before.session_id) == ["question 1", "answer 1"]
    assert len(await texts(store, session)) == 6
    assert (after.title, after.message_count) == ("question 1", 4)
    assert [one.position for one in await store.messages(after.session_id)] == [1, 2, 3, 4]


async def test_a_fork_outlives_the_session_it_came_from_and_can_go_on(store: SqliteStore, session: str):
    forked = (await store.fork_session(session, f"run_{session}_2", with_run=True)).session_id
    await store.delete_session(session)
    for stored in await store.messages(forked):
        assert (await store.run(stored.run_id)).session_id == forked
    await converse(store, forked, 9)
    assert (await texts(store, forked))[-1] == "answer 9"
    assert len(await store.search("question")) == 3


async def test_a_fork_costs_nothing(store: SqliteStore, session: str):
    forked = await store.fork_session(session, f"run_{session}_3", with_run=True)
    last = await store.last_run(forked.session_id)
    assert last is not None
    assert (last.status, last.cost_usd) == ("completed", None)


async def test_a_fork_before_the_first_prompt_is_named_by_the_next_one(store: SqliteStore, session: str):
    forked = await store.fork_session(session, f"run_{session}_1", with_run=False)
    assert (forked.title, forked.message_count) == ("", 0)
    await converse(store, forked.session_id, 7)
    assert (await store.session(forked.session_id)).title == "question 7"


async def test_a_run_that_goes_on_or_is_not_there_is_not_copied(store: SqliteStore, session: str):
    turn = Turn(session, "run_going_on", began_at=2000.0)
    await store.append([turn.prompt("question 4")])
    with pytest.raises(SessionBusyError):
        await store.fork_session(session, "run_going_on", with_run=True)
    assert (await store.fork_session(session, "run_going_on", with_run=False)).message_count == 6
    with pytest.raises(NotFoundError):
        await store.fork_session(session, "run_nowhere", with_run=True)
