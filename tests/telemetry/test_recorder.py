"""One listener, everything agrees: cells, rows and sinks get the same measurements."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from roku_desktop.engine import Series
from roku_desktop.engine.errors import StorageFullError
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.cells import MAX_SERIES, OVERFLOW, Cells
from roku_desktop.telemetry.measurement import Measurement, attributes_of
from roku_desktop.telemetry.metering import Meter
from roku_desktop.telemetry.recorder import MAX_WAITING, Recorder
from roku_desktop.telemetry.recording import recorder_of
from tests.support.engines import engine_on, scripted


def meter() -> Meter:
    return Meter(lambda _provider: ("", None), lambda _name: True)


def one(value: float = 1.0, *, model: str = "") -> Measurement:
    return Measurement(
        instrument=table.TURN_TTFT,
        at=1.0,
        value=value,
        attributes=attributes_of({table.REQUEST_MODEL: model}),
    )


async def test_rows_on_disk_agree_with_the_cells_to_the_last_count(tmp_path: Path):
    async with engine_on(tmp_path, scripted(["one ", "two"], ["three"])) as engine:
        recorder = recorder_of(engine, lambda _provider: None)
        engine.subscribe(recorder.hear)
        engine.before_closing(recorder.flush)
        session = await engine.create_session(tmp_path)
        for prompt in ("first", "second"):
            await (await engine.ask(session.session_id, prompt)).result()
    async with engine_on(tmp_path, scripted(["-"])) as later:
        rows = await later.samples(0.0)
    assert totals(rows) == {
        (cell.instrument.name, cell.attributes): (cell.count, round(cell.total, 9))
        for cell in recorder.cells.all()
    }
    assert ("roku.turn.count", (("roku.outcome", "completed"),)) in totals(rows)


def totals(rows: Sequence[Series]) -> dict[object, object]:
    return {
        (series.name, series.attributes): (
            len(series.points),
            round(sum(value for _, value in series.points), 9),
        )
        for series in rows
    }


async def test_only_what_was_measured_since_and_by_these_names_is_read(tmp_path: Path):
    async with engine_on(tmp_path, scripted(["a"])) as engine:
        recorder = recorder_of(engine, lambda _provider: None)
        recorder.record([one(1.0), Measurement(instrument=table.TURN_COUNT, at=5.0, value=1.0)])
        await recorder.flush()
        assert [series.name for series in await engine.samples(2.0)] == ["roku.turn.count"]
        assert [series.name for series in await engine.samples(0.0, ["roku.turn.ttft"])] == ["roku.turn.ttft"]


async def test_a_disk_that_refuses_costs_nobody_anything_but_the_rows():
    async def full(_batch: Sequence[Measurement]) -> None:
        raise StorageFullError("There is no space left.")

    recorder = Recorder(meter(), full)
    recorder.record([one(), one()])
    await recorder.flush()
    cells = {cell.instrument.name: cell for cell in recorder.cells.all()}
    assert cells["roku.turn.ttft"].count == 2
    dropped = cells["roku.telemetry.dropped"]
    assert (dropped.total, dict(dropped.attributes)) == (
        2,
        {"roku.signal": "metrics", "roku.reason": "disk"},
    )


async def test_a_disk_that_hangs_fills_no_memory():
    never, hangs = asyncio.Event(), asyncio.Event()
    kept: list[int] = []

    async def hanging(batch: Sequence[Measurement]) -> None:
        hangs.set()
        await never.wait()
        kept.append(len(batch))

    recorder = Recorder(meter(), hanging)
    recorder.record([one()])
    flushing = asyncio.create_task(recorder.flush())
    while not hangs.is_set():
        await asyncio.sleep(0)
    recorder.record([one()] * (MAX_WAITING + 5))
    never.set()
    await flushing
    assert kept == [1, MAX_WAITING]
    (dropped,) = [cell for cell in recorder.cells.all() if cell.instrument is table.TELEMETRY_DROPPED]
    assert dropped.total == 5


async def test_rows_of_a_moment_share_one_commit_and_none_waits_for_a_flush():
    kept: list[int] = []

    async def keep(batch: Sequence[Measurement]) -> None:
        kept.append(len(batch))

    recorder = Recorder(meter(), keep)
    for _ in range(5):
        recorder.record([one()])
        await asyncio.sleep(0)
    assert kept == []
    await recorder.flush()
    assert kept == [5]


def test_a_flood_of_names_ends_in_one_series():
    cells = Cells()
    for number in range(MAX_SERIES + 50):
        cells.add(one(model=f"model-{number}"))
    assert len(cells.all()) == MAX_SERIES + 1
    overflow = next(cell for cell in cells.all() if cell.attributes == OVERFLOW)
    assert overflow.count == 50


def test_a_sample_on_a_boundary_belongs_below_it():
    cells = Cells()
    for value in (0.01, 0.010001, 1_000.0):
        cells.add(one(value))
    (cell,) = cells.all()
    assert (cell.buckets[0], cell.buckets[1], cell.buckets[-1]) == (1, 1, 1)
