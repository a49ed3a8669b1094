"""A home with 1 000 sessions and 1 000 000 messages against a fresh one.

The first prompt is ready within 1.2 times the wall time; the newest session's last page is there within
100 ms of asking an open store for it, and 95 of 100 searches are answered within 100 ms. The big home is
made once (about 40 s) and kept in build/bench/big-home; remove that folder when the schema changes.
"""

import asyncio
import shutil
import statistics
import sys
import time
from collections.abc import Awaitable
from contextlib import aclosing
from pathlib import Path

from roku_desktop.engine.messages import UserMessage
from roku_desktop.engine.storage.store import SqliteStore
from tests.benchmarks.harness import RESULTS, Report, Row, paired, program
from tests.benchmarks.stream_server import StreamServer, stream_server
from tests.support.big_home import CHINESE, make_big_home
from tests.support.display import VirtualDisplay

ROUNDS = 15
PAGES = 20
SEARCHES_EACH = 5
PAGE_SIZE = 200


def main() -> int:
    big = _big_home()
    report = Report("big_home")
    with stream_server(chunks=5) as server, VirtualDisplay() as display:
        _point_at(server, big)
        env = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        pair = paired(
            program(_window_on(big), env=env), program(_window_on(server.home()), env=env), rounds=ROUNDS
        )
    report.compare(
        "start to first prompt ready, 1 000 000 messages",
        pair.wall(),
        unit="ms",
        at_most=1.2,
        against="a fresh home",
    )
    asyncio.run(_measure_store(big, report))
    return report.finish()


def _big_home() -> Path:
    """Made beside its place and moved there when complete, so that a half-made one is never measured."""
    home = RESULTS / "big-home"
    if not home.exists():
        unfinished = RESULTS / "big-home.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        asyncio.run(make_big_home(unfinished))
        unfinished.rename(home)
    return home


def _point_at(server: StreamServer, home: Path) -> None:
    shutil.copyfile(server.home() / "runtime.toml", home / "runtime.toml")


def _window_on(home: Path) -> list[str | Path]:
    return [Path(sys.executable).with_name("roku-desktop"), "--home", home, "gui", "--exit-when-ready"]


async def _measure_store(home: Path, report: Report) -> None:
    async with aclosing(await SqliteStore.open(home)) as store:
        newest = (await store.sessions(limit=1))[0].session_id
        pages_ms = [await _timed_ms(store.messages(newest, limit=PAGE_SIZE)) for _ in range(PAGES)]
        report.limit("newest session's last page", pages_ms, unit="ms", at_most=100)
        every_ms: list[float] = []
        for kind, text in (await _queries(store, newest)).items():
            times_ms = [await _timed_ms(store.search(text)) for _ in range(SEARCHES_EACH)]
            report.rows.append(_figure(f"search, {kind}", times_ms))
            every_ms += times_ms
        p95_ms = statistics.quantiles(every_ms, n=20, method="inclusive")[-1]
        report.limit("search, p95 of all", [p95_ms], unit="ms", at_most=100)


async def _queries(store: SqliteStore, session_id: str) -> dict[str, str]:
    """Queries for words the home really has: sentences are common words, then middling, then rare."""
    questions = [
        message.text.split()
        for stored in await store.messages(session_id, limit=PAGE_SIZE)
        if isinstance(message := stored.message, UserMessage) and message.text.isascii()
    ]
    words = next(words for words in questions if len(words) == 12)
    return {
        "rare": words[-1],
        "middling": words[6],
        "common": "the",
        "two common words": "the that",
        "common and rare": f"the {words[-1]}",
        "Chinese, two characters": CHINESE[:2],
        "Chinese, a phrase": CHINESE[:6],
        "nowhere": "zzzyyyxxxwww",
    }


def _figure(name: str, times_ms: list[float]) -> Row:
    """A row for people, without a target."""
    return Row(
        name=name,
        minimum=min(times_ms),
        median=statistics.median(times_ms),
        maximum=max(times_ms),
        unit="ms",
    )


async def _timed_ms(answer: Awaitable[object]) -> float:
    started = time.perf_counter()
    await answer
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    sys.exit(main())
