"""The real window on the real engine: what a person types, sees and can do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QWidget

from roku_desktop.engine import ModelChoice, Pin
from roku_desktop.engine.errors import ConnectionFailed
from roku_desktop.engine.messages import ToolCall
from roku_desktop.engine.providers.scripted import Thinking, Waiting
from roku_desktop.engine.settings import Resilience
from roku_desktop.ui.transcript.view import TranscriptView
from tests.support.engines import engine_on, scripted, settings_for
from tests.support.labs import configured, settings_of
from tests.support.long_session import make_long_session
from tests.support.windows import drawn, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_typed_prompt_is_answered_as_it_streams(qt_run: Run, home: Path):
    async def talk() -> None:
        gate, reached = asyncio.Event(), asyncio.Event()
        async with opened_window(home, scripted(["Hello ", Waiting(gate, reached), "there"])) as opened:
            opened.send("Good morning")
            await reached.wait()
            await opened.until(lambda: "Hello" in opened.text)
            assert opened.conversation.state == "writing"
            assert "Good morning" in opened.text
            assert opened.window.composer.text == ""
            gate.set()
            await opened.until_idle()
            assert "Hello there" in opened.text
            assert "first token" in opened.text
            assert opened.window.sessions.model.rowCount() == 1
            assert opened.window.sessions.model.session_at(0).state == "idle"

    qt_run(talk())


def test_esc_stops_the_answer_and_what_was_shown_stays(qt_run: Run, home: Path):
    async def talk() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["Half of ", Waiting(gate)], ["the rest"])) as opened:
            opened.send("Go")
            await opened.until(lambda: "Half of" in opened.text)
            await opened.press_in_front(Qt.Key.Key_Escape)
            await opened.until_idle()
            assert "Half of" in opened.text
            assert "You stopped this answer." in opened.text
            await drawn()
            resume, retry = (button for button in opened.row_buttons() if button.text())
            assert (resume.text(), retry.text()) == ("Resume", "Retry")
            resume.click()
            await opened.until(lambda: "the rest" in opened.text)
            await opened.until_idle()
            assert "You stopped this answer." not in opened.text
            assert not any(button.text() for button in opened.row_buttons())

    qt_run(talk())


def test_a_failed_answer_says_what_helps_and_try_again_does_it(qt_run: Run, home: Path):
    async def talk() -> None:
        broken = ConnectionFailed("scripted can't be reached at 127.0.0.1:9.")
        once = settings_of(configured("scripted"), resilience=Resilience(max_retries=0))
        async with opened_window(home, scripted([broken], ["Here I am"]), settings=once) as opened:
            opened.send("Are you there?")
            await opened.until(lambda: opened.conversation.unfinished)
            await opened.until_idle()
            await drawn()
            assert "scripted can't be reached" in opened.text
            assert ConnectionFailed.next_step in opened.text
            again, trace = (button for button in opened.row_buttons() if button.text())
            assert (again.text(), trace.text()) == ("Try again", "Trace")
            again.click()
            await opened.until(lambda: "Here I am" in opened.text)
            await opened.until_idle()
            assert opened.text.count("Are you there?") == 1

    qt_run(talk())


def test_a_refused_prompt_stays_in_the_composer(qt_run: Run, home: Path):
    async def talk() -> None:
        provider = scripted(["never"], name="other")
        async with opened_window(home, provider, settings=settings_for("keyless", "other")) as opened:
            opened.send("keep me")
            await opened.until(opened.window.notice.isVisible)
            await opened.bridge.finish()
            assert "keyless" in opened.window.notice.text
            assert opened.window.composer.text == "keep me"
            assert opened.window.composer.mode == "ready"

    qt_run(talk())


def test_tool_calls_are_one_line_each_and_failed_ones_say_why(qt_run: Run, home: Path):
    async def talk() -> None:
        (home / "notes.txt").write_text("tomatoes", encoding="utf-8")
        calls = (
            ToolCall(call_id="1", name="Read", arguments='{"path": "notes.txt"}'),
            ToolCall(call_id="2", name="Read", arguments='{"path": "../outside.txt"}'),
        )
        provider = scripted([Thinking("I should read the notes."), *calls], ["Tomatoes."])
        async with opened_window(home, provider) as opened:
            opened.send("What do I need?")
            await opened.until(lambda: "Tomatoes." in opened.text)
            await opened.until_idle()
            assert "I should read the notes." in opened.text
            assert "✓  Read  notes.txt" in opened.text
            assert "✕  Read  ../outside.txt" in opened.text

    qt_run(talk())


def test_the_session_that_was_open_comes_back_with_its_interrupted_answer(qt_run: Run, home: Path):
    async def first_start() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["Once upon ", Waiting(gate)])) as opened:
            opened.send("Tell me a story")
            await opened.until(lambda: "Once upon" in opened.text)

    async def second_start() -> None:
        async with opened_window(home, scripted(["a time"])) as opened:
            assert "Tell me a story" in opened.text
            assert "Once upon" in opened.text
            assert "interrupted" in opened.text
            await drawn()
            opened.row_buttons("go on where it stopped")[0].click()
            await opened.until(lambda: "a time" in opened.text)
            await opened.until_idle()
            assert "was cut off" not in opened.text  # the nudge is the runtime's, not the person's

    qt_run(first_start())
    qt_run(second_start())


def test_a_session_can_be_left_and_opened_again_while_it_streams(qt_run: Run, home: Path):
    async def talk() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["One ", Waiting(gate), "two"])) as opened:
            opened.send("Count")
            await opened.until(lambda: "One" in opened.text)
            running = opened.conversation.session_id
            opened.window.sessions.new_button.click()
            assert opened.text == ""
            opened.window.sessions.chosen.emit(running)
            await opened.until(lambda: "One" in opened.text)
            assert opened.conversation.state == "writing"
            gate.set()
            await opened.until_idle()
            assert opened.text.count("Count") == 1
            assert "One two" in opened.text

    qt_run(talk())


def test_the_keys_move_between_sessions_and_drafts_stay_where_they_were_written(qt_run: Run, home: Path):
    async def move() -> None:
        async with opened_window(home, scripted(["an answer"])) as opened:
            opened.send("first")
            await opened.until(lambda: "an answer" in opened.text)
            await opened.until_idle()
            first = opened.conversation.session_id
            opened.type("a draft")
            opened.press(Qt.Key.Key_N, CONTROL)
            assert (opened.conversation.session_id, opened.window.composer.text) == ("", "")
            opened.type("another")
            opened.press(Qt.Key.Key_Down, CONTROL)
            await opened.until(lambda: opened.conversation.state == "idle" and "first" in opened.text)
            assert (opened.conversation.session_id, opened.window.composer.text) == (first, "a draft")
            opened.press(Qt.Key.Key_N, CONTROL)
            assert opened.window.composer.text == "another"

    qt_run(move())


def test_a_switch_of_the_model_is_remembered_and_shown(qt_run: Run, home: Path):
    async def switch() -> None:
        async with opened_window(home, scripted(["x"]), scripted(["y"], name="other")) as opened:
            assert opened.window.status.texts[1] == "scripted · scripted-1"
            opened.bridge.choose_model(ModelChoice("other", "other-1"), opened.conversation.session_id)
            await opened.until(
                lambda: opened.window.status.texts[1] == "other · other-1", opened.bridge.model_known
            )
            opened.send("Who are you?")
            await opened.until(lambda: "y" in opened.text.splitlines())
            await opened.until_idle()

    qt_run(switch())


def test_a_refused_switch_says_where_the_pin_stands(qt_run: Run, home: Path):
    async def switch() -> None:
        settings = settings_for("scripted", "other")
        pin = Pin(provider="scripted", source="runtime.toml, line 3")
        pinned = msgspec.structs.replace(settings, llm=msgspec.structs.replace(settings.llm, pin=pin))
        async with opened_window(
            home, scripted(["x"]), scripted(["y"], name="other"), settings=pinned
        ) as opened:
            opened.bridge.choose_model(ModelChoice("other", "other-1"), opened.conversation.session_id)
            await opened.until(opened.window.notice.isVisible)
            assert "runtime.toml, line 3" in opened.window.notice.text

    qt_run(switch())


def test_a_broken_configuration_is_told_calmly_and_its_repair_takes_it_away(qt_run: Run, home: Path):
    async def reload() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            opened.engine.report_config_problem("runtime.toml, line 4, column 9: not a number.")
            await opened.until(opened.window.notice.isVisible)
            assert "line 4, column 9" in opened.window.notice.text
            await opened.engine.reconfigure(settings_for("scripted"))
            await opened.until(opened.window.notice.isHidden)

    qt_run(reload())


def test_a_deleted_session_leaves_the_window_and_then_the_disk(qt_run: Run, home: Path):
    async def delete() -> None:
        async with opened_window(home, scripted(["an answer"])) as opened:
            opened.send("first")
            await opened.until(lambda: "an answer" in opened.text)
            await opened.until_idle()
            opened.window.commands["delete_session"].trigger()
            assert opened.text == ""
            assert len(await opened.engine.sessions()) == 1
            opened.window.sessions.deletion.finish()
            await opened.bridge.finish()
            assert await opened.engine.sessions() == []

    qt_run(delete())


def test_every_control_has_a_name_for_those_who_can_not_see_it(qt_run: Run, home: Path):
    async def look() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            controls: list[QWidget] = [*opened.window.findChildren(QAbstractButton)]
            controls += opened.window.findChildren(QAbstractScrollArea)
            nameless = [
                control
                for control in controls
                if control.focusPolicy() != Qt.FocusPolicy.NoFocus
                and not (QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name))
            ]
            assert nameless == []

    qt_run(look())


def test_older_messages_come_as_one_scrolls_up_and_nothing_moves(qt_run: Run, home: Path):
    async def fill() -> None:
        async with engine_on(home, scripted(["answer " * 40])) as engine:
            session = await engine.create_session(home)
            for number in range(60):
                await (await engine.ask(session.session_id, f"prompt {number}")).result()
            await engine.set_preference("ui.last_session", session.session_id)

    async def read() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            assert "prompt 59" in opened.text
            assert "prompt 0\n" not in opened.text
            view = opened.window.transcript
            bar = view.verticalScrollBar()
            assert bar.value() == bar.maximum()
            bar.setValue(bar.value() + view.top_of(1) + 40)  # row 0 stands for what is not loaded
            before = place_of(view)
            await opened.until(lambda: "prompt 0\n" in opened.text, opened.bridge.page_loaded)
            assert place_of(view) == before
            assert not view.following
            assert opened.text.index("prompt 0\n") < opened.text.index("prompt 59\n")

    qt_run(fill())
    qt_run(read())


def place_of(view: TranscriptView) -> tuple[str, int]:
    """The text at the top of the view, and how far above it begins."""
    row = view.row_at(0)
    return view.rows.drawn_once(row).document.toPlainText(), view.top_of(row)


def test_a_jump_to_the_start_of_a_long_session_shows_its_first_message(qt_run: Run, home: Path):
    async def read() -> None:
        await make_long_session(home, messages=3_000)
        async with opened_window(home, scripted(["x"])) as opened:
            view = opened.window.transcript
            loaded = opened.bridge.page_loaded
            view.setFocus()
            QTest.keyClick(view, Qt.Key.Key_Home)
            await opened.until(lambda: "question 1\n" in opened.text, loaded)
            assert place_of(view)[0] == "question 1"
            for share in (0.5, 0.2, 0.8, 0.4, 0.6):
                view.verticalScrollBar().setValue(round(share * view.verticalScrollBar().maximum()))
                await opened.until(lambda: place_of(view)[0], loaded)
            assert len(view.rows) < 2_000
            QTest.keyClick(view, Qt.Key.Key_End)
            assert place_of(view)[0]
            assert "answer 3000" in opened.text

    qt_run(read())
