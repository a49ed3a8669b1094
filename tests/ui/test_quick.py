"""The quick prompt: asked and answered in place, by keyboard alone, its own session."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from roku_desktop.engine.providers.scripted import ScriptedProvider, Waiting
from roku_desktop.single_instance import Wish
from roku_desktop.ui.look import theme
from roku_desktop.ui.quick.prompt import place_on
from roku_desktop.ui.steering.quick import QuickSteering
from tests.support.display import PictureTaker
from tests.support.engines import scripted
from tests.support.resident import resident, settled
from tests.support.tray_host import TrayHost
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
on_x11 = pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11")
SCREENS = [QRect(0, 0, 1400, 900), QRect(1400, 100, 1024, 768), QRect(-800, 0, 800, 600)]
CONTROL = Qt.KeyboardModifier.ControlModifier


def press(quick: QuickSteering, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(quick.prompt.composer.edit, key, modifier)


def counting(goes_on: asyncio.Event) -> ScriptedProvider:
    return scripted(["One ", Waiting(goes_on), "two."])


async def open_box(quick: QuickSteering) -> None:
    quick.open()
    await settled(quick.prompt.isActiveWindow)


async def xdotool(*words: str) -> None:
    await asyncio.to_thread(subprocess.run, ["xdotool", *words], check=True)


async def ask(quick: QuickSteering, text: str) -> None:
    QTest.keyClicks(quick.prompt.composer.edit, text)
    press(quick, Qt.Key.Key_Return)


def text_of(quick: QuickSteering) -> str:
    return quick.prompt.transcript.plain_text()


async def idle(quick: QuickSteering) -> None:
    await settled(lambda: quick.conversation.state == "idle" and quick.conversation.session_id)


@on_x11
def test_a_person_asks_reads_and_leaves_by_keyboard_alone(qt_run: Run, home: Path):
    async def use() -> None:
        async with resident(home, tray=False) as opened:
            quick = opened.residence.quick
            await open_box(quick)
            box = quick.prompt
            assert box.composer.edit.hasFocus()
            await xdotool("type", "--delay", "4", "hi there")
            await settled(lambda: box.composer.text == "hi there")
            await xdotool("key", "Return")
            await idle(quick)
            assert "Hello." in text_of(quick)
            assert box.composer.text == ""
            await xdotool("key", "Escape")
            await settled(lambda: not box.isVisible())
            assert opened.conversation.session_id == "", "the window's own conversation is another"

    qt_run(use())


def test_each_is_a_session_of_its_own_and_what_was_read_makes_room(qt_run: Run, home: Path):
    async def use() -> None:
        async with resident(home, tray=False) as opened:
            quick = opened.residence.quick
            opened.send("In the window")
            await opened.until_idle()
            await open_box(quick)
            await ask(quick, "In the box")
            await idle(quick)
            assert text_of(quick).startswith("In the box")
            assert "In the box" not in opened.text
            press(quick, Qt.Key.Key_Escape)
            await open_box(quick)
            assert (text_of(quick), quick.conversation.session_id) == ("", "")
            assert len(await opened.engine.sessions()) == 2

    qt_run(use())


def test_hiding_does_not_stop_the_answer_which_is_there_afterwards(qt_run: Run, home: Path):
    async def use() -> None:
        goes_on = asyncio.Event()
        async with resident(home, provider=counting(goes_on), tray=False) as opened:
            quick = opened.residence.quick
            await open_box(quick)
            await ask(quick, "Count")
            await settled(lambda: "One" in text_of(quick))
            press(quick, Qt.Key.Key_Escape)
            assert not quick.prompt.isVisible()
            goes_on.set()
            await idle(quick)
            await open_box(quick)
            assert "One two." in text_of(quick)
            press(quick, Qt.Key.Key_Escape)
            await open_box(quick)
            assert text_of(quick) == ""

    qt_run(use())


def test_stop_has_a_key_of_its_own(qt_run: Run, home: Path):
    async def use() -> None:
        async with resident(
            home, provider=scripted(["One ", Waiting(asyncio.Event())]), tray=False
        ) as opened:
            quick = opened.residence.quick
            await open_box(quick)
            await ask(quick, "Count")
            await settled(lambda: "One" in text_of(quick))
            press(quick, Qt.Key.Key_Period, CONTROL)
            await idle(quick)
            assert quick.prompt.isVisible()
            assert "You stopped this answer." in text_of(quick)

    qt_run(use())


def test_it_goes_on_in_the_window_with_its_answer_and_with_what_is_not_sent_yet(qt_run: Run, home: Path):
    async def use() -> None:
        goes_on = asyncio.Event()
        async with resident(home, provider=counting(goes_on), tray=False) as opened:
            quick = opened.residence.quick
            opened.window.hide()
            await open_box(quick)
            await ask(quick, "Count")
            await settled(lambda: "One" in text_of(quick))
            QTest.keyClicks(quick.prompt.composer.edit, "and then")
            press(quick, Qt.Key.Key_Return, CONTROL)
            assert (quick.prompt.isVisible(), opened.window.isVisible()) == (False, True)
            await opened.until(lambda: opened.conversation.state == "writing")
            assert "One" in opened.text
            assert opened.window.composer.text == "and then"
            goes_on.set()
            await opened.until_idle()
            assert "One two." in opened.text
            await open_box(quick)
            assert (text_of(quick), quick.prompt.composer.text) == ("", "")
            QTest.keyClicks(quick.prompt.composer.edit, "never sent")
            press(quick, Qt.Key.Key_Enter, CONTROL)
            assert opened.conversation.session_id == ""
            assert opened.window.composer.text == "never sent"

    qt_run(use())


def test_what_is_written_during_an_answer_is_sent_after_it(qt_run: Run, home: Path):
    async def use() -> None:
        goes_on = asyncio.Event()
        provider = scripted(["One ", Waiting(goes_on), "two."], ["Three."])
        async with resident(home, provider=provider, tray=False) as opened:
            quick = opened.residence.quick
            await open_box(quick)
            await ask(quick, "Count")
            await settled(lambda: "One" in text_of(quick))
            await ask(quick, "Go on")
            goes_on.set()
            await settled(lambda: "Three." in text_of(quick))
            await idle(quick)

    qt_run(use())


def test_a_text_given_on_the_command_line_waits_for_a_persons_enter(qt_run: Run, home: Path):
    async def use() -> None:
        async with resident(home, tray=False, wish=Wish(show="quick", text="What is this?")) as opened:
            quick = opened.residence.quick
            assert quick.prompt.isVisible()
            assert opened.window.isMinimized(), "without a tray the window stays within reach"
            assert quick.prompt.composer.text == "What is this?"
            assert await opened.engine.sessions() == []
            press(quick, Qt.Key.Key_Return)
            await idle(quick)
            assert "Hello." in text_of(quick)

    qt_run(use())


def test_the_window_comes_instead_of_the_box_and_what_was_written_there_is_kept(qt_run: Run, home: Path):
    async def use() -> None:
        async with resident(home, tray=False) as opened:
            quick = opened.residence.quick
            opened.window.hide()
            await open_box(quick)
            QTest.keyClicks(quick.prompt.composer.edit, "half a thought")
            opened.residence.fulfil(Wish(show="window"))
            assert (quick.prompt.isVisible(), opened.window.isVisible()) == (False, True)
            await open_box(quick)
            assert quick.prompt.composer.text == "half a thought"

    qt_run(use())


def test_trouble_is_told_in_the_box(qt_run: Run, home: Path):
    async def use() -> None:
        async with resident(home, tray=False) as opened:
            opened.engine.pause.begin()
            quick = opened.residence.quick
            await open_box(quick)
            await ask(quick, "Hi")
            await settled(quick.prompt.banner.isVisible)
            assert quick.prompt.banner.text.startswith("Roku is paused")
            assert quick.prompt.composer.text == "Hi"

    qt_run(use())


@pytest.mark.parametrize(
    "screen", [QRect(0, 0, 1400, 900), QRect(1400, 100, 1024, 768), QRect(-800, 0, 800, 600)]
)
def test_it_stands_in_the_middle_of_the_screen_with_the_pointer(screen: QRect):
    corner = place_on(screen, 700)
    assert screen.contains(QRect(corner.x(), corner.y(), 700, 400))
    assert abs((corner.x() + 350) - screen.center().x()) <= 1


@on_x11
@pytest.mark.parametrize(("paragraphs", "height_px"), [(1, range(280, 340)), (60, range(520, 521))])
def test_the_box_is_as_high_as_its_answer_needs(qt_run: Run, home: Path, paragraphs: int, height_px: range):
    answer = "\n\n".join(f"Paragraph {number}." for number in range(paragraphs))

    async def use() -> None:
        async with resident(home, tray=False, provider=scripted([answer])) as opened:
            quick = opened.residence.quick
            await open_box(quick)
            await ask(quick, "Tell me.")
            await idle(quick)
            await settled(lambda: f"Paragraph {paragraphs - 1}." in text_of(quick))
            await settled(lambda: quick.prompt.height() in height_px)

    qt_run(use())


@on_x11
@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_it_is_seen_in_both_schemes(
    qt_run: Run, home: Path, app: QApplication, screenshot: PictureTaker, scheme: Qt.ColorScheme
):
    answer = "A *monad* chains steps:\n\n- wrap a value\n- bind functions\n\n```python\nprint('hi')\n```\n"

    async def use() -> None:
        with TrayHost():
            async with resident(home, provider=scripted([answer])) as opened:
                app.setPalette(theme.palette_of(scheme))
                opened.window.close()
                quick = opened.residence.quick
                quick.open("What is a monad?")
                await settled(quick.prompt.isActiveWindow)
                low = quick.prompt.height()
                assert low < 200
                await asyncio.sleep(0)
                screenshot(f"quick-empty-{scheme.name.lower()}")
                press(quick, Qt.Key.Key_Return)
                await idle(quick)
                await settled(lambda: quick.prompt.height() > low + 100)
                await asyncio.sleep(0.05)
                screenshot(f"quick-{scheme.name.lower()}")
                box = quick.prompt.grab().toImage()
                dark = box.pixelColor(4, 4).lightness() < 128
                assert dark == (scheme == Qt.ColorScheme.Dark)

    qt_run(use())
    app.setPalette(theme.palette_of(Qt.ColorScheme.Light))
