"""Qt's event loop under asyncio: it does not wear out, and a stream leaves it free."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer

from tests.support.engines import scripted
from tests.support.windows import opened_window
from tests.ui.conftest import Run

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


def test_100_000_turns_of_the_loop_do_not_end_the_process():
    """PySide6 6.12.0 on Python 3.11 aborted after about 8 000."""
    done = subprocess.run(
        [sys.executable, "-c", TURNS], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


@pytest.mark.window
def test_a_10_ms_timer_keeps_ticking_while_5_000_chunks_stream(qt_run: Run, home: Path):
    async def watch() -> None:
        gaps: list[float] = []
        last = time.monotonic()

        def tick() -> None:
            nonlocal last
            now = time.monotonic()
            gaps.append(now - last)
            last = now

        chunks = [f"word{number} " + ("\n" if number % 40 == 39 else "") for number in range(5_000)]
        async with opened_window(home, scripted(chunks)) as opened:
            timer = QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
            timer.timeout.connect(tick)
            timer.start()
            last = time.monotonic()
            opened.send("Write")
            await opened.until(lambda: "word4999" in opened.text)
            await opened.until_idle()
            timer.stop()
        assert gaps, "the timer never ticked while the answer streamed"
        assert max(gaps) < 0.5  # 0.1 s is the aim; the rest is for machines that do other things

    qt_run(watch())
