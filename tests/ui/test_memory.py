"""What is remembered, in its window: seen, searched, added, edited, deleted with a way back, taken along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListView, QPlainTextEdit, QPushButton

from roku_desktop.engine import Memory, MemoryHealthChanged
from roku_desktop.engine.events import MemoryHealth
from roku_desktop.ui.memory.model import MemoryModel
from roku_desktop.ui.memory.window import MemoryWindow
from roku_desktop.ui.sessions.search_field import SearchField
from tests.support.display import PictureTaker
from tests.support.labs import Lab
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def memory(number: int) -> Memory:
    return Memory(
        memory_id=f"mem_{number}",
        scope="global",
        owner="",
        text=f"fact {number}",
        source="person",
        created_at=1.0,
        updated_at=1.0,
    )


def test_the_list_asks_for_its_pages_and_a_changed_one_moves_to_its_head():
    model = MemoryModel()
    wanted: list[int] = []
    model.page_wanted.connect(wanted.append)
    model.start_over()
    model.add_page(0, [memory(3), memory(2)], is_last=False)
    assert model.canFetchMore(model.index(-1, -1))
    model.fetchMore(model.index(-1, -1))
    assert not model.canFetchMore(model.index(-1, -1)), "one page at a time"
    model.add_page(2, [memory(1)], is_last=True)
    model.add_page(0, [memory(9)], is_last=True)  # an answer to what was asked before a new search
    assert wanted == [0, 2]
    model.put_first(memory(1))
    shown = [str(model.index(row).data()).splitlines()[0] for row in range(model.rowCount())]
    assert shown == ["fact 1", "fact 3", "fact 2"]


def button(window: MemoryWindow, text: str) -> QPushButton:
    return next(each for each in window.findChildren(QPushButton) if each.text() == text)


def texts(window: MemoryWindow) -> list[str]:
    model = window.model
    return [str(model.index(row).data()).splitlines()[0] for row in range(model.rowCount())]


async def opened_memory(opened: OpenedWindow) -> MemoryWindow:
    opened.window.commands["memory"].trigger()
    await opened.bridge.finish()
    window = opened.window.findChild(MemoryWindow)
    assert isinstance(window, MemoryWindow)
    return window


def edit_of(window: MemoryWindow) -> QPlainTextEdit:
    edit = window.findChild(QPlainTextEdit)
    assert isinstance(edit, QPlainTextEdit)
    return edit


def test_a_person_keeps_edits_deletes_and_brings_back(
    qt_run: Run, home: Path, tmp_path: Path, screenshot: PictureTaker
):
    async def live() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            await opened.engine.memories.remember("The staging database is called heron.", "global")
            window = await opened_memory(opened)
            assert texts(window) == ["The staging database is called heron."]
            QTest.keyClicks(edit_of(window), "Answer in French.")
            button(window, "Remember").click()
            await opened.bridge.finish()
            assert texts(window) == ["Answer in French.", "The staging database is called heron."]
            assert edit_of(window).toPlainText() == "", "ready for the next"
            screenshot("memory")
            view = window.findChild(QListView)
            assert isinstance(view, QListView)
            view.setCurrentIndex(window.model.index(1))
            assert edit_of(window).toPlainText() == "The staging database is called heron."
            edit_of(window).setPlainText("It is egret now.")
            button(window, "Save").click()
            await opened.bridge.finish()
            assert texts(window) == ["It is egret now.", "Answer in French."]
            view.setCurrentIndex(window.model.index(0))
            button(window, "Delete").click()
            await opened.bridge.finish()
            assert texts(window) == ["Answer in French."]
            window.notice.buttons[0].click()  # Undo
            await opened.bridge.finish()
            assert texts(window) == ["It is egret now.", "Answer in French."]
            calls = opened.steering.memory.calls
            calls.export(tmp_path / "all.json")
            await opened.bridge.finish()
            exported = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
            assert [each["text"] for each in exported["memories"]] == texts(window)
            QTest.keyClick(window, Qt.Key.Key_Escape)
            assert window.isHidden()

    qt_run(live())


def test_that_the_service_is_gone_and_back_is_told_and_a_single_failure_is_not(qt_run: Run, home: Path):
    def changed(before: MemoryHealth, after: MemoryHealth) -> MemoryHealthChanged:
        return MemoryHealthChanged(
            session_id="", run_id="", at=1.0, backend="openviking", before=before, after=after
        )

    async def live() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            told: list[str] = []
            opened.steering.memory.told.connect(told.append)
            opened.bridge.happened.emit([changed("healthy", "degraded"), changed("degraded", "healthy")])
            assert told == []
            opened.bridge.happened.emit([changed("degraded", "down"), changed("down", "healthy")])
            assert [sentence.split(":")[0].split(";")[0] for sentence in told] == [
                "openviking is down",
                "openviking is back",
            ]

    qt_run(live())


def test_searching_shows_what_holds_the_words_and_says_when_nothing_does(qt_run: Run, home: Path):
    async def look() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            await opened.engine.memories.remember_all(["heron here", "egret there"], "global")
            window = await opened_memory(opened)
            field = window.findChild(SearchField)
            assert isinstance(field, SearchField)
            known = opened.steering.memory.calls.page_known
            QTest.keyClicks(field, "heron")
            await opened.until(lambda: texts(window) == ["heron here"], known)
            field.setText("stork")
            await opened.until(lambda: texts(window) == [], known)
            said = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
            assert "Nothing of that is remembered." in said
            field.clear()
            await opened.until(lambda: len(texts(window)) == 2, known)

    qt_run(look())


def test_a_slash_remembers_and_what_can_not_be_is_told(qt_run: Run, home: Path):
    async def type_it() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.send("/remember Answer in French.")
            await opened.bridge.finish()
            assert [each.text for each in await opened.engine.memories.page()] == ["Answer in French."]
            assert "It is remembered" in opened.window.notice.text
            opened.window.composer.set_text("/remember " + "x" * 5_000)  # typed, it would take seconds
            opened.press(Qt.Key.Key_Return)
            await opened.bridge.finish()
            assert "too long to be remembered" in opened.window.notice.text

    qt_run(type_it())
