"""What a search found is opened where it stands, however long the conversation is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.transcript.view import TranscriptView
from tests.support.engines import engine_on, scripted
from tests.support.long_session import make_long_session
from tests.support.windows import opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
MESSAGES = 3_000


def first_text(view: TranscriptView) -> str:
    """The first row that begins in the view."""
    row = view.row_at(0)
    row += view.top_of(row) < 0
    return view.rows.drawn_once(row).document.toPlainText()


@pytest.mark.parametrize("position", [1, 5, 81, 1_499, 2_901], ids=lambda position: f"message {position}")
@pytest.mark.parametrize("is_open", [True, False], ids=["open", "another one open"])
def test_a_hit_is_at_the_top_of_the_view(qt_run: Run, home: Path, position: int, is_open: bool):
    async def look() -> None:
        session_id = await make_long_session(home, messages=MESSAGES)
        async with opened_window(home, scripted(["x"])) as opened:
            if not is_open:
                opened.conversation.new()
            opened.window.sessions.hit_chosen.emit(session_id, position)
            view = opened.window.transcript
            expected = f"question {position}"
            await opened.until(
                lambda: opened.conversation.state == "idle" and first_text(view) == expected,
                opened.bridge.page_loaded,
                opened.bridge.session_opened,
            )
            assert not view.following

    qt_run(look())


def test_a_reader_who_scrolls_away_is_not_brought_back(qt_run: Run, home: Path):
    async def look() -> None:
        session_id = await make_long_session(home, messages=MESSAGES)
        async with opened_window(home, scripted(["x"])) as opened:
            view = opened.window.transcript
            opened.window.sessions.hit_chosen.emit(session_id, 1_499)
            view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
            await opened.bridge.finish()
            assert view.following
            assert f"answer {MESSAGES}" in opened.text

    qt_run(look())


def test_a_hit_in_the_answer_that_is_being_written_is_at_the_end(qt_run: Run, home: Path):
    async def look() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["Hello ", Waiting(gate)])) as opened:
            opened.send("Good morning")
            await opened.until(lambda: "Hello" in opened.text)
            opened.window.sessions.hit_chosen.emit(opened.conversation.session_id, 1)
            assert "Good morning" in first_text(opened.window.transcript)
            gate.set()
            await opened.until_idle()

    qt_run(look())


def test_a_search_leads_to_the_message_and_not_to_the_end(qt_run: Run, home: Path):
    async def fill() -> None:
        async with engine_on(home, scripted(["Tomatoes.\n\n" + "More. " * 30], ["word " * 400])) as engine:
            session = await engine.create_session(home)
            for prompt in ("What is for supper?", *(f"And then {number}?" for number in range(20))):
                await (await engine.ask(session.session_id, prompt)).result()

    async def look() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            sessions = opened.window.sessions
            QTest.keyClicks(sessions.field, "tomatoes")
            await opened.until(lambda: sessions.results.rowCount() == 1, opened.bridge.archive.found)
            QTest.keyClick(sessions.field, Qt.Key.Key_Return)
            await opened.until(lambda: opened.conversation.state == "idle" and opened.conversation.session_id)
            assert first_text(opened.window.transcript).startswith("Tomatoes.")

    qt_run(fill())
    qt_run(look())
