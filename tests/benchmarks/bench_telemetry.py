"""What telemetry costs: a streamed turn with it against one without, and `ask` with a collector named.

CPU of a streamed turn: at most 1.03 times that of an engine that nobody listens to, all threads counted,
also with a collector. First token: nothing that can be told from noise, also where the collector is silent.
`ask` with a collector: the time of loading protobuf, which happens after the answer; with a silent one it
ends within the second that it waits.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from roku_desktop.app import load_configuration, open_engine
from roku_desktop.credentials import SystemCredentials
from roku_desktop.engine import Engine
from roku_desktop.engine.ports import SystemClock
from roku_desktop.engine.providers.registry import ProviderRegistry
from roku_desktop.engine.routing.pricing import PriceList
from roku_desktop.engine.storage.store import SqliteStore
from roku_desktop.paths import HomePaths
from tests.benchmarks.bench_turn import EngineTurns, entered, first_token
from tests.benchmarks.harness import ROOT, Report, coroutine, paired, program
from tests.benchmarks.stream_server import StreamServer, stream_server

CHUNKS = 150
PAUSE_S = 0.005
"""As fast as the quickest models speak; where all comes at once, a turn is not what a person waits for."""
COLLECTOR = """
from tests.telemetry.collector import collector
import sys
with collector() as found:
    print(found.url, flush=True)
    sys.stdin.read()
"""
SILENT = """
import socket, sys
with socket.create_server(("127.0.0.1", 0)) as server:
    print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
    sys.stdin.read()
"""


@contextmanager
def running(source: str) -> Iterator[str]:
    """A collector in a process of its own; gives its address."""
    with subprocess.Popen(
        [sys.executable, "-c", source], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


@asynccontextmanager
async def unheard(home: HomePaths) -> AsyncIterator[Engine]:
    """An engine without a listener, a log and an export."""
    home.create()
    settings = load_configuration(home).settings
    clock = SystemClock()
    registry = ProviderRegistry(settings=settings, credentials=SystemCredentials(os.environ), clock=clock)
    engine = Engine(
        settings=settings,
        store=await SqliteStore.open(home.home, clock=clock, settings=settings.storage),
        providers=registry,
        clock=clock,
        price=PriceList(registry.settings_of).cost_usd,
    )
    try:
        await engine.start()
        yield engine
    finally:
        await engine.aclose()


def home_of(server: StreamServer, name: str, collector: str = "") -> HomePaths:
    home = HomePaths.locate({}, home=str(server.home(name)))
    if collector:
        with home.runtime_toml.open("a", encoding="utf-8") as file:
            file.write(f'[runtime.telemetry]\notlp_endpoint = "{collector}"\n')
    return home


@asynccontextmanager
async def turns(server: StreamServer, collector: str = "") -> AsyncIterator[tuple[EngineTurns, EngineTurns]]:
    """Readers on an engine with telemetry, and on one without."""
    heard = home_of(server, f"heard{len(collector)}", collector)
    async with (
        open_engine(heard, load_configuration(heard)) as engine,
        unheard(home_of(server, f"unheard{len(collector)}")) as bare,
    ):
        yield EngineTurns(engine, server.folder), EngineTurns(bare, server.folder)


def measure_turns(report: Report, runner: asyncio.Runner, what: str, collector: str) -> None:
    with (
        stream_server(chunks=CHUNKS, pause_s=PAUSE_S) as server,
        entered(turns(server, collector), runner) as (on, off),
    ):
        pair = paired(coroutine(on.read, runner), coroutine(off.read, runner), rounds=50)
    report.compare(f"CPU of a turn, {what}", pair.cpu(), unit="ms", at_most=1.03, against="no telemetry")


def measure_recording(report: Report, runner: asyncio.Runner) -> None:
    """What does not depend on how long an answer is: many short turns tell it from noise."""
    with stream_server(chunks=20) as server, entered(turns(server), runner) as (on, off):
        pair = paired(coroutine(on.read, runner), coroutine(off.read, runner), rounds=200, warm_up=10)
    report.added("CPU of a short turn", pair.cpu(), unit="ms", at_most=1.5, against="no telemetry")


def measure_first_token(report: Report, runner: asyncio.Runner, collector: str) -> None:
    with stream_server(chunks=5) as server, entered(turns(server, collector), runner) as (on, off):
        pair = paired(first_token(on, runner), first_token(off, runner), rounds=60, warm_up=5)
    report.added(
        "first token, a silent collector", pair.wall(), unit="ms", at_most=1.0, against="no telemetry"
    )


def measure_ask(report: Report, collector: str, silent: str) -> None:
    roku_desktop = Path(sys.executable).with_name("roku-desktop")
    with stream_server(chunks=50) as server:
        command: list[str | Path] = [roku_desktop, "--home", server.home(), "ask", "Hello"]
        plain = program(command)
        sent = program(command, env={"OTEL_EXPORTER_OTLP_ENDPOINT": collector})
        pair = paired(sent, plain, rounds=15)
        held = paired(program(command, env={"OTEL_EXPORTER_OTLP_ENDPOINT": silent}), plain, rounds=5)
    report.added("CPU of ask, with a collector", pair.cpu(), unit="ms", at_most=80, against="without")
    report.added("ask to its end, with a collector", pair.wall(), unit="ms", at_most=120, against="without")
    report.added("ask to its end, a silent one", held.wall(), unit="ms", at_most=1_200, against="without")


def main() -> int:
    report = Report("telemetry")
    with running(COLLECTOR) as collector, running(SILENT) as silent, asyncio.Runner() as runner:
        measure_recording(report, runner)
        measure_turns(report, runner, "kept here", "")
        measure_turns(report, runner, "and sent", collector)
        measure_first_token(report, runner, silent)
        measure_ask(report, collector, silent)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
