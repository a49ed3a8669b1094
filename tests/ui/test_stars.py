"""An answer that was starred shows it, is listed, and is found again after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.ui.exporting.html_document import html_message
from tests.support.engines import scripted
from tests.support.windows import OpenedWindow, drawn, opened_window
from tests.ui.conftest import Run
from tests.ui.test_shell import desk_of

pytestmark = pytest.mark.window


async def ask(opened: OpenedWindow, prompt: str) -> None:
    opened.send(prompt)
    await opened.until(lambda: prompt in opened.text)
    await opened.until_idle()
    await drawn()


async def do(opened: OpenedWindow, command: str) -> None:
    opened.window.commands[command].trigger()
    await opened.bridge.finish()
    await drawn()


def test_a_star_is_given_on_the_row_and_is_there_after_a_restart(qt_run: Run, home: Path):
    async def star() -> None:
        async with opened_window(home, scripted(["Basil."])) as opened:
            await ask(opened, "Which herb?")
            opened.row_buttons("Star this answer")[0].click()
            await opened.bridge.finish()
            await drawn()
            assert len(opened.row_buttons("Take the star")) == 1
            messages = await opened.engine.messages(opened.conversation.session_id)
            assert ["★" in html_message(one) for one in messages] == [False, True]
        async with opened_window(home, scripted(["x"])) as opened:
            await opened.until(lambda: "Basil." in opened.text)
            await drawn()
            assert not opened.row_buttons("Star this answer")
            await do(opened, "star")
            assert len(opened.row_buttons("Star this answer")) == 1

    qt_run(star())


def test_starred_answers_are_listed_and_lead_to_where_they_stand(qt_run: Run, home: Path):
    async def find() -> None:
        async with opened_window(home, scripted(["Basil."], ["Thyme."])) as opened:
            await ask(opened, "Which herb?")
            await do(opened, "star")
            starred_in = opened.conversation.session_id
            opened.conversation.new()
            await ask(opened, "Another one?")
            await do(opened, "starred")
            palette = desk_of(opened).palette.palette
            assert palette.isVisible()
            assert "starred answer" in palette.field.placeholderText()
            assert [palette.model.item_at(row).title for row in range(palette.model.rowCount())] == ["Basil."]
            QTest.keyClick(palette.field, Qt.Key.Key_Return)
            await opened.until(
                lambda: opened.conversation.session_id == starred_in and "Basil." in opened.text
            )

    qt_run(find())


def test_without_a_star_a_sentence_says_how_to_give_one(qt_run: Run, home: Path):
    async def look() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            said: list[str] = []
            desk_of(opened).problem_found.connect(said.append)
            await do(opened, "starred")
            await do(opened, "star")
            assert [sentence[:12] for sentence in said] == ["No answer ha", "There is no "]

    qt_run(look())
