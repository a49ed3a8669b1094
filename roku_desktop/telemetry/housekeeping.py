"""Keeps the home within its caps while the program runs: once a day, a moment after the first event.
Watches whether its disk has room.

Measures what lies there and what was given back. A disk that refuses is tried again the next day.
Owned by the recording; tests give it a delay of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from roku_desktop.engine import DiskRoom, Engine, StorageUse
from roku_desktop.engine.errors import RokuError
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.instruments import Instrument
from roku_desktop.telemetry.measurement import Measurement, attributes_of

FIRST_DELAY_S: Final = 10.0
"""The first answer has the disk for itself."""
LOOK_EVERY_S: Final = 15.0
DAY_S: Final = 86_400.0
PRUNED_AT: Final = "storage.pruned_at"

_log = logging.getLogger(__name__)


async def keep_house(
    engine: Engine, record: Callable[[Sequence[Measurement]], None], *, delay_s: float = FIRST_DELAY_S
) -> None:
    """Run until cancelled."""
    while True:
        await asyncio.sleep(delay_s)
        try:
            await _prune_if_due(engine, record)
            record(_measured(table.STORAGE_BYTES, await engine.storage_usage()))
        except RokuError as error:
            _log.warning("the home could not be tidied: %s", error)
        delay_s = DAY_S


async def watch_disk(engine: Engine, room: DiskRoom, *, every_s: float = LOOK_EVERY_S) -> None:
    """Tell when the disk has no room for what can wait, and when it has again; until cancelled.

    First what is past its caps is given back.
    """
    told_low = False
    while True:
        await asyncio.to_thread(room.has_room)
        if room.is_low and not told_low:
            with contextlib.suppress(RokuError):
                await engine.prune_storage()
            await asyncio.to_thread(room.has_room)
        if room.is_low != told_low and room.free_bytes is not None:
            told_low = room.is_low
            engine.report_disk(room.free_bytes, room.kept_free_bytes, is_over=not told_low)
        await asyncio.sleep(every_s)


async def _prune_if_due(engine: Engine, record: Callable[[Sequence[Measurement]], None]) -> None:
    """All processes of a home together prune it once a day."""
    last = await engine.preference(PRUNED_AT)
    now = time.time()
    if last is not None and 0 <= now - float(last) < DAY_S * 0.9:
        return
    await engine.set_preference(PRUNED_AT, str(now))
    record(_measured(table.STORAGE_EVICTED, await engine.prune_storage()))


def _measured(instrument: Instrument, uses: Sequence[StorageUse]) -> list[Measurement]:
    at = time.time()
    return [
        Measurement(
            instrument=instrument,
            at=at,
            value=float(use.size_bytes),
            attributes=attributes_of({table.WHAT: use.kind}),
        )
        for use in uses
    ]
