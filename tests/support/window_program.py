"""The window as a program of its own, on the real engine with a scripted provider.

    python -m tests.support.window_program HOME MODE

Prints "ready" when the first prompt could be sent. The modes:

    idle            does nothing
    streaming       sends a prompt whose answer never ends, and prints "streaming" when it shows
    typed           prints "streaming" when somebody else sent one, "stopped" when it was stopped
    stuck           opens an engine that does not open
    trouble         can't open it the first time
    trouble-later   can't read its database the first time
    logout          is asked to quit by the session, its window hidden
    hung            leaves a thread behind that does not end
    exit-when-ready ends when it is ready
    renewed         answers endlessly, is asked for another language, and prints what it then shows
    trouble-garbage can't open it the first time, and does as "garbage" before it tries again
    garbage         makes much on another thread, and prints on which thread a timer in a cycle ended
    open-NAME       opens what NAME is in `window_openings.py`, and prints "opened" when it shows
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget

from roku_desktop.engine import Engine, StorageError
from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.application import run
from roku_desktop.ui.main_window import MainWindow
from tests.support.engines import engine_on, scripted
from tests.support.window_openings import open_in


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def window() -> MainWindow:
    return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))


def shows(text: str) -> bool:
    return text in window().transcript.plain_text()


async def watch(mode: str) -> None:
    """Plays the person: waits until one could write, and writes."""
    while window().composer.mode != "ready":
        await asyncio.sleep(0.005)
    say("ready")
    if mode == "streaming":
        window().composer.set_text("Go on for ever")
        window().composer.edit.submitted.emit()
        while not shows("never ends"):
            await asyncio.sleep(0.005)
        say("streaming")
    if mode == "renewed":
        await renew()
    if mode == "typed":
        while not shows("never ends"):
            await asyncio.sleep(0.005)
        say("streaming")
        while not shows("You stopped this answer."):
            await asyncio.sleep(0.005)
        say("stopped")
    if mode == "garbage":
        await leave_garbage()
    if mode.startswith("open-"):
        await open_in(window(), mode.removeprefix("open-"))
        say("opened")
    if mode == "logout":
        window().hide()
        QCoreApplication.quit()
    if mode == "hung":
        asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)


async def renew() -> None:
    """While an answer comes and something is half written."""
    old = window()
    old.composer.set_text("Go on for ever")
    old.composer.edit.submitted.emit()
    while not shows("never ends"):
        await asyncio.sleep(0.005)
    old.composer.set_text("half a thought")
    old.resize(900, 700)
    old.commands["telemetry"].trigger()
    gone = asyncio.Event()
    old.destroyed.connect(gone.set)
    size = old.size()
    old.commands["speak_chinese"].trigger()
    del old
    await gone.wait()
    new = window()
    while not shows("never ends") or new.composer.mode != "writing":
        await asyncio.sleep(0.005)
    docks = [dock for dock in new.findChildren(QDockWidget) if not dock.isHidden()]
    assert new.size() == size
    assert len(docks) == 1
    say(f"{new.sessions.new_button.text()}|{new.composer.text}|{new.composer.edit.hasFocus()}")


async def leave_garbage() -> None:
    """A running timer that only its own cycle holds, while another thread makes what would collect it."""
    ended: list[int] = []
    timer = QTimer(interval=10_000)
    timer.start()
    cycle: list[object] = [timer]
    cycle.append(cycle)
    weakref.finalize(timer, lambda: ended.append(threading.get_ident()))
    del timer, cycle
    kept = await asyncio.to_thread(lambda: [[number] for number in range(200_000)])
    while not ended:
        await asyncio.sleep(0.005)
    say("window" if ended == [threading.main_thread().ident] else "another")
    del kept


def not_slow(record: logging.LogRecord) -> bool:
    """What took long by the clock, a neighbour's work may have; `loop_gaps.py` tells them apart."""
    return not record.getMessage().startswith("Executing ")


def main(home: Path, mode: str) -> int:
    logging.getLogger("qasync").addFilter(not_slow)
    failures = [mode] if mode.startswith("trouble") else []

    def fail() -> None:
        failures.clear()
        person = asyncio.create_task(try_again(mode))
        person.add_done_callback(lambda _task: None)  # keeps it referred to
        raise StorageError("The database is locked by another program.")

    async def preference_that_fails(_name: str) -> None:
        fail()

    @asynccontextmanager
    async def open_engine() -> AsyncIterator[Engine]:
        if mode == "stuck":
            say("opening")
            await asyncio.Event().wait()
        if failures and mode != "trouble-later":
            fail()
        async with engine_on(home, scripted(["It never ends ", Waiting(asyncio.Event())])) as engine:
            if failures:
                engine.preference = preference_that_fails  # type: ignore[method-assign, assignment]  # a disk that fails once
                yield engine
                return
            person = asyncio.create_task(watch(mode))
            try:
                yield engine
            finally:
                person.cancel()

    return run(
        open_engine,
        workspace=home,
        appearance=home / "appearance.json",
        exit_when_ready=mode == "exit-when-ready",
    )


async def try_again(mode: str) -> None:
    while window().trouble.isHidden():
        await asyncio.sleep(0.005)
    say(window().trouble.text)
    if mode == "trouble-garbage":
        await leave_garbage()
    window().trouble.retry_button.click()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
