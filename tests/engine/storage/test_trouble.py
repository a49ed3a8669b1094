"""What is kept of trouble and money: with its run, or for good."""

from __future__ import annotations

from roku_desktop.engine.records import BreakerState, SessionCosts, local_day
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn, trouble

AT = 1_800_000_000.0


async def test_incidents_come_back_as_they_were_and_go_with_their_session(
    store: SqliteStore, session_id: str
) -> None:
    turn = Turn(session_id)
    told = trouble(turn)
    await store.append([turn.prompt(), turn.step(), *told])
    assert await store.incidents(turn.run_id) == told
    await store.finish_run(turn.finished("failed"))
    await store.delete_session(session_id)
    assert await store.incidents(turn.run_id) == []


async def test_the_ledger_outlives_the_session_whose_answers_it_counts(
    store: SqliteStore, session_id: str
) -> None:
    turn = Turn(session_id, began_at=AT)
    await store.append([turn.prompt(), turn.step(), turn.answer("one"), turn.step(2), turn.answer("two", 2)])
    await store.finish_run(turn.finished())
    before = await store.costs()
    await store.delete_session(session_id)
    assert await store.costs() == before
    (row,) = before
    assert (row.day, row.answers, row.unknown, row.cost_usd) == (local_day(AT), 2, 2, 0.0)
    assert (row.input_tokens, row.output_tokens) == (200, 20)
    assert await store.costs("2100-01-01") == []


async def test_a_sessions_costs_leave_out_the_run_that_counts_itself(
    store: SqliteStore, session_id: str
) -> None:
    for number in (1, 2):
        turn = Turn(session_id, f"run_{number}")
        await store.append([turn.prompt(), turn.step(), turn.answer("one")])
        await store.finish_run(turn.finished(cost_usd=None if number == 1 else 0.5))
    assert await store.session_costs(session_id) == SessionCosts(tokens=220, cost_usd=0.5, unknown=1)
    others = await store.session_costs(session_id, except_run_id="run_1")
    assert others == SessionCosts(tokens=110, cost_usd=0.5, unknown=0)


async def test_a_breaker_is_changed_where_it_lies(store: SqliteStore) -> None:
    assert await store.breakers() == {}
    opened = BreakerState(phase="open", failures=4, until=AT, last_error="Timeout")
    assert await store.change_breaker("a", lambda state: opened) == opened
    seen: list[BreakerState] = []

    def look(state: BreakerState) -> BreakerState:
        seen.append(state)
        return state

    await store.change_breaker("a", look)
    assert seen == [opened]
    assert await store.breakers() == {"a": opened}
