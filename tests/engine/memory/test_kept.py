"""What is remembered is on disk, found by its words in any language, and only where it holds."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.memory_ports import MemoryStore
from roku_desktop.engine.records import Memory, MemoryOwners, MemoryScope
from roku_desktop.engine.storage.memories import _terms
from roku_desktop.engine.storage.store import SqliteStore

HERE = MemoryOwners(workspace="/w", session_id="ses_1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(tmp_path)
    yield store
    await store.aclose()


def memory(number: int, text: str, scope: MemoryScope = "global", owner: str = "") -> Memory:
    return Memory(
        memory_id=f"mem_{number}",
        scope=scope,
        owner=owner,
        text=text,
        source="person",
        created_at=float(number),
        updated_at=float(number),
    )


async def found(memories: MemoryStore, query: str, owners: MemoryOwners = HERE) -> list[str]:
    return [each.memory.memory_id for each in await memories.recall(query, owners, 8)]


async def test_any_telling_word_of_a_prompt_finds_it_best_first(store: SqliteStore) -> None:
    await store.memories.add(
        [
            memory(1, "The staging database is called heron."),
            memory(2, "Deploys to staging happen on Tuesdays, by hand."),
            memory(3, "My dog is called Bello."),
        ]
    )
    assert await found(store.memories, "How do I deploy to the staging database?") == ["mem_1", "mem_2"]
    assert await found(store.memories, "completely unrelated") == []
    assert all(each.score > 0 for each in await store.memories.recall("staging", HERE, 8))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("我喜欢用公制单位，住在上海", "请问上海今天的天气怎么样"),
        ("会議は毎週火曜日です", "火曜日の予定は"),
        ("Le café est fermé", "is the CAFE open"),
        ("Größe der Schuhe: 44", "grosse größe"),
    ],
)
async def test_every_language_is_found(store: SqliteStore, text: str, query: str) -> None:
    await store.memories.add([memory(1, text), memory(2, "Something else.")])
    assert await found(store.memories, query) == ["mem_1"]


async def test_a_memory_holds_where_it_belongs_and_nowhere_else(store: SqliteStore) -> None:
    await store.memories.add(
        [
            memory(1, "heron everywhere"),
            memory(2, "heron of this workspace", "workspace", "/w"),
            memory(3, "heron of another workspace", "workspace", "/other"),
            memory(4, "heron of this session", "session", "ses_1"),
            memory(5, "heron of another session", "session", "ses_2"),
        ]
    )
    everywhere = {"mem_1", "mem_2", "mem_4"}
    assert set(await found(store.memories, "heron")) == everywhere
    assert {each.memory_id for each in await store.memories.newest(HERE, 9)} == everywhere
    asked = [f"mem_{number}" for number in (5, 4, 3, 1)]
    assert [each.memory_id for each in await store.memories.by_ids(asked, HERE)] == ["mem_4", "mem_1"]
    assert len(await store.memories.page("heron", limit=9)) == 5, "the page shows all of them"


async def test_a_deleted_session_takes_its_own_memories_along(store: SqliteStore) -> None:
    session = await store.create_session(workspace="/w")
    await store.memories.add([memory(1, "heron", "session", session.session_id), memory(2, "heron")])
    await store.delete_session(session.session_id)
    assert await found(store.memories, "heron") == ["mem_2"]


async def test_a_changed_memory_is_found_by_its_new_words_alone(store: SqliteStore) -> None:
    await store.memories.add([memory(1, "The server is heron.")])
    changed = await store.memories.change("mem_1", "The server is egret.", at=9.0)
    assert (changed.text, changed.updated_at) == ("The server is egret.", 9.0)
    assert await found(store.memories, "heron") == []
    assert await found(store.memories, "egret") == ["mem_1"]
    with pytest.raises(NotFoundError):
        await store.memories.change("mem_9", "x", at=9.0)


async def test_what_is_to_be_told_to_a_service_is_known_after_a_restart(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    one, two, three = memory(1, "one"), memory(2, "two"), memory(3, "three")
    await store.memories.add([one, two, three])
    await store.memories.note_delivered(one)
    await store.memories.note_delivered(two)
    await store.memories.delete(["mem_1", "mem_3"])
    await store.memories.change("mem_2", "two, otherwise", at=5.0)
    await store.aclose()
    store = await SqliteStore.open(tmp_path)
    waiting, forgotten = await store.memories.undelivered(10)
    assert ([each.text for each in waiting], forgotten) == (["two, otherwise"], ["mem_1"])
    await store.aclose()


async def test_one_changed_or_deleted_while_it_was_on_its_way_is_told_again(store: SqliteStore) -> None:
    changed, deleted = memory(1, "one"), memory(2, "two")
    await store.memories.add([changed, deleted])
    await store.memories.change("mem_1", "one, otherwise", at=7.0)
    await store.memories.delete(["mem_2"])
    await store.memories.note_delivered(changed)  # what arrived is the old text
    await store.memories.note_delivered(deleted)
    waiting, forgotten = await store.memories.undelivered(10)
    assert ([each.text for each in waiting], forgotten) == (["one, otherwise"], ["mem_2"])


async def test_one_deleted_after_a_change_that_was_not_told_is_told_to_be_forgotten(
    store: SqliteStore,
) -> None:
    told, on_its_way = memory(1, "one"), memory(2, "two")
    await store.memories.add([told, on_its_way])
    await store.memories.note_delivered(told)
    await store.memories.change("mem_1", "one, otherwise", at=7.0)
    await store.memories.change("mem_2", "two, otherwise", at=7.0)
    await store.memories.note_delivered(on_its_way)  # what arrived is the old text
    assert (await store.memories.undelivered(10))[1] == [], "both are still there"
    await store.memories.delete(["mem_1", "mem_2"])
    assert await store.memories.undelivered(10) == ([], ["mem_1", "mem_2"])


async def test_words_that_nearly_every_memory_holds_are_left_out_of_a_question(store: SqliteStore) -> None:
    await store.memories.add([memory(number, f"note {number} about things") for number in range(1_200)])
    await store.memories.add([memory(5_000, "a heron, about things")])
    assert (await found(store.memories, "about things and a heron"))[0] == "mem_5000"
    assert len(await found(store.memories, "about things")) == 8, "where all are common, they are still found"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_the_terms_of_any_text_are_no_syntax(text: str) -> None:
    assert not any(set(term) & set('"*^:()-+{}') for term in _terms(text))


@pytest.mark.parametrize("query", ['"', "a AND", "NEAR(x y)", "x*", "-x", "col:x", "\0", "\ud800 x", "   "])
async def test_no_question_is_a_syntax_error(store: SqliteStore, query: str) -> None:
    await store.memories.add([memory(1, "x y")])
    await store.memories.recall(query, HERE, 3)
    await store.memories.page(query, limit=3)
