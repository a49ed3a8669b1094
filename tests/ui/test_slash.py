"""Commands that are typed into the composer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from roku_desktop.ui.composing.slash_commands import SlashCommand, SlashCommands
from roku_desktop.ui.composing.slash_popup import SlashPopup
from tests.support.display import PictureTaker
from tests.support.labs import Lab
from tests.support.windows import opened_window
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
