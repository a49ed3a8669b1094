"""Promise 15: an upgrade that fails or is killed leaves the old database usable."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from roku_desktop.engine.errors import CorruptDatabaseError, StorageError
from roku_desktop.engine.settings import StorageSettings
from roku_desktop.engine.storage.layout import SCHEMA, Schema
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.store_processes import StoreProcesses
from tests.support.turns import Turn

# Rewrites a table, as a real migration might, in the two ways that a migration can be written.
SECOND = """
from peewee import TextField

def up(migrator, db):
    migrator.migrate(migrator.add_column("sessions", "colour", TextField(default="grey")))
    db.execute_sql("UPDATE messages SET role = upper(role)")
    db.execute_sql("CREATE TABLE added (a INTEGER PRIMARY KEY, b TEXT)")
    db.execute_sql("INSERT INTO added (b) SELECT title FROM sessions")
"""
BROKEN = SECOND + '    db.execute_sql("INSERT INTO nowhere VALUES (1)")\n'
ORPHANING = SECOND + '    db.execute_sql("DELETE FROM sessions")\n'


def next_schema(folder: Path, second: str = SECOND) -> Schema:
    directory = folder / "migrations"
    directory.mkdir()
    for migration in SCHEMA.directory.glob("0*.py"):
        shutil.copy(migration, directory)
    number = SCHEMA.version + 1
    (directory / f"{number:04}_more.py").write_text(second)
    return Schema(directory=directory, version=number)


@pytest.fixture
async def old_home(home_dir: Path) -> Path:
    """A home of the schema before, with a session in it."""
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        session_id = (await store.create_session(workspace="/work")).session_id
        turn = Turn(session_id)
        await store.append([turn.prompt("an old question"), turn.step(), turn.answer("an old answer")])
        await store.finish_run(turn.finished())
    return home_dir


async def assert_usable(home_dir: Path) -> None:
    """This version reads, finds and writes in it."""
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        (summary,) = await store.sessions()
        assert len((await store.conversation(summary.session_id)).messages) == 2
        assert len(await store.search("old")) == 2
        await store.rename_session(summary.session_id, "an old question")
        assert await store.problems() == []


def ask(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def test_the_version_is_the_number_of_the_last_migration() -> None:
    numbers = sorted(int(path.name[:4]) for path in SCHEMA.directory.glob("[0-9]*.py"))
    assert numbers == list(range(1, SCHEMA.version + 1))


async def test_a_migration_keeps_everything_and_leaves_a_snapshot(old_home: Path, tmp_path: Path) -> None:
    schema = next_schema(tmp_path)
    async with aclosing(await SqliteStore.open(old_home, schema=schema)) as store:
        assert len(await store.sessions()) == 1
        assert len(await store.search("old")) == 2
    assert ask(old_home / "roku.db", "SELECT b FROM added") == [("an old question",)]
    assert ask(old_home / "roku.db", "PRAGMA user_version") == [(schema.version,)]
    (snapshot,) = (old_home / "snapshots").iterdir()
    assert snapshot.name.startswith(f"roku-v{SCHEMA.version}-")
    if os.name == "posix":
        assert stat.S_IMODE(snapshot.stat().st_mode) == 0o600
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(snapshot, restored / "roku.db")
    await assert_usable(restored)


async def test_only_the_newest_snapshots_are_kept(old_home: Path, tmp_path: Path) -> None:
    snapshots = old_home / "snapshots"
    snapshots.mkdir()
    for number in range(4):
        older = snapshots / f"roku-v0-{number}.db"
        older.write_text("")
        os.utime(older, (number, number))
    settings = StorageSettings(max_snapshots=2)
    async with aclosing(await SqliteStore.open(old_home, schema=next_schema(tmp_path), settings=settings)):
        kept = sorted(path.name for path in snapshots.iterdir())
    assert len(kept) == 2
    assert kept[0] == "roku-v0-3.db"


@pytest.mark.parametrize(
    "second", [BROKEN, ORPHANING, "def up(migrator, db):\n    raise ValueError('no')", "x ="]
)
async def test_a_failed_migration_leaves_the_old_database(
    old_home: Path, tmp_path: Path, second: str
) -> None:
    with pytest.raises(StorageError, match="It is unchanged"):
        await SqliteStore.open(old_home, schema=next_schema(tmp_path, second))
    await assert_usable(old_home)


@pytest.fixture
def processes() -> Iterator[StoreProcesses]:
    with StoreProcesses.running() as processes:
        yield processes


@pytest.mark.skipif(os.name != "posix", reason="forks and SIGKILL are POSIX")
async def test_a_migration_killed_at_any_point_leaves_the_old_or_the_new_database(
    processes: StoreProcesses, old_home: Path, tmp_path: Path
) -> None:
    schema = next_schema(tmp_path)
    versions: list[int] = []
    point = 0
    killed = True
    while killed:
        point += 1
        home_dir = tmp_path / f"killed{point}"
        shutil.copytree(old_home, home_dir)
        killed, _ = processes.kill("open", home_dir, point, schema=schema)
        ((version,),) = ask(home_dir / "roku.db", "PRAGMA user_version")
        versions.append(int(str(version)))
        if version == SCHEMA.version:
            await assert_usable(home_dir)
        async with aclosing(await SqliteStore.open(home_dir, schema=schema)) as store:
            assert len(await store.search("old")) == 2
            assert await store.problems() == []
        assert not list((home_dir / "snapshots").glob("*.partial"))
    assert versions == sorted(versions)
    assert versions.count(SCHEMA.version) > 15
    assert versions[-1] == schema.version


async def test_a_migration_waits_until_the_older_program_is_closed(old_home: Path, tmp_path: Path) -> None:
    schema = next_schema(tmp_path)
    async with aclosing(await SqliteStore.open(old_home)) as store:
        with pytest.raises(StorageError, match="older Roku is still running"):
            await SqliteStore.open(old_home, schema=schema)
        assert len(await store.sessions()) == 1
    async with aclosing(await SqliteStore.open(old_home, schema=schema)):
        pass


async def test_a_damaged_database_is_not_migrated(old_home: Path, tmp_path: Path) -> None:
    database = old_home / "roku.db"
    content = bytearray(database.read_bytes())
    for start in range(4096 * 3, len(content), 4096 * 2):
        content[start : start + 32] = b"\xaa" * 32
    database.write_bytes(content)
    with pytest.raises(CorruptDatabaseError):
        await SqliteStore.open(old_home, schema=next_schema(tmp_path))
    assert database.read_bytes() == bytes(content)
    assert not (old_home / "snapshots").exists()
