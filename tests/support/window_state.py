"""What the window shows, as lines of JSON: so that a test that types and clicks from outside can look.

    python -m tests.support.window_state HOME [FILE]

Runs the window on a home that has some sessions already. Its first answer is complete at once, the second
begins and waits until the person has sent USR1, all others are complete. FILE is put on the
clipboard. Each line is the state when something in it has changed; the last one before the end is kept.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from roku_desktop.engine import Engine
from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.application import run
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.palette.palette import CommandPalette
from tests.support.engines import engine_on, scripted

State = dict[str, object]
INTERVAL_S = 0.01


def state_of(window: MainWindow) -> State:
    sessions, palette = window.sessions, window.findChild(CommandPalette)
    dialogs = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QFileDialog)]
    return {
        "ready": window.composer.mode == "ready",
        "mode": window.composer.mode,
        "title": window.windowTitle(),
        "composer": window.composer.text,
        "transcript": window.transcript.plain_text(),
        "sessions": [sessions.model.index(row).data() for row in range(sessions.model.rowCount())],
        "pinned": [
            sessions.model.session_at(row).title
            for row in range(sessions.model.rowCount())
            if sessions.model.session_at(row).pinned
        ],
        "results": sessions.results.rowCount() if sessions.found.isVisible() else None,
        "palette": palette.model.rowCount()
        if isinstance(palette, CommandPalette) and palette.isVisible()
        else None,
        "queued": window.queue.isVisible(),
        "undo": [centre_of(button) for button in sessions.deletion.banner.buttons if button.isVisible()],
        "dialog": any(dialog.isVisible() for dialog in dialogs),
        "notice": window.notice.text if window.notice.isVisible() else "",
    }


def centre_of(widget: QWidget) -> tuple[int, int]:
    """On the screen, in pixels."""
    centre = widget.mapToGlobal(widget.rect().center())
    return centre.x(), centre.y()


async def report() -> None:
    said: State = {}
    while True:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and hasattr(window, "sessions"):
                state = state_of(window)
                if state != said:
                    said = state
                    sys.stdout.write(json.dumps(state) + "\n")
                    sys.stdout.flush()
        await asyncio.sleep(INTERVAL_S)


def main(home: Path, file: Path | None) -> int:
    gate = asyncio.Event()

    @asynccontextmanager
    async def open_engine() -> AsyncIterator[Engine]:
        answers = scripted(
            ["The first answer."], ["It begins ", Waiting(gate), "and ends."], ["The third answer."]
        )
        signal.signal(signal.SIGUSR1, lambda _number, _frame: gate.set())
        if file is not None:
            copied = QMimeData()
            copied.setUrls([QUrl.fromLocalFile(str(file))])
            QGuiApplication.clipboard().setMimeData(copied)
        async with engine_on(home, answers) as engine:
            reporting = asyncio.create_task(report())
            try:
                yield engine
            finally:
                reporting.cancel()
                with suppress(asyncio.CancelledError):
                    await reporting

    return run(open_engine, workspace=home, appearance=home / "appearance.json")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
