"""Writes are whole: cancelled callers, queues of callers, closing; and nothing is left running."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from roku_desktop.engine.errors import StorageError
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn

REPOSITORY = Path(__file__).resolve().parents[3]


async def test_a_write_that_was_handed_over_is_finished_though_its_caller_is_cancelled(
    store: SqliteStore, session_id: str
) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt(), turn.step()])
    writing = asyncio.create_task(store.append([turn.answer("kept")]))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert len((await store.conversation(session_id)).messages) == 2


async def test_a_cancelled_caller_waits_for_its_write(
    store: SqliteStore, session_id: str, home_dir: Path
) -> None:
    """Another process holds the lock: the caller stays until its write came through."""
    with closing(sqlite3.connect(home_dir / "roku.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(store.rename_session(session_id, "renamed"))
        await store.session(session_id)
        for _ in range(3):
            writing.cancel()
            await asyncio.sleep(0)
        assert not writing.done()
        other.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert (await store.session(session_id)).title == "renamed"


async def test_readers_do_not_wait_for_a_writer(store: SqliteStore, session_id: str, home_dir: Path) -> None:
    with closing(sqlite3.connect(home_dir / "roku.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(store.rename_session(session_id, "renamed"))
        assert (await store.session(session_id)).title == ""
        assert not writing.done()
        other.execute("COMMIT")
    await writing


async def test_many_sessions_write_at_once_without_mixing(store: SqliteStore) -> None:
    async def converse(number: int) -> str:
        session_id = (await store.create_session(workspace="/work")).session_id
        turn = Turn(session_id, f"run_{number}")
        await store.append([turn.prompt(), turn.step()])
        for piece in range(10):
            await store.append([turn.text(f"{number}:{piece} ")])
        await store.finish_run(turn.finished("cancelled"))
        return session_id

    for number, session_id in enumerate(await asyncio.gather(*(converse(number) for number in range(20)))):
        history = (await store.conversation(session_id)).messages
        assert history[-1].text == "".join(f"{number}:{piece} " for piece in range(10))  # type: ignore[union-attr]  # an answer


async def test_a_failing_batch_leaves_nothing_of_itself(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    unknown = Turn("ses_unknown", "run_2")
    with pytest.raises(Exception, match="no session"):
        await store.append([turn.prompt(), unknown.prompt()])
    assert (await store.session(session_id)).message_count == 0
    assert await store.runs() == []
    await store.append([turn.prompt()])


async def test_closing_leaves_no_thread_no_task_and_no_log(home_dir: Path) -> None:
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    store = await SqliteStore.open(home_dir)
    session_id = (await store.create_session(workspace="/work")).session_id
    await asyncio.gather(store.session(session_id), store.sessions(), store.runs())
    await store.aclose()
    await store.aclose()
    assert set(threading.enumerate()) == threads
    assert asyncio.all_tasks() == tasks
    assert [path.name for path in home_dir.iterdir() if path.is_file()] == ["roku.db"]
    with pytest.raises(StorageError, match="closed"):
        await store.session(session_id)


async def test_closing_finishes_what_was_handed_over(home_dir: Path) -> None:
    store = await SqliteStore.open(home_dir)
    made = [asyncio.create_task(store.create_session(workspace="/work")) for _ in range(5)]
    await asyncio.sleep(0)
    await store.aclose()
    written = [task for task in made if task.done() and task.exception() is None]
    refused = await asyncio.gather(*made, return_exceptions=True)
    async with aclosing(await SqliteStore.open(home_dir)) as again:
        assert len(await again.sessions()) == sum(not isinstance(result, StorageError) for result in refused)
    assert len(written) <= len(made)


async def test_an_opening_that_is_cancelled_leaves_nothing_behind(home_dir: Path) -> None:
    threads = set(threading.enumerate())
    opening = asyncio.create_task(SqliteStore.open(home_dir))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert set(threading.enumerate()) == threads
    assert list((home_dir / "instances").glob("*.lock")) == []
    async with aclosing(await SqliteStore.open(home_dir)):
        pass


def test_it_works_and_ends_under_the_loop_of_the_window(home_dir: Path) -> None:
    code = f"""
import asyncio, threading
from pathlib import Path
import qasync
from PySide6.QtCore import QCoreApplication
from roku_desktop.engine.storage.store import SqliteStore
async def main():
    store = await SqliteStore.open(Path({str(home_dir)!r}))
    await asyncio.gather(*(store.create_session(workspace="/work") for _ in range(5)))
    print(len(await store.sessions()), len(await store.usage()) > 0)
    await store.aclose()
    print([thread.name for thread in threading.enumerate() if thread.name == "database"])
app = QCoreApplication([])
with qasync.QEventLoop(app) as loop:
    loop.run_until_complete(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.split("\n"), done.stderr) == (["5 True", "[]", ""], "")


def test_a_loop_that_ends_without_closing_does_not_hang_and_breaks_nothing(home_dir: Path) -> None:
    """What Ctrl-C in the wrong moment does: `asyncio.run` cancels every task."""
    code = f"""
import asyncio
from pathlib import Path
from roku_desktop.engine.storage.store import SqliteStore
async def main():
    store = await SqliteStore.open(Path({str(home_dir)!r}))
    asyncio.ensure_future(store.create_session(workspace="/work"))
    await asyncio.sleep(0)
asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, timeout=20)
    with closing(sqlite3.connect(home_dir / "roku.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_thread_of_a_connection_is_silent_once_its_loop_has_ended(home_dir: Path) -> None:
    """A traceback written while Python ends is fatal where the main thread holds the stream's lock."""
    code = f"""
import asyncio
import threading
from pathlib import Path
from roku_desktop.engine.storage.store import SqliteStore
at_work, held = threading.Event(), threading.Event()
loop = asyncio.new_event_loop()
async def main():
    store = await SqliteStore.open(Path({str(home_dir)!r}))
    writing = loop.create_task(store._database.outside_transaction(lambda db: (at_work.set(), held.wait())))
    await asyncio.to_thread(at_work.wait)
    return store, writing
kept = loop.run_until_complete(main())
loop.close()
held.set()
for thread in threading.enumerate():
    if thread.name == "database":
        thread.join()
import os
os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, timeout=20, check=True
    )
    assert b"Exception in thread" not in done.stderr
