"""One run of the program's window on a home with very many sessions: searches, scrolls, lets one change.

    python -m tests.benchmarks.session_windows HOME

Prints one line of JSON: for each thing measured its milliseconds, from the intent to what is painted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from roku_desktop.ui.look import theme
from roku_desktop.ui.steering.desk import DeskSteering
from tests.support.engines import scripted
from tests.support.windows import OpenedWindow, opened_window

WORDS = ("conversation 4711", "the of", "that", "zzz nowhere", "Conversation 12")
WHEEL_PX = 360
CHANGES = 40


async def measure(home: Path) -> dict[str, list[float]]:
    async with opened_window(home, scripted(["x"])) as opened:
        await _read_all(opened)
        return {
            "a key of a search": await _search(opened),
            "a key of the palette": await _type_into_palette(opened),
            "a frame of scrolling": _scroll(opened),
            "a change that moves a session": await _change(opened),
        }


async def _read_all(opened: OpenedWindow) -> None:
    model = opened.window.sessions.model
    while model.canFetchMore(opened.window.sessions.view.rootIndex()):
        model.fetchMore(opened.window.sessions.view.rootIndex())
        await opened.bridge.finish()


async def _search(opened: OpenedWindow) -> list[float]:
    sessions = opened.window.sessions
    taken_ms: list[float] = []
    for word in WORDS:
        for end in range(1, len(word) + 1):
            if word[:end].strip() != word[:end]:
                continue
            sessions.field.setText(word[:end])
            began_s = time.perf_counter()
            sessions.search_wanted.emit(word[:end])
            await opened.bridge.finish()
            sessions.found.viewport().repaint()
            taken_ms.append((time.perf_counter() - began_s) * 1e3)
    sessions.field.clear()
    return taken_ms


async def _type_into_palette(opened: OpenedWindow) -> list[float]:
    opened.window.commands["palette"].trigger()
    desk = opened.conversation.findChild(DeskSteering)
    assert isinstance(desk, DeskSteering)
    palette = desk.palette.palette
    taken_ms: list[float] = []
    for end in range(1, len(WORDS[0]) + 1):
        began_s = time.perf_counter()
        palette.field.setText(WORDS[0][:end])
        await opened.bridge.finish()
        palette.view.viewport().repaint()
        taken_ms.append((time.perf_counter() - began_s) * 1e3)
    palette.dismiss()
    return taken_ms


def _scroll(opened: OpenedWindow) -> list[float]:
    view = opened.window.sessions.view
    bar = view.verticalScrollBar()
    bar.setValue(0)
    taken_ms: list[float] = []
    while bar.value() < bar.maximum():
        began_s = time.perf_counter()
        bar.setValue(bar.value() + WHEEL_PX)
        view.viewport().repaint()
        taken_ms.append((time.perf_counter() - began_s) * 1e3)
    return taken_ms


async def _change(opened: OpenedWindow) -> list[float]:
    """Pinned and unpinned: through the engine, its event, and into another place of the list."""
    sessions = opened.window.sessions
    taken_ms: list[float] = []
    for number in range(CHANGES):
        summary = sessions.model.session_at(sessions.model.rowCount() - 1 - number)
        began_s = time.perf_counter()
        sessions.pin_wanted.emit(summary, True)
        await opened.until(lambda: sessions.model.session_at(0).pinned)
        sessions.view.viewport().repaint()
        taken_ms.append((time.perf_counter() - began_s) * 1e3)
        sessions.pin_wanted.emit(sessions.model.session_at(0), False)
        await opened.until(lambda: not sessions.model.session_at(0).pinned)
    return taken_ms


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
