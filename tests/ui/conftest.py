"""Qt's event loop as asyncio's, for tests of the window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator

import pytest
from devtools.translations import compile_outdated
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from roku_desktop.ui.look import theme

Run = Callable[[Coroutine[object, object, object]], object]


@pytest.fixture(scope="session", autouse=True)
def texts() -> None:
    """The Chinese texts as they stand in the checkout, which may be newer than the last setup."""
    compile_outdated()


@pytest.fixture(autouse=True)
def locale() -> Iterator[None]:
    """A test may let the window speak another language; the next one finds the locale as it was."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["roku-desktop", *theme.ARGUMENTS]


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    """The application as the program sets it up."""
    qapp.setQuitOnLastWindowClosed(False)
    theme.dress(qapp)
    theme.show_chinese(qapp)
    return qapp


@pytest.fixture
def qt_run(app: QApplication) -> Iterator[Run]:
    """Runs a coroutine on a qasync loop, as the window does."""
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        yield loop.run_until_complete
    asyncio.set_event_loop(None)
