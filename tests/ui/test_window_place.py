"""The window comes back where it was, and always where a person can get hold of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.steering.window_place import PREFERENCE, WindowPlace, on_screen
from tests.support.engines import scripted
from tests.support.windows import opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
SCREENS = [QRect(0, 0, 1920, 1040), QRect(1920, 100, 1280, 900)]
anywhere = st.builds(
    QRect,
    st.integers(-5_000, 8_000),
    st.integers(-5_000, 8_000),
    st.integers(400, 5_000),
    st.integers(300, 4_000),
)


def stored_place(window: MainWindow) -> str:
    kept: list[str] = []
    place = WindowPlace(window, kept.append)
    place.watch()
    window.splitter.splitterMoved.emit(0, 1)
    place.finish()
    return kept[-1]


@given(window=anywhere)
def test_a_window_can_always_be_seen_and_moved(window: QRect):
    shown = on_screen(window, SCREENS)
    title_bar = QRect(shown.x(), shown.y() - 32, shown.width(), 64)
    assert any(
        title_bar.intersected(screen).width() >= 120 and title_bar.intersected(screen).height() >= 32
        for screen in SCREENS
    )


@pytest.mark.parametrize(
    "window",
    [
        QRect(100, 100, 800, 600),
        QRect(1900, 300, 800, 600),
        QRect(-300, 40, 800, 600),
        QRect(0, 32, 1920, 1000),
    ],
)
def test_a_window_that_can_be_moved_stays_where_it_is(window: QRect):
    assert on_screen(window, SCREENS) == window


def test_a_window_of_a_screen_that_is_gone_comes_to_the_one_that_is_left():
    assert on_screen(QRect(2400, 300, 800, 600), SCREENS[:1]) == QRect(1120, 300, 800, 600)


def test_a_window_larger_than_the_screen_that_is_left_fits_it():
    left = QRect(0, 0, 1280, 720)
    assert left.contains(on_screen(QRect(3000, 2000, 2500, 1500), [left]))


def test_a_window_larger_than_all_screens_together_fits_one_although_its_title_bar_shows():
    scaled = QRect(0, 0, 467, 300)
    assert scaled.contains(on_screen(QRect(0, 7, 1120, 760), [scaled]))


def test_a_window_across_two_screens_stays_across_them():
    across = QRect(1000, 100, 2200, 700)
    assert on_screen(across, [QRect(0, 0, 1920, 1080), QRect(1920, 0, 1920, 1080)]) == across


def test_a_window_can_be_made_as_small_as_a_screen_at_300_percent(qt_run: Run, home: Path):
    """466 by 300, of a screen of 1400 by 900 pixels, without the frame."""

    async def shrink() -> None:
        async with opened_window(home, scripted(["Hi."])) as opened:
            opened.window.resize(466, 268)
            least = opened.window.minimumSizeHint()
            assert (least.width() <= 466, least.height() <= 268) == (True, True)
            composer = opened.window.composer
            await asyncio.sleep(0)
            corner = composer.mapTo(opened.window, composer.rect().bottomRight())
            assert opened.window.width() == 466
            assert QRect(0, 0, 466, 268).contains(corner)

    qt_run(shrink())


def test_a_place_on_a_screen_that_is_gone_is_brought_back(app: QApplication, qtbot: QtBot):
    lost = MainWindow()
    qtbot.addWidget(lost)
    lost.setGeometry(9_000, 7_000, 900, 600)
    stored = stored_place(lost)
    window = MainWindow()
    qtbot.addWidget(window)
    WindowPlace(window, print).restore(stored)
    screen = app.primaryScreen().availableGeometry()
    assert screen.contains(window.geometry())


@pytest.mark.parametrize("stored", ["", "AdnQywAD", "{}", '{"geometry": "", "side_px": 300}'])
def test_a_place_that_can_not_be_read_changes_nothing(app: QApplication, qtbot: QtBot, stored: str):
    window = MainWindow()
    qtbot.addWidget(window)
    before = window.geometry()
    WindowPlace(window, print).restore(stored)
    assert window.geometry() == before


def test_size_place_and_side_are_those_of_the_last_time(qt_run: Run, home: Path):
    async def first_start() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            opened.window.setGeometry(120, 90, 940, 640)
            opened.window.set_side_width(330)
            opened.window.splitter.splitterMoved.emit(330, 1)

    async def second_start() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            assert await opened.engine.preference(PREFERENCE)
            window = opened.window
            async with asyncio.timeout(20):
                while window.size().toTuple() != (940, 640):  # when the window manager has had its say
                    await asyncio.sleep(0.01)
            assert window.side_width == 330

    qt_run(first_start())
    qt_run(second_start())


def test_a_maximised_window_comes_back_maximised_and_remembers_its_other_size(
    app: QApplication, qtbot: QtBot
):
    first = MainWindow()
    qtbot.addWidget(first)
    first.setGeometry(120, 90, 940, 640)
    with qtbot.waitExposed(first):
        first.show()
    first.setWindowState(Qt.WindowState.WindowMaximized)
    qtbot.waitUntil(lambda: first.width() > 1_300)
    first.hide()  # as the program does before it ends
    stored = stored_place(first)
    second = MainWindow()
    qtbot.addWidget(second)
    with qtbot.waitExposed(second):
        second.show()
    WindowPlace(second, print).restore(stored)
    qtbot.waitUntil(lambda: second.isMaximized() and second.width() > 1_300)
    second.showNormal()
    qtbot.waitUntil(lambda: second.size().toTuple() == (940, 640))


def test_a_window_whose_screen_goes_away_comes_to_one_that_is_there(app: QApplication, qtbot: QtBot):
    window = MainWindow()
    qtbot.addWidget(window)
    place = WindowPlace(window, print)
    place.watch()
    screen = app.primaryScreen().availableGeometry()
    for is_told in (app.screenRemoved.emit, app.primaryScreenChanged.emit):
        window.setGeometry(9_000, 7_000, 900, 600)
        is_told(app.primaryScreen())
        qtbot.waitUntil(lambda: screen.contains(window.geometry()))
    window.setGeometry(9_000, 7_000, 900, 600)
    window.show()  # it was in the tray when its screen went away
    qtbot.waitUntil(lambda: screen.contains(window.geometry()))
    place.finish()


def test_a_window_that_can_be_reached_is_not_moved_when_another_screen_goes(app: QApplication, qtbot: QtBot):
    window = MainWindow()
    qtbot.addWidget(window)
    place = WindowPlace(window, print)
    window.setGeometry(120, 90, 940, 640)
    place.come_back()
    assert window.geometry() == QRect(120, 90, 940, 640)
