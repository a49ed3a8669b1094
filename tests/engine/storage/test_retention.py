"""What lies in the home, by kind, and what pruning gives back."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

from roku_desktop.engine.ports import SystemClock
from roku_desktop.engine.settings import StorageSettings
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
    assert list(uses) == ["database", "snapshots", "traces", "logs", "tool output", "other"]
    assert [uses[kind].size_bytes for kind in ("traces", "logs", "tool output")] == [10, 20, 30]
    assert uses["other"].size_bytes >= 45
    total = sum(path.stat().st_size for path in home_dir.rglob("*") if path.is_file())
    assert sum(use.size_bytes for use in uses.values()) == total
    assert uses["database"].path.endswith("roku.db")


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
        assert len(await store.history(session_id)) == 5
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
