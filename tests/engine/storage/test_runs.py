"""Runs: accepted, resumed, counted, closed; the history is valid after any end."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest

from roku_desktop.engine.errors import RunNotResumableError, SessionBusyError, Timeout
from roku_desktop.engine.messages import AssistantMessage, TextPart, ThinkingPart, ToolMessage, Usage
from roku_desktop.engine.storage.closing import INTERRUPTED
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import MODEL, PROVIDER, Turn, call, result_of


async def test_a_second_prompt_waits_for_the_first_answer(store: SqliteStore, session_id: str) -> None:
    await store.append([Turn(session_id, "run_1").prompt()])
    with pytest.raises(SessionBusyError):
        await store.append([Turn(session_id, "run_2").prompt()])
    assert (await store.session(session_id)).message_count == 1


async def test_a_run_is_counted_as_it_goes(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step(), turn.sent(), turn.first_byte()])
    await store.append([turn.answer(calls=(call(1), call(2)))])
    await store.append([turn.tool_started(call(1)), turn.tool_finished(call(1), outcome="error")])
    await store.append([turn.tool_finished(call(2), outcome="refused")])
    await store.append([turn.tools_answered(result_of(call(1)), result_of(call(2))), turn.step(2)])
    await store.append([turn.answer("done", 2)])
    running = await store.run("run_1")
    assert (running.status, running.steps, running.recoveries) == ("running", 2, 1)
    failure = Timeout("Too slow.", provider=PROVIDER, phase="idle").failure()
    end = turn.finished("failed", failure=failure, ttft_s=0.5, cost_usd=0.01, provider=PROVIDER, model=MODEL)
    assert await store.finish_run(end) == end
    record = await store.run("run_1")
    assert record.usage == Usage(input_tokens=200, output_tokens=20)
    assert (record.status, record.failure, record.finished_at) == ("failed", failure, end.at)
    assert (record.ttft_s, record.cost_usd, record.model) == (0.5, 0.01, MODEL)
    assert await store.last_run(session_id) == record
    assert await store.runs() == [record]


async def test_how_long_a_short_answer_took_is_kept_from_when_its_prompt_was_entered(
    store: SqliteStore, session_id: str
) -> None:
    """What is made ready before it is stored counts too; else it would end before its first word."""
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step()])
    assert (await store.run("run_1")).duration_s == 0
    await store.append([turn.answer("short")])
    end = await store.finish_run(turn.finished(ttft_s=2.0, duration_s=2.5))
    record = await store.run("run_1")
    assert record.finished_at is not None
    assert record.finished_at - record.started_at < 2.0
    assert record.duration_s == pytest.approx(end.duration_s)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("completed", "idle"),
        ("cancelled", "idle"),
        ("failed", "failed"),
        ("interrupted", "interrupted"),
        ("parked", "waiting"),
    ],
)
async def test_the_list_shows_how_the_last_run_ended(
    store: SqliteStore, session_id: str, outcome: str, state: str
) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt()])
    assert (await store.session(session_id)).state == "running"
    await store.finish_run(turn.finished(outcome))  # type: ignore[arg-type]  # parametrized
    assert (await store.session(session_id)).state == state


@pytest.mark.parametrize(("outcome", "status"), [("cancelled", "interrupted"), ("failed", "failed")])
async def test_text_on_screen_is_kept_and_marked(
    store: SqliteStore, session_id: str, outcome: str, status: str
) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step()])
    await store.append([turn.thinking("Let me "), turn.thinking("see")])
    await store.append([turn.text("Half an ")])
    await store.append([turn.text("ans")])
    closed = await store.finish_run(turn.finished(outcome))  # type: ignore[arg-type]  # parametrized
    expected = AssistantMessage(
        parts=(ThinkingPart(text="Let me see"), TextPart(text="Half an ans")),
        provider=PROVIDER,
        model=MODEL,
        status=status,  # type: ignore[arg-type]  # parametrized
        stop_reason="other",
    )
    assert [stored.message for stored in closed.appended] == [expected]
    assert (await store.messages(session_id))[-1:] == list(closed.appended)


async def test_nothing_on_screen_leaves_no_empty_message(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step(), turn.text("")])
    closed = await store.finish_run(turn.finished("cancelled"))
    assert closed.appended == ()
    assert len((await store.conversation(session_id)).messages) == 1


async def test_every_call_of_a_stopped_answer_gets_a_result(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    calls = tuple(call(number) for number in (1, 2, 3))
    await store.append([turn.prompt(), turn.step(), turn.answer("I read", calls=calls)])
    await store.append([turn.tool_started(calls[1]), turn.tool_finished(calls[1], "content 2")])
    await store.append([turn.tool_started(calls[0])])
    closed = await store.finish_run(turn.finished("cancelled"))
    interrupted = [
        result_of(calls[0], INTERRUPTED, "interrupted"),
        result_of(calls[2], INTERRUPTED, "interrupted"),
    ]
    expected = ToolMessage(results=(interrupted[0], result_of(calls[1], "content 2"), interrupted[1]))
    assert [stored.message for stored in closed.appended] == [expected]
    assert (await store.conversation(session_id)).messages[-1] == expected


async def test_closing_twice_changes_nothing(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step(), turn.text("abc")])
    await store.finish_run(turn.finished("cancelled"))
    again = turn.finished("failed")
    assert await store.finish_run(again) == again
    assert (await store.run("run_1")).status == "cancelled"
    assert len((await store.conversation(session_id)).messages) == 2


async def test_a_resumed_run_goes_on_under_its_own_budgets(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step(), turn.text("abc")])
    await store.finish_run(turn.finished("interrupted"))
    await store.reopen_run(turn.resumed())
    record = await store.run("run_1")
    assert (record.status, record.steps, record.finished_at) == ("running", 1, None)
    await store.append([turn.step(2), turn.answer("abcdef", 2)])
    await store.finish_run(turn.finished())
    assert (await store.run("run_1")).steps == 2


async def test_only_an_ended_unfinished_run_can_be_resumed(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt()])
    with pytest.raises(SessionBusyError):
        await store.reopen_run(turn.resumed())
    await store.finish_run(turn.finished())
    with pytest.raises(RunNotResumableError):
        await store.reopen_run(turn.resumed())


async def test_the_run_of_a_process_that_is_gone_is_closed_as_interrupted(home_dir: Path) -> None:
    """Here the process is a store that gave up its instance without closing the run."""
    first = await SqliteStore.open(home_dir)
    session_id = (await first.create_session(workspace="/work")).session_id
    turn = Turn(session_id, began_at=4e9)
    await first.append([turn.prompt(), turn.step(), turn.thinking("hm"), turn.text("shown")])
    await first.aclose()
    async with aclosing(await SqliteStore.open(home_dir)) as second:
        (closed,) = await second.recover()
        assert (closed.outcome, closed.run_id, closed.model) == ("interrupted", "run_1", MODEL)
        assert closed.at == pytest.approx(4e9 + 0.3)
        assert closed.duration_s == pytest.approx(0.3)
        assert closed.ttft_s == pytest.approx(0.2)
        assert (await second.session(session_id)).state == "interrupted"
        assert len((await second.conversation(session_id)).messages) == 2
        assert await second.recover() == []


async def test_the_run_of_a_living_process_is_left_alone(
    store: SqliteStore, session_id: str, home_dir: Path
) -> None:
    async with aclosing(await SqliteStore.open(home_dir)) as other:
        await other.append([Turn(session_id, "run_1").prompt()])
        assert await store.recover() == []
        with pytest.raises(SessionBusyError):
            await store.append([Turn(session_id, "run_2").prompt()])
    await store.append([Turn(session_id, "run_2").prompt()])
    assert (await store.run("run_1")).status == "interrupted"
