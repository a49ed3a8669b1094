"""What waits for approval, in the real window on the real engine: shown, decided, never by accident."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from roku_desktop.engine import Consent, ToolCall
from roku_desktop.ui.approving.dialog import SETTLE_MS, ApprovalDialog
from roku_desktop.ui.steering.approvals import ApprovalSteering
from tests.support.appending import append_call, lines_in, with_append
from tests.support.display import PictureTaker
from tests.support.engines import engine_on, scripted
from tests.support.loop_gaps import loop_gaps
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def steering_of(opened: OpenedWindow) -> ApprovalSteering:
    found = opened.conversation.findChild(ApprovalSteering)
    assert isinstance(found, ApprovalSteering)
    return found


async def asked(opened: OpenedWindow, count: int = 1) -> ApprovalDialog:
    """Wait until so many approvals wait and the dialog shows one."""
    steering = steering_of(opened)
    calls = opened.bridge.archive.approvals
    await opened.until(
        lambda: len(steering.pages) == count and steering.dialog.isVisible(),
        calls.waiting,
        calls.page_changed,
    )
    while not steering.dialog.isActiveWindow():  # the window manager says so in its own time
        await asyncio.sleep(0.02)
    return steering.dialog


async def settled(dialog: ApprovalDialog) -> None:
    while not dialog.once.isEnabled():
        await asyncio.sleep(0.02)


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_approved_by_a_click_runs_once(qt_run: Run, home: Path, screenshot: PictureTaker):
    async def talk() -> None:
        provider = scripted(["I append.", append_call()], ["Done."])
        async with opened_window(home, provider, tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            assert not dialog.isModal()
            assert dialog.page is not None
            assert dialog.page.title == "Append a line"
            assert opened.window.status.approvals_button.isVisible()
            assert "waits for your approval" in opened.window.approval.text
            assert opened.window.sessions.model.data(opened.window.sessions.model.index(0), 257) == "waiting"
            await settled(dialog)
            dialog.hide()
            (review,) = opened.row_buttons("Review what waits")
            click(review)
            assert dialog.isVisible()
            await settled(dialog)
            screenshot("approval")
            click(dialog.once)
            await opened.until_idle()
            assert lines_in(home) == 1
            assert not opened.row_buttons("Review what waits")
            assert not dialog.isVisible()
            assert not opened.window.status.approvals_button.isVisible()
            assert not opened.window.approval.isVisible()
            assert "Done." in opened.text

    qt_run(talk())


@pytest.mark.skipif(sys.platform == "win32", reason="a command for bash")
def test_a_command_is_seen_running_and_ends_with_the_stop(qt_run: Run, home: Path, screenshot: PictureTaker):
    """It says by a FIFO that it has begun, and the FIFO's end says that nothing of it is left."""
    os.mkfifo(home / "pulse")
    command = ToolCall(
        call_id="c1", name="Shell", arguments='{"command": "exec 9>pulse; echo . >&9; sleep 100"}'
    )

    async def talk() -> None:
        async with opened_window(home, scripted(["I look.", command])) as opened:
            opened.send("Run it")
            dialog = await asked(opened)
            assert dialog.page is not None
            assert dialog.page.title == f"Run in {home}"
            await settled(dialog)
            screenshot("approval-command")
            click(dialog.once)
            with await asyncio.to_thread((home / "pulse").open, "rb") as pulse:
                assert await asyncio.to_thread(pulse.read, 1) == b"."
                await opened.until(lambda: "running…" in opened.text)
                screenshot("command-runs")
                await opened.engine.stop(opened.conversation.session_id)
                await opened.until_idle()
                assert await asyncio.to_thread(pulse.read) == b"\n"
            assert "running…" not in opened.text

    qt_run(talk())


def test_a_storm_of_enter_and_space_approves_nothing(qt_run: Run, home: Path):
    async def talk() -> None:
        async with opened_window(home, scripted([append_call()], ["Done."]), tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            assert not dialog.once.isEnabled()
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Enter)
            for _ in range(20):  # before and after the first half second
                for key in keys:
                    QTest.keyClick(QApplication.focusWidget() or dialog, key)
                click(dialog.once) if not dialog.once.isEnabled() else None
                await asyncio.sleep(SETTLE_MS / 1000 / 12)
            assert dialog.once.isEnabled()
            assert dialog.isVisible()
            approval = (await opened.engine.approvals.pending())[0]
            assert approval.state in ("requested", "shown")
            assert lines_in(home) == 0
            await opened.engine.stop(opened.conversation.session_id)

    qt_run(talk())


def test_its_keys_do_nothing_in_the_first_half_second(qt_run: Run, home: Path):
    async def talk() -> None:
        async with opened_window(home, scripted([append_call()], ["Done."]), tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            QTest.keyClick(dialog, Qt.Key.Key_A, both)
            assert dialog.isVisible()
            await settled(dialog)
            QTest.keyClick(dialog, Qt.Key.Key_A, both)
            await opened.until_idle()
            assert lines_in(home) == 1

    qt_run(talk())


def test_the_model_reads_why_it_was_rejected(qt_run: Run, home: Path):
    async def talk() -> None:
        provider = scripted([append_call()], ["I see."])
        async with opened_window(home, provider, tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            dialog.comment.setFocus()
            QTest.keyClicks(dialog.comment, "Not in this file")
            click(dialog.reject_button)
            await opened.until_idle()
            assert "Not in this file" in str(provider.requests[-1])
            assert lines_in(home) == 0

    qt_run(talk())


def test_esc_is_later_and_the_status_bar_brings_it_back(qt_run: Run, home: Path):
    async def talk() -> None:
        async with opened_window(home, scripted([append_call()], ["Done."]), tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            assert not dialog.isVisible()
            assert (await opened.engine.approvals.pending())[0].state in ("requested", "shown")
            opened.window.status.approvals_button.click()
            assert dialog.isVisible()
            assert not dialog.once.isEnabled()  # it appeared anew
            await opened.engine.stop(opened.conversation.session_id)

    qt_run(talk())


def test_several_form_a_queue_and_the_rest_is_shown_after_each_answer(qt_run: Run, home: Path):
    async def talk() -> None:
        provider = scripted([append_call("c1"), append_call("c2"), append_call("c3")], ["Done."])
        async with opened_window(home, provider, tools=with_append) as opened:
            opened.send("Append three")
            dialog = await asked(opened, 3)
            assert dialog.count.text().endswith("of 3")
            click(dialog.forth)
            assert dialog.count.text() == "2 of 3"
            await settled(dialog)
            click(dialog.once)
            assert dialog.isVisible()
            assert not dialog.once.isEnabled()  # another page: the half second begins again
            await settled(dialog)
            click(dialog.once)
            click(dialog.reject_button)
            await opened.until_idle()
            assert lines_in(home) == 2

    qt_run(talk())


def test_one_that_was_decided_elsewhere_says_by_whom(qt_run: Run, home: Path):
    async def talk() -> None:
        provider = scripted([append_call()], ["Done."])
        async with (
            opened_window(home, provider, tools=with_append) as opened,
            engine_on(home, scripted(["unused"]), tools=with_append) as other,
        ):
            opened.send("Append a line")
            dialog = await asked(opened)
            approval = (await other.approvals.pending())[0]
            await other.approvals.decide(approval.approval_id, "approve", origin="command line")
            await opened.until(
                lambda: dialog.page is not None and dialog.page.state == "closed",
                opened.bridge.archive.approvals.page_changed,
            )
            assert dialog.isVisible()
            assert "on the command line" in dialog.notes.text()
            assert not dialog.once.isVisible()
            await opened.until_idle()
            assert lines_in(home) == 1

    qt_run(talk())


def test_what_waited_when_the_program_was_quit_is_back_after_a_start(qt_run: Run, home: Path):
    async def ask() -> None:
        async with opened_window(home, scripted([append_call()]), tools=with_append) as opened:
            opened.send("Append a line")
            await asked(opened)

    async def decide() -> None:
        async with opened_window(home, scripted(["Done."]), tools=with_append) as opened:
            dialog = await asked(opened)
            assert "restarted since" in dialog.notes.text()
            await settled(dialog)
            click(dialog.once)
            await opened.until(lambda: "Done." in opened.text)
            assert lines_in(home) == 1

    qt_run(ask())
    assert lines_in(home) == 0
    qt_run(decide())


def test_what_changed_since_stands_at_the_top_when_it_is_asked_again(qt_run: Run, home: Path):
    async def talk() -> None:
        async with opened_window(home, scripted([append_call()], ["Done."]), tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            await settled(dialog)
            (home / "program.sh").write_text("changed", encoding="utf-8")
            click(dialog.once)
            await opened.until(
                # A long path may be broken anywhere, and here it is as long as the folder of the test.
                lambda: dialog.isVisible() and "program.sh" in dialog.notes.text().replace("\u200b", ""),
                opened.bridge.archive.approvals.waiting,
                opened.bridge.archive.approvals.page_changed,
            )
            assert lines_in(home) == 0
            await settled(dialog)
            click(dialog.once)
            await opened.until_idle()
            assert lines_in(home) == 1

    qt_run(talk())


def test_a_session_rule_is_listed_and_can_be_revoked(qt_run: Run, home: Path):
    async def talk() -> None:
        provider = scripted([append_call()], [append_call("c2")], ["Done."])
        async with opened_window(home, provider, tools=with_append) as opened:
            opened.send("Append a line, twice")
            dialog = await asked(opened)
            await settled(dialog)
            click(dialog.for_session)
            await opened.until_idle()
            assert lines_in(home) == 2
            calls = opened.bridge.archive.approvals
            known: list[object] = []
            calls.rules_known.connect(known.append)
            opened.window.commands["approval_rules"].trigger()
            await opened.until(lambda: known, calls.rules_known)
            calls.revoke((await opened.engine.approvals.rules())[0].rule_id)
            await opened.until(lambda: len(known) == 2, calls.rules_known)
            assert await opened.engine.approvals.rules() == []

    qt_run(talk())


def test_plan_mode_holds_the_first_answer_of_a_new_session_too(qt_run: Run, home: Path):
    async def talk() -> None:
        provider = scripted([append_call()], ["I only looked."], [append_call("c2")], ["Done."])
        async with opened_window(home, provider, tools=with_append) as opened:
            opened.window.commands["plan_mode"].trigger()
            steering = steering_of(opened)
            assert steering.plan.sign.isVisible()
            opened.send("Append a line")
            await opened.until(lambda: "I only looked." in opened.text)
            await opened.until_idle()
            assert lines_in(home) == 0
            assert steering.plan.sign.isVisible()
            steering.plan.sign.click()
            await opened.bridge.finish()
            await opened.until(lambda: not steering.plan.is_on)
            assert not steering.plan.sign.isVisible()
            opened.send("Now")
            dialog = await asked(opened)
            await settled(dialog)
            click(dialog.once)
            await opened.until_idle()
            assert lines_in(home) == 1

    qt_run(talk())


def test_a_run_that_parked_on_the_command_line_is_asked_for_here(qt_run: Run, home: Path):
    async def talk() -> None:
        async with opened_window(home, scripted(["Done."]), tools=with_append) as opened:
            async with engine_on(home, scripted([append_call()]), tools=with_append) as other:
                session = await other.create_session(home)
                turn = await other.ask(session.session_id, "Append", consent=Consent(waits=False))
                assert (await turn.result()).outcome == "parked"
            dialog = await asked(opened)
            await settled(dialog)
            click(dialog.once)
            while lines_in(home) == 0:
                await asyncio.sleep(0.02)
            await opened.bridge.finish()

    qt_run(talk())


def test_the_window_stays_alive_while_a_huge_text_is_shown(qt_run: Run, home: Path):
    items = ["x" * 100_000, *["a \u202eline"] * 20_000]
    text = '{"text": [\n' + ",\n".join(f'"{item}"' for item in items) + "]}"
    call = ToolCall(call_id="c1", name="Append", arguments=text)

    async def talk() -> None:
        provider = scripted([call], ["Done."])
        async with opened_window(home, provider, tools=with_append) as opened:
            with loop_gaps() as gaps:
                opened.send("Append a line")
                dialog = await asked(opened)
                assert not dialog.text.whole
                assert not dialog.once.isEnabled()
                await opened.until(lambda: dialog.text.whole, dialog.text.completed)
            assert dialog.page is not None
            assert dialog.text.toPlainText() == dialog.page.texts[0].text
            assert gaps.longest_own_s < 0.2
            await opened.engine.stop(opened.conversation.session_id)

    qt_run(talk())


def test_facts_with_chinese_names_are_seen_without_scrolling(qt_run: Run, home: Path):
    """Their lines are higher than those of the font that is asked for."""
    folder = home / "周六的野餐"
    folder.mkdir()

    async def talk() -> None:
        provider = scripted([append_call()], ["Done."])
        async with opened_window(folder, provider, tools=with_append) as opened:
            opened.send("Append a line")
            dialog = await asked(opened)
            await settled(dialog)
            assert dialog.facts.blockCount() > 4
            assert dialog.facts.verticalScrollBar().maximum() == 0

    qt_run(talk())
