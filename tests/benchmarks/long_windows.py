"""One run of the program's window on a home with one conversation: opens it and scrolls through it.

    python -m tests.benchmarks.long_windows HOME

Prints one line of JSON: milliseconds from asking for the session to its painted end, those of each
frame of scrolling, and the memory held at the end.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

import psutil
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from roku_desktop.ui.look import theme
from tests.support.engines import scripted
from tests.support.windows import OpenedWindow, opened_window

WHEEL_PX = 120
WHEEL_STEPS = 150
JUMPS = 40
STEPS_AFTER_JUMP = 5


async def measure(home: Path) -> dict[str, object]:
    async with opened_window(home, scripted(["x"])) as opened:
        session_id = opened.conversation.session_id
        opened.conversation.new()
        view = opened.window.transcript
        began_s = time.perf_counter()
        opened.conversation.open(session_id)
        await opened.until(lambda: opened.conversation.state == "idle")
        view.viewport().repaint()
        open_ms = (time.perf_counter() - began_s) * 1e3
        frames_ms = await _scroll(opened)
        rss_bytes = psutil.Process().memory_info().rss
        return {"open_ms": open_ms, "frames_ms": frames_ms, "rss_bytes": rss_bytes}


async def _scroll(opened: OpenedWindow) -> list[float]:
    """Up from the end with the wheel, then to places all over it with some steps of the wheel at each."""
    view = opened.window.transcript
    bar = view.verticalScrollBar()
    frames_ms: list[float] = []

    async def go_to(value: int) -> None:
        began_s = time.perf_counter()
        bar.setValue(value)
        view.viewport().repaint()
        frames_ms.append((time.perf_counter() - began_s) * 1e3)
        await opened.bridge.finish()  # a page that is loaded is shown, as a person would wait for it

    for _ in range(WHEEL_STEPS):
        await go_to(bar.value() - WHEEL_PX)
    chance = random.Random(3)
    for _ in range(JUMPS):
        await go_to(chance.randrange(bar.maximum() + 1))
        for _ in range(STEPS_AFTER_JUMP):
            await go_to(bar.value() + WHEEL_PX)
    return frames_ms


def main() -> int:
    application = QApplication(["roku-desktop", *theme.ARGUMENTS])
    theme.dress(application)
    theme.show_chinese(application)
    application.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        result = loop.run_until_complete(measure(Path(sys.argv[1])))
    print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
