"""What lies in the home, by kind, and what pruning gives back."""

from __future__ import annotations

import os
from contextlib import aclosing
from pathlib import Path

from roku_desktop.engine.ports import SystemClock
from roku_desktop.engine.records import Sample
from roku_desktop.engine.settings import StorageSettings
from roku_desktop.engine.storage.folders import FOLDERS
from roku_desktop.engine.storage.retention import SECONDS_PER_DAY
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn, trouble


class HundredthDay(SystemClock):
    def now(self) -> float:
        return 100.0 * SECONDS_PER_DAY


async def test_every_byte_of_the_home_is_of_one_kind(store: SqliteStore, home_dir: Path) -> None:
    for folder, size in (("traces", 10), ("logs", 20), ("tool_output/deep", 30), ("elsewhere", 40)):
        (home_dir / folder).mkdir(parents=True)
        (home_dir / folder / "file").write_bytes(b"x" * size)
    (home_dir / "runtime.toml").write_bytes(b"y" * 5)
    uses = {use.kind: use for use in await store.usage()}
    assert list(uses) == [
        "database",
        "snapshots",
        "traces",
        "logs",
        "images",
        "tool output",
        "spool",
        "other",
    ]
    assert [uses[kind].size_bytes for kind in ("traces", "logs", "tool output")] == [10, 20, 30]
    assert uses["other"].size_bytes >= 45
    total = sum(path.stat().st_size for path in home_dir.rglob("*") if path.is_file())
    assert sum(use.size_bytes for use in uses.values()) == total
    assert uses["database"].path.endswith("roku.db")


async def test_folders_lose_their_oldest_files_by_age_and_by_size(home_dir: Path) -> None:
    now = SystemClock().now()
    cap_bytes = next(folder.cap_bytes for folder in FOLDERS if folder.kind == "logs")
    assert cap_bytes is not None
    for name, age_days, size_bytes in (("a", 1, cap_bytes - 10), ("b", 2, 11), ("c", 3, 9), ("d", 20, 1)):
        (home_dir / "logs").mkdir(exist_ok=True, parents=True)
        with (home_dir / "logs" / name).open("wb") as file:
            file.truncate(size_bytes)
        changed_at = now - age_days * SECONDS_PER_DAY
        os.utime(home_dir / "logs" / name, (changed_at, changed_at))
    async with aclosing(await SqliteStore.open(home_dir, clock=SystemClock())) as store:
        logs = next(use for use in await store.usage() if use.kind == "logs")
        assert (logs.cap_bytes, logs.ttl_days, logs.prunable_bytes) == (cap_bytes, 14, 12)
        freed = {use.kind: use.size_bytes for use in await store.prune()}
    assert freed["logs"] == 12
    assert sorted(path.name for path in (home_dir / "logs").iterdir()) == ["a", "c"]


async def test_samples_outlive_the_longest_window_and_no_more(home_dir: Path) -> None:
    clock = HundredthDay()
    async with aclosing(await SqliteStore.open(home_dir, clock=clock)) as store:
        days = (70.0, 72.0)
        await store.keep_samples(
            [Sample(name="x", attributes=(), at=day * SECONDS_PER_DAY, value=day) for day in days]
        )
        await store.prune()
        assert [value for series in await store.samples(0.0) for _, value in series.points] == [72.0]


async def test_old_details_of_runs_are_dropped_and_messages_stay(home_dir: Path) -> None:
    clock = HundredthDay()
    settings = StorageSettings(run_detail_ttl_days=30)
    async with aclosing(await SqliteStore.open(home_dir, clock=clock, settings=settings)) as store:
        session_id = (await store.create_session(workspace="/work")).session_id
        for run_id, day in (("run_old", 69), ("run_new", 71)):
            turn = Turn(session_id, run_id, began_at=day * SECONDS_PER_DAY)
            await store.append([turn.prompt(), turn.step(), *trouble(turn), turn.answer("a")])
            await store.finish_run(turn.finished())
        await store.append([Turn(session_id, "run_open", began_at=1.0).prompt()])
        await store.append([Turn(session_id, "run_open", began_at=1.0).step()])
        await store.prune()
        rows = await store._database.read(lambda db: db.execute_sql("SELECT run_id FROM steps").fetchall())
        assert sorted(rows) == [("run_new",), ("run_open",)]
        assert [len(await store.incidents(run_id)) for run_id in ("run_old", "run_new")] == [0, 3]
        assert len((await store.conversation(session_id)).messages) == 5
        assert len(await store.runs()) == 3


async def test_the_space_of_deleted_sessions_is_given_back(store: SqliteStore, home_dir: Path) -> None:
    session_id = (await store.create_session(workspace="/work")).session_id
    turn = Turn(session_id)
    await store.append([turn.prompt(" ".join(f"word{number}" for number in range(50_000)))])
    await store.finish_run(turn.finished())
    await store.delete_session(session_id)
    snapshots = home_dir / "snapshots"
    snapshots.mkdir()
    for number in range(5):
        (snapshots / f"roku-v1-{number}.db").write_bytes(b"x" * 100)
    before = {use.kind: use for use in await store.usage()}
    assert before["database"].prunable_bytes > 500_000
    assert before["snapshots"].prunable_bytes == 200
    freed = {use.kind: use.size_bytes for use in await store.prune()}
    assert freed["database"] > 500_000
    assert freed["snapshots"] == 200
    assert (home_dir / "roku.db").stat().st_size < 300_000
    assert await store.problems() == []
