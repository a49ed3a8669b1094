"""What can be done with a session, by menu and key, in the list and in what a search found."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.sessions.model import PAGE_SIZE
from roku_desktop.ui.sessions.view import SessionView
from tests.support.engines import engine_on, scripted
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
OPEN, RENAME, PIN, MARKDOWN, JSON, HTML, PDF, DELETE = range(8)


async def fill(home: Path, titles: list[str]) -> None:
    async with engine_on(home, scripted(["x"])) as engine:
        for title in titles:
            await engine.create_session(home, title)


async def search(opened: OpenedWindow, text: str) -> None:
    sessions = opened.window.sessions
    sessions.field.setText(text)
    await opened.until(sessions.found.isVisible, opened.bridge.archive.found)


def menu_by_key(view: SessionView) -> QMenu:
    """The menu key, as Qt hands it on."""
    place = QPoint(1, 1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    return shown_menu(view)


def menu_by_mouse(view: SessionView, row: int) -> QMenu:
    place = view.visualRect(view.model().index(row, 0)).bottomLeft() + QPoint(30, -10)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    return shown_menu(view)


def shown_menu(view: SessionView) -> QMenu:
    return next(menu for menu in view.findChildren(QMenu) if menu.isVisible())


def choose(menu: QMenu, entry: int) -> None:
    action = [action for action in menu.actions() if not action.isSeparator()][entry]
    menu.close()
    action.trigger()


def test_the_right_button_opens_a_menu_and_no_session(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            view = opened.window.sessions.view
            menu = menu_by_mouse(view, 1)
            assert opened.conversation.session_id == ""
            choose(menu, OPEN)
            await opened.until(lambda: opened.window.windowTitle().startswith("one"))

    qt_run(fill(home, ["one", "two"]))
    qt_run(use())


def test_a_heading_is_no_part_of_the_session_below_it(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            view = opened.window.sessions.view
            first = view.visualRect(view.model().index(0, 0))
            assert not view.indexAt(first.topLeft() + QPoint(30, 4)).isValid()
            assert view.indexAt(first.bottomLeft() + QPoint(30, -4)).row() == 0

    qt_run(fill(home, ["one", "two"]))
    qt_run(use())


def test_a_result_is_pinned_from_its_menu_although_its_page_was_never_read(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            await search(opened, "the oldest")
            sessions = opened.window.sessions
            (oldest,) = await opened.engine.find_sessions("the oldest")
            assert sessions.model.row_of(oldest.session_id) is None
            sessions.found.setCurrentIndex(sessions.results.index(0))
            choose(menu_by_key(sessions.found), PIN)
            await opened.until(lambda: sessions.results.result_at(0).summary.pinned)
            assert sessions.model.session_at(0).title == "the oldest"
            menu = menu_by_key(sessions.found)
            assert menu.actions()[PIN].text().startswith("Unpin")
            menu.close()

    qt_run(fill(home, ["the oldest", *(f"session {number}" for number in range(PAGE_SIZE + 5))]))
    qt_run(use())


def test_a_result_is_renamed_in_its_place(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            await search(opened, "one")
            sessions = opened.window.sessions
            sessions.found.setCurrentIndex(sessions.results.index(0))
            sessions.found.setFocus()
            choose(menu_by_key(sessions.found), RENAME)
            (editor,) = sessions.found.findChildren(QLineEdit)
            editor.setText("one and a half")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            await opened.until(lambda: sessions.results.result_at(0).title == "one and a half")
            assert sessions.found.isVisible()

    qt_run(fill(home, ["one", "two"]))
    qt_run(use())


def test_a_deleted_result_can_be_had_back_and_is_found_again(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            await search(opened, "o")
            sessions, archive = opened.window.sessions, opened.bridge.archive
            choose(menu_by_mouse(sessions.found, 0), DELETE)
            assert sessions.results.rowCount() == 1
            assert sessions.model.rowCount() == 1
            sessions.deletion.banner.buttons[0].click()
            await opened.until(lambda: sessions.results.rowCount() == 2, archive.found)
            assert sessions.model.rowCount() == 2

    qt_run(fill(home, ["one", "two"]))
    qt_run(use())


def test_a_session_that_can_not_be_deleted_is_there_again(qt_run: Run, home: Path):
    async def use() -> None:
        gate, reached = asyncio.Event(), asyncio.Event()
        async with (
            engine_on(home, scripted(["One ", Waiting(gate, reached)])) as another_program,
            opened_window(home, scripted(["x"])) as opened,
        ):
            (one,) = await another_program.sessions()
            turn = await another_program.ask(one.session_id, "first")
            await reached.wait()
            sessions = opened.window.sessions
            sessions.delete(sessions.model.session_at(0))
            assert sessions.model.rowCount() == 0
            sessions.deletion.finish()
            await opened.until(lambda: sessions.model.rowCount() == 1)
            assert "still being written" in opened.window.notice.text
            gate.set()
            await turn.result()

    qt_run(fill(home, ["one"]))
    qt_run(use())


def test_a_result_is_exported_from_its_menu(qt_run: Run, home: Path):
    async def use() -> None:
        wanted: list[tuple[str, str]] = []
        async with opened_window(home, scripted(["x"])) as opened:
            await search(opened, "two")
            sessions = opened.window.sessions
            sessions.export_wanted.disconnect()
            sessions.export_wanted.connect(lambda summary, form: wanted.append((summary.title, form)))
            choose(menu_by_mouse(sessions.found, 0), MARKDOWN)
            choose(menu_by_mouse(sessions.found, 0), JSON)
        assert wanted == [("two", "markdown"), ("two", "json")]

    qt_run(fill(home, ["one", "two"]))
    qt_run(use())
