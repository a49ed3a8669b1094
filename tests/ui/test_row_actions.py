"""What can be done with a row: unfold, copy, edit, answer again, fork, look at a link before it is opened."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from roku_desktop.engine.messages import ToolCall
from roku_desktop.engine.providers.scripted import Thinking, Waiting
from roku_desktop.ui.transcript.link_question import LinkQuestion
from tests.support.engines import scripted
from tests.support.windows import OpenedWindow, drawn, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
CODE = "def f():\n    return 1"


def button(opened: OpenedWindow, name: str, nth: int = 0) -> QPushButton:
    return opened.row_buttons(name)[nth]


async def ask(opened: OpenedWindow, prompt: str) -> None:
    opened.send(prompt)
    await opened.until(lambda: prompt in opened.text)
    await opened.until_idle()
    await drawn()


def test_a_card_unfolds_by_key_and_stays_where_it_is(qt_run: Run, home: Path):
    async def unfold() -> None:
        (home / "notes.txt").write_text("tomatoes\nbasil", encoding="utf-8")
        call = ToolCall(call_id="1", name="Read", arguments='{"path": "notes.txt"}')
        async with opened_window(home, scripted([Thinking("First.\nSecond."), call], ["Done."])) as opened:
            await ask(opened, "Read it")
            assert "basil" not in opened.text
            assert "Second." not in opened.text
            head = button(opened, "details of Read")
            top = head.y()
            head.setFocus()
            QTest.keyClick(head, Qt.Key.Key_Space)
            await drawn()
            assert '"path": "notes.txt"' in opened.text
            assert "basil" in opened.text
            assert button(opened, "Hide details of Read").y() == top
            QTest.keyClick(head, Qt.Key.Key_Space)
            await drawn()
            assert "basil" not in opened.text
            button(opened, "model's thinking").click()
            assert "Second." in opened.text

    qt_run(unfold())


def test_the_buttons_of_an_answer_are_whole_in_a_narrow_window(qt_run: Run, home: Path):
    """As beside the open telemetry panel."""

    async def narrow() -> None:
        async with opened_window(home, scripted(["Done."])) as opened:
            await ask(opened, "Hi")
            beside = button(opened, "Copy this answer").geometry()
            opened.window.transcript.setFixedWidth(300)
            await drawn()
            below = button(opened, "Copy this answer").geometry()
            last = button(opened, "where the time").geometry()
            assert below.top() >= beside.bottom() - below.height() / 2
            assert below.left() < beside.left()
            assert last.right() < opened.window.transcript.viewport().width()
            opened.window.transcript.setFixedWidth(900)
            await drawn()
            assert button(opened, "Copy this answer").geometry().top() == beside.top()

    qt_run(narrow())


def test_an_answer_and_its_code_are_copied_as_the_model_wrote_them(qt_run: Run, home: Path):
    async def copy() -> None:
        answer = f"Look at **this**:\n\n```\nfirst\n```\n\nthen\n\n```python\n{CODE}\n```\n"
        async with opened_window(home, scripted([answer])) as opened:
            await ask(opened, "Code please")
            button(opened, "Copy this code", 1).click()
            assert QApplication.clipboard().text() == CODE
            button(opened, "Copy this answer").click()
            assert QApplication.clipboard().text() == answer.strip("\n")

    qt_run(copy())


def test_code_that_lies_in_several_sections_is_copied_whole(qt_run: Run, home: Path):
    async def copy() -> None:
        code = "\n".join(f"line_{number} = {number}" for number in range(200))
        async with opened_window(home, scripted([f"Long:\n\n```py\n{code}\n```\n\nend"])) as opened:
            await ask(opened, "Code please")
            opened.window.transcript.scroll_to_start()
            await drawn()
            button(opened, "Copy this code").click()
            assert QApplication.clipboard().text() == code

    qt_run(copy())


def test_a_prompt_is_edited_in_a_new_session_and_the_old_one_stays(qt_run: Run, home: Path):
    async def edit() -> None:
        async with opened_window(home, scripted(["one"], ["two"], ["three"])) as opened:
            await ask(opened, "first")
            await ask(opened, "secnod")
            old = opened.conversation.session_id
            button(opened, "Edit", 1).click()
            await opened.until(lambda: opened.window.composer.text == "secnod", opened.bridge.session_opened)
            assert opened.conversation.session_id != old
            assert "one" in opened.text
            assert "two" not in opened.text
            opened.window.composer.set_text("")
            await ask(opened, "second")
            assert "three" in opened.text
            assert len(await opened.engine.messages(old)) == 4

    qt_run(edit())


def test_an_answer_again_is_another_answer_to_the_same_prompt(qt_run: Run, home: Path):
    async def again() -> None:
        async with opened_window(home, scripted(["one"], ["another"])) as opened:
            await ask(opened, "first")
            old = opened.conversation.session_id
            button(opened, "Answer again").click()
            await opened.until(lambda: "another" in opened.text, opened.bridge.session_opened)
            await opened.until_idle()
            assert opened.conversation.session_id != old
            assert opened.text.count("first\n") == 1
            assert "one" not in opened.text.splitlines()

    qt_run(again())


def test_an_answer_is_asked_for_again_though_its_prompt_is_not_loaded(qt_run: Run, home: Path):
    async def again() -> None:
        (home / "notes.txt").write_text("tomatoes", encoding="utf-8")
        call = ToolCall(call_id="1", name="Read", arguments='{"path": "notes.txt"}')
        steps: list[list[object]] = [[f"step {number} ", call] for number in range(42)]
        async with opened_window(home, scripted(*steps, ["one"], ["another"])) as opened:
            await ask(opened, "a long way")
            opened.conversation.open(opened.conversation.session_id)
            await opened.until_idle()
            await drawn()
            assert "a long way" not in opened.text
            button(opened, "Answer again").click()
            await opened.until(lambda: "another" in opened.text, opened.bridge.session_opened)
            assert "a long way" in opened.text

    qt_run(again())


def test_a_stopped_answer_is_asked_for_again_from_its_row(qt_run: Run, home: Path):
    async def retry() -> None:
        async with opened_window(home, scripted(["Half ", Waiting(asyncio.Event())], ["whole"])) as opened:
            opened.send("Go")
            await opened.until(lambda: "Half" in opened.text)
            await opened.press_in_front(Qt.Key.Key_Escape)
            await ask(opened, "")
            (again,) = opened.row_buttons("Ask this prompt again")
            again.click()
            await opened.until(lambda: "whole" in opened.text)
            await opened.until_idle()
            assert opened.text.count("Go") == 2
            assert not opened.row_buttons("Ask this prompt again")

    qt_run(retry())


def test_a_fork_goes_on_from_an_answer(qt_run: Run, home: Path):
    async def fork() -> None:
        async with opened_window(home, scripted(["one"], ["two"], ["three"])) as opened:
            await ask(opened, "first")
            await ask(opened, "second")
            old = opened.conversation.session_id
            button(opened, "Go on from here", 0).click()
            await opened.until(lambda: "two" not in opened.text and "one" in opened.text)
            await opened.until_idle()
            assert opened.conversation.session_id != old
            await ask(opened, "third")
            assert "three" in opened.text

    qt_run(fork())


def test_a_link_is_looked_at_before_it_is_opened(qt_run: Run, home: Path):
    async def look() -> None:
        answer = "[bank](https://b\u0430nk.example/\u202epath)"  # a Cyrillic letter, a direction mark
        async with opened_window(home, scripted([answer])) as opened:
            await ask(opened, "Where?")
            view = opened.window.transcript
            row = next(row for row in range(len(view.rows)) if "bank" in opened.text.splitlines()[row])
            middle = QPoint(10, view.top_of(row) + view.rows.height(row) - 10)
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
            question = opened.window.findChild(LinkQuestion)
            assert isinstance(question, LinkQuestion)
            wanted: list[QUrl] = []
            question.open_wanted.disconnect()
            question.open_wanted.connect(wanted.append)
            assert not question.isModal()
            assert "xn--" in question.text()
            assert "\u202e" not in question.informativeText()
            assert question.defaultButton() is not question.open_button
            assert wanted == []
            question.open_button.click()
            assert [url.scheme() for url in wanted] == ["https"]

    qt_run(look())
