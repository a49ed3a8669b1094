"""The window as a desk: search, queue, export, palette, workspace, files, each on the real engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThread, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from roku_desktop.engine import Usage
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider, Waiting
from roku_desktop.ui.sessions.model import SUBTITLE_MARKS_ROLE, SUBTITLE_ROLE
from roku_desktop.ui.shortcuts import COMMANDS
from roku_desktop.ui.steering.desk import DeskSteering
from roku_desktop.ui.steering.export import ExportSteering
from tests.support.engines import engine_on, scripted
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
CONTROL = Qt.KeyboardModifier.ControlModifier


def desk_of(opened: OpenedWindow) -> DeskSteering:
    desk = opened.conversation.findChild(DeskSteering)
    assert isinstance(desk, DeskSteering)
    return desk


async def ask(opened: OpenedWindow, prompt: str) -> None:
    opened.send(prompt)
    await opened.until(lambda: prompt in opened.text)
    await opened.until_idle()


def test_a_search_finds_titles_and_text_and_marks_what_it_found(qt_run: Run, home: Path):
    async def search() -> None:
        async with opened_window(home, scripted(["Put tomatoes in the salad"], ["Bread"])) as opened:
            await ask(opened, "What is for supper?")
            supper = opened.conversation.session_id
            opened.press(Qt.Key.Key_N, CONTROL)
            await ask(opened, "Tomatoes or bread?")
            sessions = opened.window.sessions
            found = opened.bridge.archive.found
            QTest.keyClicks(sessions.field, "tomatoes")
            await opened.until(lambda: sessions.results.rowCount() == 2, found)
            by_title, by_text = (sessions.results.result_at(row) for row in range(2))
            assert by_title.title == "Tomatoes or bread?"
            assert by_title.title_marks == ((0, 8),)
            index = sessions.results.index(1)
            ((start, end),) = index.data(SUBTITLE_MARKS_ROLE)
            assert index.data(SUBTITLE_ROLE)[start:end] == "tomatoes"
            QTest.keyClick(sessions.field, Qt.Key.Key_Down)
            QTest.keyClick(sessions.found, Qt.Key.Key_Down)
            QTest.keyClick(sessions.found, Qt.Key.Key_Return)
            await opened.until(lambda: "supper" in opened.text)
            assert opened.conversation.session_id == supper == by_text.session_id
            QTest.keyClick(sessions.field, Qt.Key.Key_Escape)
            assert sessions.view.isVisible()
            assert not sessions.found.isVisible()

    qt_run(search())


def test_a_search_without_a_finding_says_so(qt_run: Run, home: Path):
    async def search() -> None:
        async with opened_window(home, scripted(["x"])) as opened:
            sessions = opened.window.sessions
            sessions.field.setText("nowhere")
            await opened.until(sessions.found.isVisible, opened.bridge.archive.found)
            assert "nowhere" in sessions.found.empty_text

    qt_run(search())


def test_while_results_show_a_command_means_the_marked_result_and_not_the_open_session(
    qt_run: Run, home: Path
):
    async def search() -> None:
        async with opened_window(home, scripted(["Put tomatoes in the salad"], ["Bread"])) as opened:
            await ask(opened, "What is for supper?")
            supper = opened.conversation.session_id
            opened.press(Qt.Key.Key_N, CONTROL)
            await ask(opened, "Tomatoes or bread?")
            open_session = opened.conversation.session_id
            sessions = opened.window.sessions
            QTest.keyClicks(sessions.field, "tomatoes")
            await opened.until(lambda: sessions.results.rowCount() == 2, opened.bridge.archive.found)
            sessions.found.setCurrentIndex(sessions.results.index(1))
            opened.window.commands["delete_session"].trigger()
            assert sessions.deletion.is_doomed(supper)
            assert opened.conversation.session_id == open_session

    qt_run(search())


def test_a_pinned_session_goes_to_the_top_and_back(qt_run: Run, home: Path):
    async def pin() -> None:
        async with opened_window(home, scripted(["one"], ["two"])) as opened:
            await ask(opened, "first")
            opened.press(Qt.Key.Key_N, CONTROL)
            await ask(opened, "second")
            sessions = opened.window.sessions
            sessions.view.setCurrentIndex(sessions.model.index(1))
            opened.window.commands["pin_session"].trigger()
            await opened.until(lambda: sessions.model.session_at(0).title == "first")
            assert sessions.model.session_at(0).pinned
            sessions.pin_wanted.emit(sessions.model.session_at(0), False)
            await opened.until(lambda: sessions.model.session_at(0).title == "second")

    qt_run(pin())


def test_a_prompt_written_while_it_streams_waits_and_goes_out_after_the_answer(qt_run: Run, home: Path):
    async def talk() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["One ", Waiting(gate)], ["Two"])) as opened:
            opened.send("first")
            await opened.until(lambda: "One" in opened.text)
            opened.send("second")
            assert opened.window.queue.isVisible()
            assert opened.window.composer.text == ""
            opened.type("a draft")
            gate.set()
            await opened.until(lambda: "Two" in opened.text)
            await opened.until_idle()
            assert not opened.window.queue.isVisible()
            assert opened.window.composer.text == "a draft"

    qt_run(talk())


def test_a_waiting_prompt_can_be_edited_and_removed(qt_run: Run, home: Path):
    async def talk() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["One ", Waiting(gate)])) as opened:
            opened.send("first")
            await opened.until(lambda: "One" in opened.text)
            opened.send("second")
            opened.send("third")
            opened.window.queue.edit_wanted.emit(0)
            assert opened.window.composer.text == "second"
            opened.window.queue.remove_wanted.emit(0)
            assert not opened.window.queue.isVisible()

    qt_run(talk())


def test_a_waiting_prompt_outlives_the_program_and_is_sent_only_by_the_person(qt_run: Run, home: Path):
    async def first_start() -> None:
        async with opened_window(home, scripted(["One ", Waiting(asyncio.Event())])) as opened:
            opened.send("first")
            await opened.until(lambda: "One" in opened.text)
            opened.send("second")

    async def second_start() -> None:
        async with opened_window(home, scripted(["Two"])) as opened:
            await opened.until(opened.window.queue.isVisible, desk_of(opened).queue.changed)
            assert "Two" not in opened.text
            opened.window.queue.send_wanted.emit()
            await opened.until(lambda: "Two" in opened.text)
            await opened.until_idle()
            assert opened.window.queue.isHidden()

    qt_run(first_start())
    qt_run(second_start())


def test_quitting_before_the_undo_has_passed_keeps_the_session(qt_run: Run, home: Path):
    async def delete_and_quit() -> None:
        async with opened_window(home, scripted(["one"])) as opened:
            await ask(opened, "keep me")
            opened.window.commands["delete_session"].trigger()

    async def look() -> None:
        async with engine_on(home, scripted(["x"])) as engine:
            assert [session.title for session in await engine.sessions()] == ["keep me"]

    qt_run(delete_and_quit())
    qt_run(look())


def test_an_export_is_whole_and_never_replaces_a_file_unasked(qt_run: Run, home: Path, tmp_path: Path):
    async def export() -> None:
        async with opened_window(home, scripted(["An answer"])) as opened:
            await ask(opened, "A question")
            target = tmp_path / "session.md"
            target.write_text("mine", encoding="utf-8")
            archive, session_id = opened.bridge.archive, opened.conversation.session_id
            archive.export(session_id, target, "markdown")
            await opened.until(opened.window.notice.isVisible, archive.export_refused)
            assert target.read_text(encoding="utf-8") == "mine"
            assert "already" in opened.window.notice.text
            opened.window.notice.buttons[1].click()
            await opened.until(lambda: "Exported" in opened.window.notice.text, archive.exported)
            text = target.read_text(encoding="utf-8")
            assert text.index("A question") < text.index("An answer")
            assert [path.name for path in tmp_path.iterdir()] == ["session.md"]

    qt_run(export())


def test_an_export_that_can_not_be_written_says_why(qt_run: Run, home: Path, tmp_path: Path):
    async def export() -> None:
        async with opened_window(home, scripted(["An answer"])) as opened:
            await ask(opened, "A question")
            archive = opened.bridge.archive
            archive.export(opened.conversation.session_id, tmp_path / "no" / "folder.md", "markdown")
            await opened.until(opened.window.notice.isVisible, archive.export_failed)
            assert "could not be written" in opened.window.notice.text

    qt_run(export())


def test_an_open_file_dialog_nests_no_loop_and_stops_no_answer(qt_run: Run, home: Path):
    async def export() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["one ", Waiting(gate), "two"])) as opened:
            opened.send("Why: not/this?")
            await opened.until(lambda: "one" in opened.text)
            depth = QThread.currentThread().loopLevel()
            opened.window.commands["export_json"].trigger()
            exports = opened.conversation.findChild(ExportSteering)
            assert isinstance(exports, ExportSteering)
            assert exports.dialog is not None
            assert exports.dialog.isVisible()
            gate.set()
            await opened.until(lambda: "two" in opened.text)
            assert QThread.currentThread().loopLevel() == depth
            await opened.until_idle()
            exports.dialog.close()
            assert exports.dialog is None

    qt_run(export())


def test_the_palette_offers_every_command_and_sessions_by_title(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["one"], ["two"])) as opened:
            await ask(opened, "Growing tomatoes")
            tomatoes = opened.conversation.session_id
            opened.press(Qt.Key.Key_N, CONTROL)
            opened.press(Qt.Key.Key_K, CONTROL)
            palette = desk_of(opened).palette.palette
            assert palette.isVisible()
            assert palette.model.rowCount() == len(COMMANDS) - 1
            QTest.keyClicks(palette.field, "tomat")
            await opened.until(lambda: palette.model.rowCount() == 1, opened.bridge.archive.titles_found)
            QTest.keyClick(palette.field, Qt.Key.Key_Return)
            await opened.until(lambda: opened.conversation.session_id == tomatoes)
            assert palette.isHidden()
            await opened.until_idle()
            opened.press(Qt.Key.Key_K, CONTROL)
            QTest.keyClicks(palette.field, "newses")
            QTest.keyClick(palette.field, Qt.Key.Key_Return)
            assert opened.conversation.session_id == ""

    qt_run(use())


def test_who_enters_before_sessions_are_found_gets_the_one_that_is_found(qt_run: Run, home: Path):
    async def use() -> None:
        async with opened_window(home, scripted(["one"])) as opened:
            await ask(opened, "Growing tomatoes")
            tomatoes = opened.conversation.session_id
            opened.press(Qt.Key.Key_N, CONTROL)
            opened.press(Qt.Key.Key_K, CONTROL)
            palette = desk_of(opened).palette.palette
            QTest.keyClicks(palette.field, "tomat")
            QTest.keyClick(palette.field, Qt.Key.Key_Return)
            assert palette.isVisible()
            await opened.until(lambda: opened.conversation.session_id == tomatoes)
            assert palette.isHidden()

    qt_run(use())


def test_esc_closes_the_palette_and_stops_no_answer(qt_run: Run, home: Path):
    async def use() -> None:
        gate = asyncio.Event()
        async with opened_window(home, scripted(["One ", Waiting(gate)])) as opened:
            opened.send("first")
            await opened.until(lambda: "One" in opened.text)
            opened.press(Qt.Key.Key_K, CONTROL)
            palette = desk_of(opened).palette.palette
            QTest.keyClick(palette.field, Qt.Key.Key_Escape)
            assert palette.isHidden()
            assert opened.conversation.state == "writing"
            gate.set()
            await opened.until_idle()

    qt_run(use())


def test_no_key_is_given_to_two_commands():
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert "" not in keys
    assert len(keys) == len(set(keys))


def test_a_workspace_that_is_chosen_is_that_of_new_sessions(qt_run: Run, home: Path, tmp_path: Path):
    async def choose() -> None:
        async with opened_window(home, scripted(["one"])) as opened:
            desk_of(opened).workspaces.chosen.emit(tmp_path)
            assert opened.window.status.texts[2] == str(tmp_path)
            await ask(opened, "hello")
            (session,) = await opened.engine.sessions()
            assert session.workspace == str(tmp_path)

    qt_run(choose())


def test_dropped_text_files_come_as_blocks_and_others_with_a_reason(qt_run: Run, home: Path, tmp_path: Path):
    async def drop() -> None:
        text, picture, large = tmp_path / "a.py", tmp_path / "b.png", tmp_path / "c.txt"
        text.write_text("print('```')\n", encoding="utf-8")
        picture.write_bytes(b"\x89PNG\0\xff")
        large.write_bytes(b"x" * 300_000)
        async with opened_window(home, scripted(["one"])) as opened:
            dropped = QMimeData()
            dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in (text, picture, large)])
            drop_on(opened.window.composer.edit, dropped)
            await opened.until(lambda: opened.window.composer.text, opened.bridge.archive.files_read)
            assert opened.window.composer.text == "a.py:\n````py\nprint('```')\n````\n"
            assert "b.png” is not a text file" in opened.window.notice.text
            assert "c.txt” is larger than 256 KB" in opened.window.notice.text

    qt_run(drop())


def drop_on(edit: QPlainTextEdit, data: QMimeData) -> None:
    """As Qt hands on a drag that ends there."""
    place, copy = QPoint(8, 8), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place, copy, data, buttons, keys)
    QApplication.sendEvent(edit.viewport(), entered)
    assert entered.isAccepted()
    QApplication.sendEvent(edit.viewport(), QDropEvent(QPointF(place), copy, data, buttons, keys))


def test_up_recalls_the_prompts_of_this_session_and_down_comes_back(qt_run: Run, home: Path):
    async def recall() -> None:
        async with opened_window(home, scripted(["one"], ["two"])) as opened:
            await ask(opened, "first")
            await ask(opened, "second")
            shown = []
            for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
                opened.press(key)
                shown.append(opened.window.composer.text)
            assert shown == ["second", "first", "first", "second", ""]
            opened.type("written")
            opened.press(Qt.Key.Key_Up)
            assert opened.window.composer.text == "written"

    qt_run(recall())


def test_the_ring_says_how_full_the_context_is(qt_run: Run, home: Path):
    async def look() -> None:
        uncounted = ScriptedAnswer(steps=("word " * 8_000,), usage=Usage())  # so the estimate holds
        async with opened_window(home, ScriptedProvider([uncounted])) as opened:
            assert opened.window.ring.isHidden()
            await ask(opened, "Write")
            await opened.until(opened.window.ring.isVisible, opened.bridge.archive.context_known)
            assert opened.window.ring.used_tokens == pytest.approx(10_000, rel=0.02)
            assert opened.window.ring.window_tokens == 128_000
            assert "tokens (8 %)" in opened.window.ring.toolTip()

    qt_run(look())
