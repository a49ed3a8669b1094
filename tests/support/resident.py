"""The opened window with what stays of the program when it is closed: tray, quick prompt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QSystemTrayIcon

from roku_desktop.engine.providers.scripted import ScriptedProvider
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue
from roku_desktop.single_instance import Wish
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.premises import Premises
from roku_desktop.ui.steering.residence import Residence
from tests.support.engines import scripted
from tests.support.windows import OpenedWindow, opened_window


class Resident(OpenedWindow):
    """The opened window with its residence."""

    residence: Residence
    quits: list[bool]


@asynccontextmanager
async def residence_of(opened: OpenedWindow, premises: Premises) -> AsyncIterator[Residence]:
    """What stays of that window when it is closed."""
    residence = Residence(
        opened.window,
        opened.bridge,
        opened.steering,
        another_bridge=partial(Bridge, opened.engine),
        premises=premises,
    )
    yield residence
    await residence.aclose()


@asynccontextmanager
async def resident(
    home: Path,
    *,
    provider: ScriptedProvider | None = None,
    wish: Wish | None = None,
    tray: bool = True,
    premises: Premises | None = None,
    tools: Callable[[ToolSettings], ToolCatalogue] = standard_catalogue,
) -> AsyncIterator[Resident]:
    async with (
        opened_window(home, provider or scripted(["Hello."], ["Hello."]), tools=tools) as opened,
        residence_of(opened, premises or Premises()) as residence,
    ):
        opened.__class__ = Resident
        assert isinstance(opened, Resident)
        opened.quits, opened.residence = [], residence
        opened.window.quit_wanted.connect(lambda: opened.quits.append(True))
        opened.window.close_wanted.connect(residence.close_window)
        if tray:
            await settled(QSystemTrayIcon.isSystemTrayAvailable)
        residence.begin(wish or Wish())
        await opened.bridge.finish()
        yield opened


async def settled(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)
