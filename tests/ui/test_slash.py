"""Commands that are typed into the composer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.ui.composing.slash_commands import SlashCommand, SlashCommands
from roku_desktop.ui.composing.slash_popup import SlashPopup
from roku_desktop.ui.palette.keys_page import KeysPage
from roku_desktop.ui.shortcuts import COMMANDS
from tests.support.display import PictureTaker
from tests.support.labs import Lab
from tests.support.windows import OpenedWindow, exposed, in_front, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def commands(done: list[str]) -> SlashCommands:
    return SlashCommands(
        [
            SlashCommand(name="model", title="Choose", act=done.append, arguments=lambda: ["qwen3", "llama"]),
            SlashCommand(name="help", title="Help", act=lambda argument: done.append(f"help{argument}")),
        ]
    )


def test_a_slash_offers_all_commands_and_letters_fewer():
    known = commands([])
    assert [each.text for each in known.completions("/")] == ["/model ", "/help"]
    assert [each.text for each in known.completions("/he")] == ["/help"]
    assert [each.text for each in known.completions("/model l")] == ["/model llama"]


@pytest.mark.parametrize("text", ["/home/me/notes is full", "/modelling", "what is /help", "/help\nme", "/"])
def test_what_only_looks_like_a_command_is_a_prompt(text: str):
    done: list[str] = []
    assert not commands(done).take(text)
    assert done == []


def test_a_command_is_given_what_stands_behind_it():
    done: list[str] = []
    assert commands(done).take("/model  qwen3 ")
    assert done == ["qwen3"]


def test_a_model_is_chosen_by_typing_and_nothing_is_sent(qt_run: Run, home: Path, screenshot: PictureTaker):
    labs = (Lab("lab"), Lab("other"))

    async def choose() -> None:
        async with opened_window(home, *labs) as opened:
            opened.type("/")
            popup = opened.window.findChild(SlashPopup)
            assert isinstance(popup, SlashPopup)
            assert popup.isVisible()
            screenshot("slash-commands")
            opened.press(Qt.Key.Key_Down)
            opened.press(Qt.Key.Key_Tab)
            assert opened.window.composer.text == "/model "
            await opened.bridge.finish()
            opened.type("other-2")
            opened.press(Qt.Key.Key_Return)
            await opened.until(
                lambda: opened.window.status.texts[1] == "other · other-2", opened.bridge.model_known
            )
            assert opened.window.composer.text == ""
            assert popup.isHidden()
            assert labs[0].requests == labs[1].requests == []

    qt_run(choose())


def test_escape_closes_the_list_and_the_text_stays(qt_run: Run, home: Path):
    async def leave() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.type("/he")
            popup = opened.window.findChild(SlashPopup)
            assert isinstance(popup, SlashPopup)
            opened.press(Qt.Key.Key_Escape)
            assert popup.isHidden()
            assert opened.window.composer.text == "/he"

    qt_run(leave())


def test_every_command_that_people_know_is_there(qt_run: Run, home: Path):
    async def look() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            names = {command.name for command in opened.steering._slashes.commands.all}
            known = {"help", "provider", "model", "thinking", "plan", "plan-execute", "session", "trace"}
            assert known | {"compact", "doctor", "quit", "settings", "shortcuts"} <= names

    qt_run(look())


def give(opened: OpenedWindow, text: str) -> None:
    opened.window.composer.set_text(text)
    opened.window.composer.send()


def test_a_session_is_begun_or_opened_by_its_title(qt_run: Run, home: Path):
    async def move() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.send("First thing")
            await opened.until_idle()
            first = opened.conversation.session_id
            give(opened, "/session new")
            assert opened.conversation.session_id == ""
            assert "/session First thing" in [
                each.text for each in opened.steering._slashes.commands.completions("/session fir")
            ]
            give(opened, "/session first thing")
            await opened.until(lambda: opened.conversation.session_id == first)
            give(opened, "/session nothing like it")
            assert "No session is called “nothing like it”" in opened.window.notice.text
            await opened.until_idle()

    qt_run(move())


def test_a_conversation_is_shortened_by_hand_after_a_look(qt_run: Run, home: Path):
    async def shorten() -> None:
        async with opened_window(home, Lab("lab", *["word " * 3_000] * 6)) as opened:
            give(opened, "/compact")
            assert "nothing to shorten" in opened.window.notice.text
            for number in range(5):
                opened.window.composer.set_text(f"{number} " + "please " * 2_000)
                opened.window.composer.send()
                await opened.until_idle()
            give(opened, "/compact preview")
            await opened.bridge.finish()
            assert "Nothing has changed" in opened.window.notice.text
            give(opened, "/compact ")
            await opened.bridge.finish()
            assert "are sent as" in opened.window.notice.text
            record = await opened.engine.context(opened.conversation.session_id)
            assert record.compaction is not None

    qt_run(shorten())


def test_a_plan_is_carried_out_with_plan_mode_off(qt_run: Run, home: Path):
    lab = Lab("lab", "A plan.", "Done.")

    async def plan() -> None:
        async with opened_window(home, lab) as opened:
            give(opened, "/plan-execute")
            assert "no plan to carry out" in opened.window.notice.text
            give(opened, "/plan")
            opened.send("Make a plan")
            await opened.until_idle()
            await opened.until(lambda: opened.conversation.summary and opened.conversation.summary.plan)
            give(opened, "/plan-execute")
            await opened.until(lambda: len(lab.requests) == 2)
            await opened.until_idle()
            await opened.until(lambda: opened.conversation.summary and not opened.conversation.summary.plan)
            assert lab.requests[1].messages[-1].text == "Carry out the plan."  # type: ignore[union-attr]  # the person's

    qt_run(plan())


def test_the_doctor_says_that_all_is_well_or_what_is_not(qt_run: Run, home: Path):
    async def examine() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            give(opened, "/doctor")
            await opened.bridge.finish()
            assert opened.window.notice.text.startswith("The database is whole")
            opened.bridge.archive.examined.emit(["lab needs an API key."])
            assert opened.window.notice.text == "lab needs an API key."

    qt_run(examine())


def test_keys_and_commands_are_on_a_page_that_finds_them(qt_run: Run, home: Path, screenshot: PictureTaker):
    async def look() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            await in_front(opened.window)
            opened.press(Qt.Key.Key_F1)
            page = opened.window.findChild(KeysPage)
            assert isinstance(page, KeysPage)
            assert page.isVisible()
            assert not page.isModal()
            await exposed(page)
            screenshot("keys-page")
            assert all(
                any(known.shown_title in line for line in page.shown) for known in COMMANDS if known.keys
            )
            QTest.keyClicks(page.field, "file workspace")
            assert page.shown == ["@ A file of the workspace, whose text goes along"]
            page.close()

    qt_run(look())


def test_thinking_and_help_say_what_they_did(qt_run: Run, home: Path):
    async def ask() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            for text, told in (
                ("/thinking high", "Thinking is set to high"),
                ("/thinking", "default, off, low, medium, high"),
                ("/help", "/provider – Choose who answers"),
            ):
                opened.window.composer.set_text(text)
                opened.window.composer.send()
                assert told in opened.window.notice.text
                assert opened.window.composer.text == ""
            await opened.bridge.finish()
            assert await opened.engine.thinking() == "high"

    qt_run(ask())
