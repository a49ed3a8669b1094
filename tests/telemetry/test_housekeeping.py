"""The home is kept within its caps without anybody asking for it, once a day for all processes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from roku_desktop.telemetry.housekeeping import keep_house
from roku_desktop.telemetry.measurement import Measurement
from tests.support.engines import engine_on, scripted


async def kept_once(home: Path) -> dict[tuple[str, str], float]:
    """What one round measures, by instrument and kind."""
    measured: list[Measurement] = []
    over = asyncio.Event()

    def record(measurements: Sequence[Measurement]) -> None:
        measured.extend(measurements)
        if any(one.instrument.name == "roku.storage.bytes" for one in measurements):
            over.set()

    async with engine_on(home, scripted(["-"])) as engine:
        keeping = asyncio.create_task(keep_house(engine, record, delay_s=0))
        await asyncio.wait_for(over.wait(), 30)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    return {(one.instrument.name, dict(one.attributes)["roku.what"]): one.value for one in measured}


async def test_old_traces_go_and_both_sides_are_measured_once_a_day(tmp_path: Path):
    (tmp_path / "traces").mkdir()
    old = tmp_path / "traces" / "run_old.jsonl"
    for expected in (True, False):
        old.write_bytes(b"x" * 100)
        os.utime(old, (1e9, 1e9))
        measured = await kept_once(tmp_path)
        assert old.exists() is not expected
        assert measured.get(("roku.storage.evicted", "traces")) == (100.0 if expected else None)
        assert measured["roku.storage.bytes", "traces"] == (0.0 if expected else 100.0)
