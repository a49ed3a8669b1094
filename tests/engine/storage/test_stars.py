"""A star is a person's: it stays with its answer, leaves with its session, and is copied by nobody."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import aclosing, closing
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.export import export_pieces
from roku_desktop.engine.messages import AssistantMessage, TextPart
from roku_desktop.engine.storage.codec import encode
from roku_desktop.engine.storage.layout import SCHEMA, Schema
from roku_desktop.engine.storage.store import SqliteStore
from tests.engine.storage.test_sessions import converse


async def starred_roles(store: SqliteStore, session_id: str) -> list[tuple[int, str]]:
    return [
        (one.position, type(one.message).__name__) for one in await store.messages(session_id) if one.starred
    ]


@pytest.fixture
async def session(store: SqliteStore, session_id: str) -> str:
    for number in (1, 2, 3):
        await converse(store, session_id, number)
    return session_id


async def test_stars_are_listed_newest_first_and_can_be_taken_away(store: SqliteStore, session: str):
    for number in (1, 3):
        await store.stars.star(f"run_{session}_{number}", True)
    assert await starred_roles(store, session) == [(2, "AssistantMessage"), (6, "AssistantMessage")]
    hits = await store.stars.newest(10)
    assert [(hit.session_id, hit.position, hit.snippet) for hit in hits] == [
        (session, 6, "answer 3"),
        (session, 2, "answer 1"),
    ]
    assert len(await store.stars.newest(1)) == 1
    await store.stars.star(f"run_{session}_3", False)
    assert [hit.position for hit in await store.stars.newest(10)] == [2]


async def test_a_run_without_an_answer_has_no_star(store: SqliteStore):
    with pytest.raises(NotFoundError, match="no answer here"):
        await store.stars.star("run_nowhere", True)


async def test_a_fork_begins_without_stars_and_a_deleted_session_takes_its_own_along(
    store: SqliteStore, session: str
):
    await store.stars.star(f"run_{session}_2", True)
    forked = await store.fork_session(session, f"run_{session}_3", with_run=True)
    assert await starred_roles(store, forked.session_id) == []
    await store.delete_session(session)
    assert await store.stars.newest(10) == []


async def test_a_star_is_exported(store: SqliteStore, session: str):
    await store.stars.star(f"run_{session}_2", True)
    summary, messages = await store.session(session), await store.messages(session)
    markdown = "".join(export_pieces(summary, messages, "markdown"))
    assert [line.endswith("★") for line in markdown.splitlines() if line.startswith("## ")] == (
        [False, False, False, True, False, False]
    )
    exported = msgspec.json.decode("".join(export_pieces(summary, messages, "json")))
    assert [one["starred"] for one in exported["messages"]] == [False] * 3 + [True] + [False] * 2


@pytest.mark.parametrize("version", range(1, SCHEMA.version))
async def test_answers_of_every_earlier_version_can_be_starred(home_dir: Path, tmp_path: Path, version: int):
    older = tmp_path / "older"
    older.mkdir()
    for migration in sorted(SCHEMA.directory.glob("0*.py"))[:version]:
        shutil.copy(migration, older)
    schema = Schema(directory=older, version=version)
    await (await SqliteStore.open(home_dir, schema=schema)).aclose()
    with closing(sqlite3.connect(home_dir / "roku.db")) as database, database:
        database.execute(
            "INSERT INTO sessions (session_id, title, workspace, created_at, updated_at, message_count) "
            "VALUES ('ses_1', 'old', '/work', 1, 1, 1)"
        )
        database.execute(
            "INSERT INTO messages (session_id, run_id, position, role, created_at, body, search_text) "
            "VALUES ('ses_1', 'run_1', 1, 'assistant', 1, ?, 'old')",
            (encode(AssistantMessage(provider="p", model="m", parts=(TextPart(text="an old answer"),))),),
        )
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        assert await starred_roles(store, "ses_1") == []
        await store.stars.star("run_1", True)
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        assert [hit.snippet for hit in await store.stars.newest(10)] == ["an old answer"]
        assert await store.problems() == []
