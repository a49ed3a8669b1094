"""A warm turn through the whole engine (loop, routing, storage, events), against raw httpx.

First token: at most 5 ms more than reading the same stream from the same server with httpx alone.
CPU: at most 1.6 times per chunk, for a burst of 5 000 chunks, all threads of the process counted.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from roku_desktop.app import load_configuration, open_engine
from roku_desktop.engine import Engine, Event, TextDelta
from roku_desktop.paths import HomePaths
from tests.benchmarks.harness import Report, Sample, Subject, coroutine, paired
from tests.benchmarks.plain_httpx import RawClient
from tests.benchmarks.stream_server import CHUNK, StreamServer, stream_server

BURST = 5_000
T = TypeVar("T")


class EngineTurns:
    """Asks the engine again and again, each time in a new session."""

    def __init__(self, engine: Engine, workspace: Path) -> None:
        self._engine = engine
        self._workspace = workspace
        self._texts: list[str] = []
        self._first_at = 0.0
        engine.subscribe(self._hear)

    async def read(self) -> tuple[str, float]:
        """Return the whole text, and the seconds from asking to its first piece, stored and published."""
        self._texts.clear()
        session = await self._engine.create_session(self._workspace)
        started = time.perf_counter()
        turn = await self._engine.ask(session.session_id, "Hello")
        await turn.result()
        return "".join(self._texts), self._first_at - started

    def _hear(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            if not self._texts:
                self._first_at = time.perf_counter()
            self._texts.append(event.text)


@asynccontextmanager
async def both(server: StreamServer) -> AsyncIterator[tuple[EngineTurns, RawClient]]:
    home = HomePaths.locate({}, home=str(server.home()))
    async with (
        open_engine(home, load_configuration(home)) as engine,
        RawClient(server.base_url) as raw,
    ):
        yield EngineTurns(engine, server.folder), raw


@contextmanager
def entered(context: AbstractAsyncContextManager[T], runner: asyncio.Runner) -> Iterator[T]:
    """Keep an asynchronous context open around code that is not."""
    stack = AsyncExitStack()
    try:
        yield runner.run(stack.enter_async_context(context))
    finally:
        runner.run(stack.aclose())


def first_token(reader: EngineTurns | RawClient, runner: asyncio.Runner) -> Subject:
    """A subject whose wall time is that of the first token, not of the whole answer."""

    def run() -> Sample:
        _, first_s = runner.run(reader.read())
        return Sample(wall_s=first_s)

    return run


def main() -> int:
    report = Report("turn")
    with asyncio.Runner() as runner:
        measure_first_token(report, runner)
        measure_cpu(report, runner)
    return report.finish()


def measure_first_token(report: Report, runner: asyncio.Runner) -> None:
    with stream_server(chunks=5) as server, entered(both(server), runner) as (turns, raw):
        pair = paired(first_token(turns, runner), first_token(raw, runner), rounds=100, warm_up=10)
    report.added("first token, warm engine", pair.wall(), unit="ms", at_most=5.0, against="raw httpx")


def measure_cpu(report: Report, runner: asyncio.Runner) -> None:
    with stream_server(chunks=BURST) as server, entered(both(server), runner) as (turns, raw):
        for reader in (turns, raw):
            text, _ = runner.run(reader.read())
            assert text == CHUNK * BURST, "both read the whole answer"
        pair = paired(coroutine(turns.read, runner), coroutine(raw.read, runner), rounds=15)
    per_chunk = tuple([ms * 1e3 / BURST for ms in side] for side in pair.cpu())
    report.compare(
        f"CPU per chunk, burst of {BURST}",
        (per_chunk[0], per_chunk[1]),
        unit="µs",
        at_most=1.6,
        against="raw httpx, byte SSE, JSON",
    )


if __name__ == "__main__":
    sys.exit(main())
