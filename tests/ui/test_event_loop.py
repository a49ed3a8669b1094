"""Qt's event loop under asyncio: it does not wear out, and a stream leaves it free."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from roku_desktop.ui.exporting.forms import ExportForm
from tests.support.engines import scripted
from tests.support.long_session import make_long_session
from tests.support.loop_gaps import loop_gaps
from tests.support.windows import opened_window
from tests.ui.conftest import Run

# Promise 21: more than this a person feels.
LONGEST_GAP_S = 0.1

by_schedstat = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells waiting from waiting")

TURNS = """
import asyncio, sys
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
application = QApplication(["turns"])
loop = QEventLoop(application)
asyncio.set_event_loop(loop)
async def turn():
    for _ in range(100_000):
        await asyncio.sleep(0)
with loop:
    loop.run_until_complete(turn())
print("done")
"""


def busy(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@contextmanager
def neighbours() -> Iterator[None]:
    """Programs that leave no core idle."""
    count = 2 * (os.cpu_count() or 1)
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_100_000_turns_of_the_loop_do_not_end_the_process():
    """PySide6 6.12.0 on Python 3.11 aborted after about 8 000."""
    done = subprocess.run(
        [sys.executable, "-c", TURNS], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


@pytest.mark.window
def test_a_10_ms_timer_keeps_ticking_while_5_000_chunks_stream(qt_run: Run, home: Path):
    async def watch() -> None:
        chunks = [f"word{number} " + ("\n" if number % 40 == 39 else "") for number in range(5_000)]
        async with opened_window(home, scripted(chunks)) as opened:
            with loop_gaps() as gaps:
                opened.send("Write")
                await opened.until(lambda: "word4999" in opened.text)
                await opened.until_idle()
        assert gaps.longest_own_s < LONGEST_GAP_S

    qt_run(watch())


@pytest.mark.window
@pytest.mark.parametrize("form", ["markdown", "json", "html", "pdf"])
def test_a_10_ms_timer_keeps_ticking_while_a_long_session_is_exported(
    qt_run: Run, home: Path, tmp_path: Path, form: ExportForm
):
    async def watch() -> None:
        session_id = await make_long_session(home, messages=300 if form == "pdf" else 3_000)
        async with opened_window(home, scripted(["x"])) as opened:
            archive = opened.bridge.archive
            with loop_gaps() as gaps:
                archive.export(session_id, tmp_path / "long", form)
                await opened.until((tmp_path / "long").exists, archive.exported)
        assert gaps.longest_own_s < LONGEST_GAP_S

    qt_run(watch())


@pytest.mark.window
def test_a_10_ms_timer_keeps_ticking_while_things_open_over_the_window(qt_run: Run, home: Path):
    async def watch() -> None:
        async with opened_window(home, scripted(["One"])) as opened:
            opened.send("Open it all")
            await opened.until_idle()
            with loop_gaps() as gaps:
                for name in ("palette", "rename_session", "export_markdown"):
                    opened.window.commands[name].trigger()
                    await opened.bridge.finish()
                    await asyncio.sleep(0.05)  # it is drawn
        assert gaps.longest_own_s < LONGEST_GAP_S

    qt_run(watch())


@pytest.mark.window
@pytest.mark.parametrize(
    "block",
    [
        pytest.param(time.sleep, id="waiting", marks=by_schedstat),
        pytest.param(busy, id="working"),
    ],
)
def test_what_blocks_the_loop_is_seen_as_a_gap(qt_run: Run, block: Callable[[float], None]):
    """The test of the test: with a neighbour on every core, its time is not counted and ours is."""

    async def watch() -> None:
        with loop_gaps() as calm:
            await asyncio.sleep(0.3)
        with loop_gaps() as blocked:
            await asyncio.sleep(0.05)
            block(0.2)
        assert calm.longest_own_s < LONGEST_GAP_S < blocked.longest_own_s

    with neighbours():
        qt_run(watch())
