"""Opening: rights, refusals that touch nothing, and full, locked, read-only or damaged homes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, closing, contextmanager
from pathlib import Path

import pytest

from roku_desktop.engine.errors import (
    CorruptDatabaseError,
    NewerDatabaseError,
    StorageError,
    StorageFullError,
)
from roku_desktop.engine.storage.integrity import CHECKED_AT_START_BYTES
from roku_desktop.engine.storage.layout import SCHEMA
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn

REPOSITORY = Path(__file__).resolve().parents[3]
posix_only = pytest.mark.skipif(os.name != "posix", reason="rights in this form are POSIX")


async def make_home(home_dir: Path, *, messages: int = 40) -> str:
    """A closed home with one session; returns its id."""
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        session_id = (await store.create_session(workspace="/work")).session_id
        for number in range(messages // 2):
            turn = Turn(session_id, f"run_{number}")
            await store.append([turn.prompt(f"question {number} {'x' * 500}"), turn.answer("answer")])
            await store.finish_run(turn.finished())
    return session_id


def everything_in(home_dir: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home_dir.iterdir() if path.is_file()}


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()


@posix_only
async def test_only_the_owner_can_read_what_is_written(home_dir: Path) -> None:
    previous = os.umask(0)
    try:
        async with aclosing(await SqliteStore.open(home_dir)) as store:
            await store.create_session(workspace="/work")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home_dir.rglob("*")}
            home_mode = stat.S_IMODE(home_dir.stat().st_mode)
    finally:
        os.umask(previous)
    assert {"roku.db", "roku.db-wal", "roku.db-shm", f"{store.instance_id}.lock"} <= set(modes)
    assert modes.pop("instances") == home_mode == 0o700
    assert set(modes.values()) == {0o600}


@posix_only
async def test_a_database_that_others_could_read_is_narrowed(home_dir: Path) -> None:
    await make_home(home_dir)
    (home_dir / "roku.db").chmod(0o644)
    (home_dir / "instances").chmod(0o755)
    async with aclosing(await SqliteStore.open(home_dir)):
        assert stat.S_IMODE((home_dir / "roku.db").stat().st_mode) == 0o600
        assert stat.S_IMODE((home_dir / "instances").stat().st_mode) == 0o700


async def test_the_settings_of_the_connection_are_in_force(store: SqliteStore) -> None:
    def ask(db: object) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [db.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in names]  # type: ignore[attr-defined]  # peewee

    for settings in (await store._database.outside_transaction(ask), await store._database.read(ask)):
        assert settings == ["wal", 2, 1, 5000]


async def test_a_database_of_a_newer_version_is_refused_untouched(home_dir: Path) -> None:
    await make_home(home_dir)
    change(home_dir / "roku.db", f"PRAGMA user_version = {SCHEMA.version + 1}")
    before = everything_in(home_dir)
    with pytest.raises(NewerDatabaseError, match="newer Roku"):
        await SqliteStore.open(home_dir)
    assert everything_in(home_dir) == before
    assert list((home_dir / "instances").glob("*.lock")) == []


@posix_only
async def test_a_newer_version_that_only_stands_in_the_log_is_refused_too(home_dir: Path) -> None:
    """A newer program was killed before its commit was merged into the file."""
    await make_home(home_dir)
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('PRAGMA user_version = 99'); c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(home_dir / "roku.db")], check=True)
    before = everything_in(home_dir)
    assert before["roku.db-wal"]
    with pytest.raises(NewerDatabaseError):
        await SqliteStore.open(home_dir)
    after = everything_in(home_dir)
    assert (after["roku.db"], after["roku.db-wal"]) == (before["roku.db"], before["roku.db-wal"])


@pytest.mark.parametrize("content", [b"not a database" * 1000, b"SQLite format 3\0" + b"\1" * 5000, b"x"])
async def test_what_is_no_database_is_refused_untouched(home_dir: Path, content: bytes) -> None:
    home_dir.mkdir()
    (home_dir / "roku.db").write_bytes(content)
    with pytest.raises(CorruptDatabaseError, match="left as it is"):
        await SqliteStore.open(home_dir)
    assert everything_in(home_dir) == {"roku.db": content}


async def test_the_database_of_another_program_is_refused_untouched(home_dir: Path) -> None:
    home_dir.mkdir()
    change(home_dir / "roku.db", "CREATE TABLE theirs (a)")
    before = everything_in(home_dir)
    with pytest.raises(CorruptDatabaseError, match="not a database of Roku"):
        await SqliteStore.open(home_dir)
    assert everything_in(home_dir) == before


async def test_a_damaged_page_is_found_at_the_next_start(home_dir: Path) -> None:
    await make_home(home_dir)
    database = home_dir / "roku.db"
    content = bytearray(database.read_bytes())
    pages = range(4096, len(content), 4096)
    for start in pages[len(pages) // 2 :: 3]:
        content[start : start + 64] = bytes(byte ^ 0x55 for byte in content[start : start + 64])
    database.write_bytes(content)
    with pytest.raises(CorruptDatabaseError, match="no snapshot") as caught:
        await SqliteStore.open(home_dir)
    assert "roku.db" in str(caught.value)
    assert everything_in(home_dir) == {"roku.db": bytes(content)}


async def test_a_truncated_database_is_refused_untouched(home_dir: Path) -> None:
    await make_home(home_dir)
    database = home_dir / "roku.db"
    content = database.read_bytes()[: 5 * 4096 + 100]
    database.write_bytes(content)
    with pytest.raises(CorruptDatabaseError):
        await SqliteStore.open(home_dir)
    assert everything_in(home_dir) == {"roku.db": content}


async def test_damage_that_appears_later_is_said_and_found(home_dir: Path) -> None:
    session_id = await make_home(home_dir)
    database = home_dir / "roku.db"
    status = database.stat()
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'messages_in_order'"
        page = connection.execute(query).fetchone()[0]
    content = bytearray(database.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 8] = b"\xff" * 8
    database.write_bytes(content)
    os.utime(database, ns=(status.st_atime_ns, status.st_mtime_ns))  # nobody could have noticed
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        with pytest.raises(CorruptDatabaseError):
            await store.messages(session_id)
        assert await store.problems()


async def test_a_message_that_cannot_be_read_is_found(store: SqliteStore, session_id: str) -> None:
    await store.append([Turn(session_id).prompt()])
    assert await store.problems() == []
    await store._database.write_one("UPDATE messages SET body = ?", (b'{"type": "us',))
    assert await store.problems() == ["1 messages can't be read."]


async def test_a_large_database_is_not_read_to_its_end_at_start(home_dir: Path) -> None:
    """Its size would be the cost of each start after a kill; the doctor checks it instead."""
    await make_home(home_dir)
    database = home_dir / "roku.db"
    with database.open("r+b") as file:
        file.truncate(CHECKED_AT_START_BYTES + 4096)
    (home_dir / "instances" / "closed-cleanly").unlink()
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        assert len(await store.sessions()) == 1


@contextmanager
def tiny_disk() -> Iterator[Path]:
    """A file system of half a megabyte, where root may mount one."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=False, capture_output=True
        )
        if mounted.returncode:
            pytest.skip("mounting needs rights that this test run doesn't have")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
async def test_a_full_disk_is_said_and_nothing_is_half_written() -> None:
    with tiny_disk() as folder:
        home_dir = folder / "home"
        session_id = await make_home(home_dir, messages=2)
        async with aclosing(await SqliteStore.open(home_dir)) as store:
            turn = Turn(session_id, "run_big")
            await store.append([turn.prompt("small")])
            ballast = folder / "ballast"
            fill(ballast)
            with pytest.raises(StorageFullError, match="no space"):
                await store.append([turn.answer("y" * 1_000_000)])
            with pytest.raises(StorageFullError):
                await store.append([turn.text("z" * 1_000_000)])
            assert (await store.session(session_id)).message_count == 3
            ballast.unlink()
            await store.finish_run(turn.finished("failed"))
            assert len((await store.conversation(session_id)).messages) == 3
            assert await store.problems() == []


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
async def test_no_room_for_a_new_home_is_said_and_it_opens_once_there_is() -> None:
    with tiny_disk() as folder:
        ballast = folder / "ballast"
        fill(ballast)
        with pytest.raises(StorageFullError):
            await SqliteStore.open(folder / "home")
        ballast.unlink()
        async with aclosing(await SqliteStore.open(folder / "home")) as store:
            assert await store.sessions() == []


async def test_a_database_that_reaches_its_limit_is_said_and_keeps_what_it_has(
    store: SqliteStore, session_id: str
) -> None:
    def limit(db: object) -> None:
        pages = db.execute_sql("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]  # peewee
        db.execute_sql(f"PRAGMA max_page_count = {pages + 5}")  # type: ignore[attr-defined]  # peewee

    await store._database.outside_transaction(limit)
    turn = Turn(session_id)
    with pytest.raises(StorageFullError):
        await store.append([turn.prompt("p" * 100_000)])
    assert (await store.session(session_id)).message_count == 0
    await store.append([turn.prompt("short")])
    assert len((await store.conversation(session_id)).messages) == 1


# Becomes a user without rights once everything is imported: nobody may read the interpreter's folder.
OPENED_BY_NOBODY = """
import asyncio, os, sys
from pathlib import Path
import playhouse.migrations
from roku_desktop.engine.errors import StorageError
from roku_desktop.engine.storage.store import SqliteStore
async def main():
    try:
        await SqliteStore.open(Path(sys.argv[1]))
    except StorageError as error:
        print(type(error).__name__, error)
os.setgroups([]), os.setgid(65534), os.setuid(65534)
asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("prepare", ["nothing", "a home of someone else"])
async def test_a_home_that_may_not_be_written_is_said(prepare: str, tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    home_dir = tmp_path / "home"
    if prepare != "nothing":
        await make_home(home_dir)
        home_dir.chmod(0o755)
        (home_dir / "instances").chmod(0o755)
    arguments = [sys.executable, "-c", OPENED_BY_NOBODY, str(home_dir)]
    done = subprocess.run(arguments, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("StorageError The home folder")
    assert "--home" in done.stdout


async def test_a_database_locked_by_another_program_is_said(
    home_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await make_home(home_dir)
    monkeypatch.setattr("roku_desktop.engine.storage.opening.BUSY_TIMEOUT_S", 0.05)
    async with aclosing(await SqliteStore.open(home_dir)) as store:
        with closing(sqlite3.connect(home_dir / "roku.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="locked"):
                await store.rename_session(session_id, "new")
            other.execute("ROLLBACK")
        await store.rename_session(session_id, "new")


@pytest.mark.parametrize("name", ["with space", "数据?mode=rw#x%20", "per%cent"])
async def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    if os.name != "posix" and "?" in name:
        pytest.skip("Windows knows no such name")
    session_id = await make_home(tmp_path / name)
    async with aclosing(await SqliteStore.open(tmp_path / name)) as store:
        assert (await store.session(session_id)).message_count == 40


async def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageError, match="home folder"):
        await SqliteStore.open(tmp_path / "home")


async def test_an_up_to_date_home_opens_without_the_migration_code(home_dir: Path) -> None:
    await make_home(home_dir)
    code = f"""
import asyncio, sys
from pathlib import Path
from roku_desktop.engine.storage.store import SqliteStore
async def main():
    store = await SqliteStore.open(Path({str(home_dir)!r}))
    await store.recover()
    await store.aclose()
asyncio.run(main())
print("playhouse.migrations" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


async def test_two_fresh_starts_at_once_make_one_database(home_dir: Path) -> None:
    stores = await asyncio.gather(*(SqliteStore.open(home_dir) for _ in range(4)))
    session_id = (await stores[0].create_session(workspace="/work")).session_id
    for store in stores:
        assert (await store.session(session_id)).workspace == "/work"
        await store.aclose()


async def test_changed_bytes_in_a_message_are_damage_and_no_fault_of_the_program(
    store: SqliteStore, session_id: str
) -> None:
    await store.append([Turn(session_id).prompt("needle")])
    for body in (b'{"type": "us', b'{"type":"user","text":"\xff\xfe needle"}'):
        await store._database.write_one("UPDATE messages SET body = ?", (body,))
        with pytest.raises(CorruptDatabaseError, match="can't be read"):
            await store.messages(session_id)
        with pytest.raises(CorruptDatabaseError, match="can't be read"):
            await store.search("needle")


async def test_changed_bytes_in_a_text_column_are_damage_too(store: SqliteStore, session_id: str) -> None:
    await store._database.write_one("UPDATE sessions SET title = CAST(x'41ff' AS TEXT)", ())
    with pytest.raises(CorruptDatabaseError, match="can't be read"):
        await store.session(session_id)


async def test_a_damaged_word_in_the_schema_is_damage_too(home_dir: Path) -> None:
    """SQLite quotes the word when it reports what it found, and the driver can't decode that."""
    await make_home(home_dir)
    database = home_dir / "roku.db"
    damaged = database.read_bytes().replace(b"NOT NULL", b"NOT\xa0NULL")
    database.write_bytes(damaged)
    with pytest.raises(CorruptDatabaseError, match="can't be read"):
        await SqliteStore.open(home_dir)
    assert everything_in(home_dir) == {"roku.db": damaged}


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
async def test_a_disk_too_small_for_shared_memory_is_said_to_be_full() -> None:
    with tiny_disk() as folder:
        ballast = folder / "ballast"
        fill(ballast)
        os.truncate(ballast, ballast.stat().st_size - 24 * 1024)
        with pytest.raises(StorageFullError):
            await SqliteStore.open(folder / "home")
