"""The real window on the real engine, and how a test waits for what happens in it.

Used by tests/ui. `qt_run` (tests/ui/conftest.py) runs a coroutine on the qasync loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from roku_desktop.config import SettingsDesk
from roku_desktop.engine import Engine, EngineSettings
from roku_desktop.engine.ports import Provider
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.look.appearance import Appearance
from roku_desktop.ui.look.looks import Looks
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.steering.middle import Steering
from tests.support.engines import engine_on


class OpenedWindow:
    """A window that a prompt can be typed into."""

    def __init__(self, window: MainWindow, engine: Engine, bridge: Bridge, steering: Steering) -> None:
        self.window = window
        self.engine = engine
        self.bridge = bridge
        self.steering = steering

    @property
    def conversation(self) -> Conversation:
        return self.steering.conversation

    @property
    def text(self) -> str:
        """All that the transcript shows."""
        return self.window.transcript.plain_text()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.window.composer.edit, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.composer.edit, key, modifier)

    async def press_in_front(self, key: Qt.Key) -> None:
        """Press a shortcut's key once the window is active, which its manager says in its own time."""
        await in_front(self.window)
        self.press(key)

    def send(self, text: str) -> None:
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def row_buttons(self, name: str = "") -> list[QPushButton]:
        """The buttons on rows of the transcript whose names contain `name`, from the top."""
        buttons = [
            button
            for button in self.window.transcript.viewport().findChildren(QPushButton)
            if button.isVisible() and name in button.accessibleName()
        ]
        return sorted(buttons, key=lambda one: (one.y(), one.x()))

    async def until(self, condition: Callable[[], object], *also: SignalInstance) -> None:
        """Wait until `condition` holds, looking whenever something happened."""
        conversation, bridge = self.conversation, self.bridge
        signals = (
            conversation.changed,
            conversation.opened,
            conversation.refused,
            bridge.happened,
            bridge.refused,
            bridge.session_changed,
            *also,
        )
        await until(condition, *signals)

    async def until_idle(self) -> None:
        await self.until(lambda: self.conversation.state == "idle" and self.conversation.session_id)
        await self.bridge.finish()


@asynccontextmanager
async def opened_window(
    home: Path,
    *providers: Provider,
    settings: EngineSettings | None = None,
    tools: Callable[[ToolSettings], ToolCatalogue] = standard_catalogue,
    desk: SettingsDesk | None = None,
) -> AsyncIterator[OpenedWindow]:
    """The window, ready, on the engine of that home; closed in the order of the program."""
    async with (
        engine_on(home, *providers, settings=settings, tools=tools) as engine,
        window_on(engine, home, desk) as opened,
    ):
        yield opened


@asynccontextmanager
async def window_on(
    engine: Engine, workspace: Path, desk: SettingsDesk | None = None
) -> AsyncIterator[OpenedWindow]:
    """The window, ready, on an engine that is somebody else's to close."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    looks = Looks(app, workspace / "appearance.json")
    window = MainWindow()
    window.show()
    bridge = Bridge(engine)
    steering = Steering(window, bridge, workspace, looks, desk)
    try:
        await steering.begin()
        steering.furnish()
        await bridge.finish()
        yield OpenedWindow(window, engine, bridge, steering)
        await steering.finish()
        await bridge.finish()
    finally:
        steering.release()
        await bridge.aclose()
        window.hide()
        window.deleteLater()
        looks.use(Appearance())  # the application is the next test's too
        looks.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


async def until(condition: Callable[[], object], *signals: SignalInstance, within_s: float = 20) -> None:
    """Wait until `condition` holds, looking after each of the signals."""
    happened = asyncio.Event()

    def wake(*_arguments: object) -> None:
        happened.set()

    for signal in signals:
        signal.connect(wake)
    try:
        async with asyncio.timeout(within_s):
            while not condition():
                happened.clear()
                await happened.wait()
    finally:
        for signal in signals:
            signal.disconnect(wake)


async def drawn() -> None:
    """Let Qt do what stands in its queue: lay out, paint, delete.

    In a coroutine `processEvents()` would run other tasks in the middle of this one. asyncio refuses their
    step, which is then lost, and who waits for it waits for ever.
    """
    for _ in range(3):  # a turn of the loop comes after all that was posted; that may post more
        await asyncio.sleep(0)


async def exposed(widget: QWidget, within_s: float = 20) -> None:
    """Until the screen shows it."""
    async with asyncio.timeout(within_s):
        while not widget.windowHandle().isExposed():
            await asyncio.sleep(0.005)


async def in_front(window: QWidget, within_s: float = 20) -> None:
    """Until keys go to it, which the window manager says in its own time."""
    async with asyncio.timeout(within_s):
        while not window.isActiveWindow():
            await asyncio.sleep(0.005)
