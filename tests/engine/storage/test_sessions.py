"""Sessions and messages as they are listed, paged, named and deleted."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine.errors import NotFoundError, SessionBusyError
from roku_desktop.engine.messages import AssistantMessage, TextPart, ThinkingPart, UserMessage
from roku_desktop.engine.storage.codec import title_from
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn, call, result_of


async def converse(store: SqliteStore, session_id: str, number: int, *, began_at: float = 1000.0) -> None:
    turn = Turn(session_id, f"run_{session_id}_{number}", began_at=began_at)
    await store.append([turn.prompt(f"question {number}")])
    await store.append([turn.step(), turn.answer(f"answer {number}")])
    await store.finish_run(turn.finished())


async def test_a_session_comes_back_as_it_was_made(store: SqliteStore) -> None:
    made = await store.create_session(workspace="/work/größe", title="一个会话")
    assert await store.session(made.session_id) == made
    assert made.state == "idle"


async def test_the_first_prompt_names_the_session(store: SqliteStore, session_id: str) -> None:
    await converse(store, session_id, 1)
    await converse(store, session_id, 2)
    assert (await store.session(session_id)).title == "question 1"


async def test_a_title_that_a_person_gave_stays(store: SqliteStore, session_id: str) -> None:
    await store.rename_session(session_id, "Mine")
    await converse(store, session_id, 1)
    assert (await store.session(session_id)).title == "Mine"


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("one line", "one line"),
        ("\n  \n  second   line\nthird", "second line"),
        ("x" * 81, "x" * 79 + "…"),
        ("数据库" * 40, ("数据库" * 40)[:79] + "…"),
        ("   ", ""),
    ],
)
def test_a_title_is_the_first_line_that_says_something(prompt: str, title: str) -> None:
    assert title_from(prompt) == title


async def test_sessions_come_newest_first_with_pinned_ones_ahead(store: SqliteStore) -> None:
    ids = [(await store.create_session(workspace="/work")).session_id for _ in range(5)]
    for number, session_id in enumerate(ids):
        await converse(store, session_id, number, began_at=4e9 + 100 * number)
    await store.pin_session(ids[1], pinned=True)
    first = await store.sessions(limit=2)
    assert [summary.session_id for summary in first] == [ids[1], ids[4], ids[3]]
    rest = await store.sessions(limit=2, before=first[-1].updated_at)
    assert [summary.session_id for summary in rest] == [ids[2], ids[0]]


async def test_messages_are_paged_from_the_end(store: SqliteStore, session_id: str) -> None:
    for number in range(1, 6):
        await converse(store, session_id, number)
    last = await store.messages(session_id, limit=3)
    assert [stored.position for stored in last] == [8, 9, 10]
    before = await store.messages(session_id, before_position=8, limit=3)
    assert [stored.position for stored in before] == [5, 6, 7]
    assert (await store.session(session_id)).message_count == 10


async def test_every_kind_of_message_comes_back_unchanged(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    answer = turn.answer(calls=(call(1),))
    thinking = ThinkingPart(text="hm", wire="anthropic", verbatim='{"signature": "ab=="}')
    signed = AssistantMessage(parts=(thinking, TextPart(text="\u2028 é 数 😀")), provider="p", model="m")
    await store.append([turn.prompt(), turn.step(), answer])
    await store.append([turn.tools_answered(result_of(call(1), "content\0with NUL"))])
    await store.append([msgspec.structs.replace(turn.answer(step=2), message=signed)])
    history = (await store.conversation(session_id)).messages
    assert history[1] == answer.message
    assert history[3] == signed
    assert [stored.message for stored in await store.messages(session_id)] == history


async def test_deleting_a_session_leaves_nothing_of_it(store: SqliteStore, session_id: str) -> None:
    await converse(store, session_id, 1)
    await store.delete_session(session_id)
    assert await store.sessions() == []
    assert await store.runs() == []
    assert await store.search("question") == []
    assert await store.problems() == []


async def test_a_session_is_not_deleted_under_a_running_answer(store: SqliteStore, session_id: str) -> None:
    await store.append([Turn(session_id).prompt()])
    with pytest.raises(SessionBusyError):
        await store.delete_session(session_id)


async def test_choices_are_remembered(store: SqliteStore, session_id: str, home_dir: Path) -> None:
    await store.choose_model(session_id, "anthropic", "claude")
    await store.set_preference("theme", "dark")
    await store.set_preference("theme", "light")
    await store.aclose()
    again = await SqliteStore.open(home_dir)
    summary = await again.session(session_id)
    assert (summary.provider, summary.model) == ("anthropic", "claude")
    assert await again.preference("theme") == "light"
    await again.set_preference("theme", None)
    assert await again.preference("theme") is None
    await again.aclose()


async def test_what_does_not_exist_is_said_so(store: SqliteStore) -> None:
    for asking in (
        store.session("ses_x"),
        store.messages("ses_x"),
        store.conversation("ses_x"),
        store.beginning("ses_x"),
        store.last_run("ses_x"),
        store.rename_session("ses_x", "t"),
        store.delete_session("ses_x"),
        store.run("run_x"),
        store.append([Turn("ses_x").prompt()]),
        store.finish_run(Turn("ses_x").finished()),
    ):
        with pytest.raises(NotFoundError):
            await asking


async def test_an_event_of_a_deleted_session_is_refused(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    for event in (turn.text("late"), turn.step()):
        with pytest.raises(NotFoundError):
            await store.append([event])


async def test_a_hidden_nudge_names_nothing_and_is_not_found(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    hidden = UserMessage(text="Continue zebra", origin="runtime")
    nudge = msgspec.structs.replace(turn.prompt(), message=hidden)
    await store.append([nudge])
    assert (await store.session(session_id)).title == ""
    assert await store.search("zebra") == []


async def test_titles_are_found_by_all_their_words_in_any_case_and_script(store: SqliteStore) -> None:
    for title in ("Ärger mit der Datenbank", "数据库迁移", "Tomatoes", "Green tomatoes in autumn"):
        await store.create_session(workspace="/w", title=title)

    async def found(text: str) -> set[str]:
        return {summary.title for summary in await store.find_sessions(text)}

    assert await found("ÄRGER") == {"Ärger mit der Datenbank"}
    assert await found("迁移") == {"数据库迁移"}
    assert await found("tomato") == {"Tomatoes", "Green tomatoes in autumn"}
    assert await found("autumn TOMATO") == {"Green tomatoes in autumn"}
    assert await found("%") == await found("   ") == set()


async def test_summaries_come_in_the_order_they_were_asked_for_and_without_those_that_are_gone(
    store: SqliteStore,
) -> None:
    first, second, gone = [await store.create_session(workspace="/w", title=title) for title in "abc"]
    await store.delete_session(gone.session_id)
    wanted = [second.session_id, gone.session_id, first.session_id]
    assert await store.summaries(wanted) == [second, first]
    assert await store.summaries([]) == []
