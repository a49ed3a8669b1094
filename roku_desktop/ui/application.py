"""Runs the window: the Qt application, its asyncio loop, and the order of start and end.

    QApplication → window on screen → loop → open the engine → bridge → ready
    looks change → another window, another steering; engine and bridge stay
    quit wanted  → window hidden → keep what is to be kept → engine closed → loop ended

`app.py` calls `run`, once per process, on the main thread. The heavy imports happen inside
`open_engine`, when the window can already be seen and written in.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from roku_desktop.engine import Engine, RokuError
from roku_desktop.single_instance import Wish
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.looks import Looks
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.premises import Premises
from roku_desktop.ui.process import exit_at_the_latest, qt_messages_in_log, quit_on_signals
from roku_desktop.ui.qt_application import RokuApplication

if TYPE_CHECKING:
    from roku_desktop.config import SettingsDesk
    from roku_desktop.ui.bridge import Bridge
    from roku_desktop.ui.doorway import Doorway
    from roku_desktop.ui.garbage import GarbageCollector
    from roku_desktop.ui.pipe_doorway import PipeDoorway
    from roku_desktop.ui.steering.middle import Kept, Steering
    from roku_desktop.ui.steering.residence import Residence

_log = logging.getLogger(__name__)

OpenEngine = Callable[[], AbstractAsyncContextManager[Engine]]

# Promise 22: quitting in any state ends the process within two seconds. Everything that was shown
# is on disk by then, so the last resort, ending the process, loses nothing.
# What is left of the two seconds is for a busy machine to end the process in.
_CLOSE_WITHIN_S: Final = 1.4
_EXIT_WITHIN_S: Final = 1.7
_PAINT_WITHIN_S: Final = 0.5
_THREADS: Final = 8


def run(
    open_engine: OpenEngine,
    *,
    workspace: Path,
    appearance: Path,
    wish: Wish | None = None,
    premises: Premises | None = None,
    exit_when_ready: bool = False,
    process_age_s: Callable[[], float | None] = lambda: None,
    desk: Callable[[], SettingsDesk | None] = lambda: None,
) -> int:
    """Show the window until a person quits; returns the exit code.

    `wish` is what this start is to show, `appearance` the file that says how it is to look.
    `open_engine` is entered once the window is on screen, and again when a person tries again after it
    raised a `RokuError`. `premises` is what is around it in this home and system. `exit_when_ready` ends
    with 0 as soon as the first prompt could be sent, and with 1 if the engine can't be opened.
    `process_age_s` is asked once, when a first prompt could be sent: how long the start took.
    `desk` returns where settings are changed, once the engine is open.
    """
    gc.disable()  # nothing made while starting is garbage; looking for it costs a tenth of the start
    app = _application()
    looks = Looks(app, appearance)
    window = MainWindow()
    wish = wish or Wish()
    if wish.show == "window":
        window.show()
    from qasync import QEventLoop

    loop = QEventLoop(app)
    # qasync's own executor starts ten threads at the first call, and keeps them.
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="roku"))
    asyncio.set_event_loop(loop)
    with loop, qt_messages_in_log():
        life = _Life(
            app,
            window,
            looks,
            open_engine,
            workspace=workspace,
            wish=wish,
            premises=premises or Premises(),
            exit_when_ready=exit_when_ready,
            process_age_s=process_age_s,
            desk=desk,
        )
        with quit_on_signals(life.quit):
            code: int = loop.run_until_complete(life.run())
    gc.freeze()  # the process ends: its memory need not be searched once more
    return code


def _application() -> QApplication:
    existing = QApplication.instance()
    app = (
        existing if isinstance(existing, QApplication) else RokuApplication([*sys.argv[:1], *theme.ARGUMENTS])
    )
    QCoreApplication.setApplicationName("roku-desktop")
    QGuiApplication.setApplicationDisplayName("")  # the window says its whole title itself
    QGuiApplication.setDesktopFileName("roku-desktop")
    QGuiApplication.setQuitOnLastWindowClosed(False)
    return app


class _Life:
    """From the painted window to the end of the loop."""

    def __init__(
        self,
        app: QApplication,
        window: MainWindow,
        looks: Looks,
        open_engine: OpenEngine,
        *,
        workspace: Path,
        wish: Wish,
        premises: Premises,
        exit_when_ready: bool,
        process_age_s: Callable[[], float | None],
        desk: Callable[[], SettingsDesk | None],
    ) -> None:
        self._app = app
        self._window = window
        self._looks = looks
        self._open_engine = open_engine
        self._workspace = workspace
        self._wish = wish
        self._premises = premises
        self._residence: Residence | None = None
        self._warming: asyncio.Task[None] | None = None
        self._doorway: Doorway | PipeDoorway | None = None
        self._garbage: GarbageCollector | None = None
        self._exit_when_ready = exit_when_ready
        self._process_age_s = process_age_s
        self._desk = desk
        self._startup_told = False
        self._quitting = asyncio.Event()
        self._retrying = asyncio.Event()
        self._painted = asyncio.Event()
        self._leaving = asyncio.Event()  # this window: for another one, or for good
        self._engine_is_open = False
        self._code = 0
        looks.renewal_wanted.connect(self._leaving.set)
        window.painted.connect(self._painted.set)
        self._listen_to(window)
        if isinstance(app, RokuApplication):
            app.quit_wanted.connect(self.quit)

    def _listen_to(self, window: MainWindow) -> None:
        window.quit_wanted.connect(self.quit)
        window.close_wanted.connect(self._close)
        window.retry_wanted.connect(self._retrying.set)

    def quit(self) -> None:
        """Hide at once, end in order; called again it changes nothing."""
        if not self._quitting.is_set():
            for shown in QApplication.topLevelWidgets():  # dialogs and menus too
                shown.hide()
            if self._doorway is not None:
                self._doorway.close()
            if self._residence is not None:
                self._residence.leave()
            exit_at_the_latest(_EXIT_WITHIN_S)
            self._quitting.set()
            self._leaving.set()

    async def run(self) -> int:
        await self._wait_for_paint()
        working = asyncio.create_task(self._work())
        quitting = asyncio.create_task(self._quitting.wait())
        try:
            await asyncio.wait((working, quitting), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                await self._end(working)
            if working.done() and not working.cancelled():
                working.result()
        finally:
            quitting.cancel()
            self._window.hide()
        return self._code

    async def _wait_for_paint(self) -> None:
        """The window comes first; one that is never painted (minimised, in the tray) holds nothing up."""
        if not self._window.isVisible():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAINT_WITHIN_S):
                await self._painted.wait()

    async def _work(self) -> None:
        while True:
            self._retrying.clear()
            try:
                await self._serve()
            except RokuError as error:
                if self._quitting.is_set():
                    _log.warning("closing: %s", error)
                    return
                self._window.show_trouble(error.failure())
                self._window.come_to_front()
                self._open_door()
                if self._exit_when_ready:
                    sys.stderr.write(f"{error}\n")
                    self._code = 1
                    return
                self._collect_garbage()  # this page may stand for hours
            else:
                return
            await self._retrying.wait()
            self._window.show_workplace()

    async def _serve(self) -> None:
        """Open the engine, let windows work with it until the end, close it."""
        async with self._open_engine() as engine:
            from roku_desktop.ui.bridge import Bridge

            self._engine_is_open = True
            bridge = Bridge(engine)
            kept: Kept | None = None
            try:
                while True:
                    kept = await self._steer(engine, bridge, kept)
                    if kept is None:
                        return
                    self._renew_window()
            finally:
                await bridge.aclose()

    async def _steer(self, engine: Engine, bridge: Bridge, kept: Kept | None) -> Kept | None:
        """Let one window work; returns what the next one takes over, None at the end."""
        from roku_desktop.ui.steering.middle import Steering

        self._leaving.clear()
        steering = Steering(self._window, bridge, self._workspace, self._looks, self._desk())
        try:
            await steering.begin()
            if self._exit_when_ready:
                return None
            self._collect_garbage()
            self._tell_startup(engine)
            theme.show_chinese(self._app)
            steering.furnish()
            self._show_icon()
            self._open_door()
            self._settle(engine, bridge, steering)
            if kept is not None:
                steering.take_over(kept)
            await self._leaving.wait()
            await steering.finish()
            return None if self._quitting.is_set() else steering.kept()
        finally:
            if self._warming is not None:
                self._warming.cancel()
            await self._leave_tray()
            steering.release()

    def _collect_garbage(self) -> None:
        """From here on, and on this thread only: Python's own collector stays disabled."""
        if self._garbage is None:
            from roku_desktop.ui.garbage import GarbageCollector

            gc.freeze()  # what was made by now stays, and is never searched again
            self._garbage = GarbageCollector(self._app)

    def _renew_window(self) -> None:
        """Put a new one exactly over the old one."""
        old, self._window = self._window, MainWindow()
        self._listen_to(self._window)
        self._window.restoreGeometry(old.saveGeometry())
        self._window.set_side_width(old.side_width)
        self._wish = Wish(show="window" if old.isVisible() else "tray")
        self._window.setVisible(old.isVisible())
        old.hide()
        old.deleteLater()

    def _tell_startup(self, engine: Engine) -> None:
        startup_s = None if self._startup_told else self._process_age_s()
        self._startup_told = True  # a second try is not the program's start
        if startup_s is not None:
            engine.report_ready(startup_s, frozen=bool(getattr(sys, "frozen", False)))

    def _show_icon(self) -> None:
        from PySide6.QtGui import QIcon

        from roku_desktop.paths import resource_path

        self._window.setWindowIcon(QIcon(str(resource_path("icons/roku.svg"))))

    def _open_door(self) -> None:
        if self._premises.door and self._doorway is None:
            if sys.platform == "win32":
                from roku_desktop.ui.pipe_doorway import PipeDoorway as Doorway
            else:
                from roku_desktop.ui.doorway import Doorway

            self._doorway = Doorway(self._app)
            self._doorway.wished.connect(self._fulfil)
            self._doorway.open(self._premises.door)

    def _settle(self, engine: Engine, bridge: Bridge, steering: Steering) -> None:
        from roku_desktop.engine import load_what_answers
        from roku_desktop.ui.steering.residence import Residence

        self._residence = Residence(
            self._window,
            bridge,
            steering,
            another_bridge=partial(type(bridge), engine),
            premises=self._premises,
        )
        self._residence.begin(self._wish)
        self._warming = asyncio.create_task(asyncio.to_thread(load_what_answers), name="warming")

    async def _leave_tray(self) -> None:
        residence, self._residence = self._residence, None
        if residence is not None:
            await residence.aclose()

    def _close(self) -> None:
        """Before anything works, and where something is wrong, closing is quitting."""
        if self._residence is not None:
            self._residence.close_window()
        else:
            self.quit()

    def _fulfil(self, wish: Wish) -> None:
        """A second start of this home has come here."""
        if wish.activation:  # read by Qt when a window wants to come to the front
            os.environ["XDG_ACTIVATION_TOKEN"] = wish.activation
        if self._residence is not None:
            self._residence.fulfil(wish)
        elif wish.show != "tray":
            self._window.come_to_front()

    async def _end(self, working: asyncio.Task[None]) -> None:
        """Give the open engine its time to close; break off one that is only being opened."""
        if self._engine_is_open:
            await asyncio.wait((working,), timeout=_CLOSE_WITHIN_S)
        if not working.done():
            working.cancel()
            await asyncio.wait((working,), timeout=_EXIT_WITHIN_S - _CLOSE_WITHIN_S)
