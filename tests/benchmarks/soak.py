"""Ten thousand turns with faults in one process: what they leave in memory, descriptors, tasks and the home.

Run as `python -m tests.benchmarks.soak [TURNS]`, on Linux; too slow for the suite. A collector takes what is
sent. After the first 500 turns resident memory grows by at most 20 MB; at rest there are no more tasks than
then, and no more descriptors but connections that are kept for the next question; each kind of data is
within its cap once the home was tidied. Leaves with 1 if not.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.app import load_configuration, open_engine
from roku_desktop.engine import StorageUse
from roku_desktop.engine.compacting import IDLE_S
from roku_desktop.paths import HomePaths
from tests.benchmarks.bench_telemetry import COLLECTOR, running
from tests.benchmarks.fault_day_turns import Person, day_server, home_for

TURNS: Final = 10_000
STEP: Final = 500
AT_A_TIME: Final = 3
GROWTH_MB: Final = 20.0
REST_S: Final = IDLE_S + 5.0
"""What turns leave for later is done by then: rows, spans, a look at each conversation once it is idle."""
CONNECTIONS: Final = 2 * AT_A_TIME
"""As many as there are conversations at a time are kept to each provider."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What the process holds. `rss_mb` is in 10^6 bytes."""

    rss_mb: float
    descriptors: int
    tasks: int
    threads: int


def holding() -> Holding:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Holding(
        rss_mb=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
        tasks=len(asyncio.all_tasks()),
        threads=threading.active_count(),
    )


async def soak(home: HomePaths, turns: int) -> tuple[dict[int, Holding], list[StorageUse]]:
    """What was held after so many turns, and what lies in the home after it was tidied."""
    held = {}
    async with open_engine(home, load_configuration(home)) as engine:
        person = Person(engine, home.home.parent / "work")
        for done in range(STEP, turns + 1, STEP):
            began = time.monotonic()
            await person.live(range(done - STEP, done), at_a_time=AT_A_TIME)
            took_s = time.monotonic() - began
            if done in (STEP, turns):
                await asyncio.sleep(REST_S)
            held[done] = holding()
            print(f"{done:>6} turns, {took_s / STEP * 1e3:5.1f} ms each: {held[done]}", flush=True)
        print(f"turns: {dict(person.outcomes)}")
        await engine.prune_storage()
        return held, await engine.storage_usage()


def main() -> int:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    with tempfile.TemporaryDirectory() as folder, running(COLLECTOR) as url, day_server() as server:
        held, uses = asyncio.run(soak(home_for(Path(folder), server, url, page_port=0), turns))
        server.end()
    first, last = held[STEP], held[turns]
    wrong = [
        f"{name}: {before} before, {after} after {turns} turns"
        for name, before, after, more in (
            ("resident memory, MB", first.rss_mb, last.rss_mb, GROWTH_MB),
            ("descriptors", first.descriptors, last.descriptors, CONNECTIONS),
            ("tasks", first.tasks, last.tasks, 0),
        )
        if after > before + more
    ]
    for use in uses:
        cap = "" if use.cap_bytes is None else f" of {use.cap_bytes / 1e6:.0f}"
        print(f"{use.kind:<14}{use.size_bytes / 1e6:>8.1f}{cap} MB, {use.items} items")
        if use.cap_bytes is not None and use.size_bytes > use.cap_bytes:
            wrong.append(f"{use.kind}: {use.size_bytes} bytes, {use.cap_bytes} are allowed")
    print(f"grown by {last.rss_mb - first.rss_mb:.1f} MB; " + ("; ".join(wrong) or "nothing wrong"))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
