"""On a disk that fills up what can wait stops growing, one sentence says so, and the work goes on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roku_desktop.engine import DiskLow, DiskRoom
from roku_desktop.engine.ports import CallContext
from roku_desktop.engine.tools.output_folder import OutputFolder
from roku_desktop.telemetry.export.spool import Spool
from roku_desktop.telemetry.housekeeping import watch_disk
from roku_desktop.telemetry.logs.files import LogFiles
from roku_desktop.telemetry.logs.line import LogLine
from roku_desktop.telemetry.trace_files import TraceFiles
from roku_desktop.telemetry.trace_line import SpanEvent
from tests.support.engines import engine_on, scripted
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream
from tests.support.processes import CommandLine
from tests.support.setups import KEY, mylab

FULL = "only "  # as in "has only 3.1 MB left"


def test_traces_the_log_the_spool_and_outputs_give_way_and_are_counted(tmp_path: Path):
    room = DiskRoom(tmp_path, 100, read=lambda _folder: 99)
    dropped: list[tuple[object, ...]] = []

    def drop(*what: object) -> None:
        dropped.append(what)

    traces = TraceFiles(tmp_path, drop, room.has_room)
    traces.write("run", [SpanEvent(trace="t", span="s", at=1.0, name="x")] * 3)
    traces.close(5.0)
    log = LogFiles(tmp_path, drop, has_room=room.has_room)
    log.write(LogLine(at=1.0, level="info", component="x", message="x"))
    log.close(5.0)
    assert Spool(tmp_path / "spool", drop, has_room=room.has_room).put("traces", 5, b"x") is None
    assert OutputFolder(tmp_path, room).new_file(CallContext(session_id="s", run_id="r", call_id="c")) is None
    assert dropped == [(3, "low disk"), (1, "low disk"), ("traces", 5, "low disk")]
    assert not list(tmp_path.iterdir())


async def test_it_is_said_once_when_the_disk_is_low_and_once_when_it_is_not(tmp_path: Path):
    free = [50]
    now = [0.0]

    def later() -> float:
        now[0] += 10.0
        return now[0]

    room = DiskRoom(tmp_path, 100, read=lambda _folder: free[0], now=later)
    told: asyncio.Queue[DiskLow] = asyncio.Queue()
    async with engine_on(tmp_path, scripted(["-"])) as engine:
        engine.subscribe(lambda event: told.put_nowait(event) if isinstance(event, DiskLow) else None)
        watching = asyncio.create_task(watch_disk(engine, room, every_s=0.005))
        first = await told.get()
        free[0] = 1_000
        second = await told.get()
        await asyncio.sleep(0.05)  # several more looks
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert (first.free_bytes, first.is_over, second.is_over) == (50, False, True)
    assert told.empty()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root on Linux alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_on_a_real_disk_questions_are_answered_while_it_is_low_and_refused_when_it_is_full(
    tmp_path: Path, small_disk: Path
):
    more = {"ROKU_MYLAB_API_KEY": KEY, "ROKU_RUNTIME__STORAGE__MIN_FREE_MB": "6"}
    program = CommandLine(small_disk / "home", tmp_path, more)
    with serve_in_thread([Reply(openai_stream(["One"])), Reply(openai_stream(["Two"]))]) as server:
        program.configure(mylab(server.openai_url))
        assert (program.run("ask", "first").stdout, len(kept(program))) == (b"One\n", 2)
        (small_disk / "ballast").write_bytes(bytes(3 * 1024 * 1024))
        low = program.run("ask", "second")
        assert (low.code, low.stdout) == (0, b"Two\n")
        assert low.said.startswith("The disk of the home has only ")
        assert len(low.said.splitlines()) == 1
        assert len(kept(program)) == 2
        shown = program.run("storage")
        assert "are not kept: free some space" in shown.text
        assert program.run("storage", "--json").json["disk"]["low"] is True
        fill(small_disk / "ballast")
        full = program.run("ask", "third")
    assert full.code != 0
    assert "space" in full.said
    assert len(server.requests) == 2  # nothing was asked that could not be kept


def kept(program: CommandLine) -> list[Path]:
    return [path for name in ("traces", "logs") for path in (program.home / name).iterdir()]


def fill(ballast: Path) -> None:
    with ballast.open("ab", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
