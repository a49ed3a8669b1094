"""The program that stays: its icon, its menu, closing into the tray, the pause."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from roku_desktop.engine import BreakerState
from roku_desktop.last_end import LastEnd
from roku_desktop.login_start import AutostartEntry
from roku_desktop.single_instance import Wish
from roku_desktop.ui.crash_report import CrashReport
from roku_desktop.ui.premises import Premises
from roku_desktop.ui.steering.residence import KEEP_IN_TRAY
from roku_desktop.ui.tray.icon import tray_image
from roku_desktop.ui.tray.tray import Tray, TrayState
from tests.support.display import PictureTaker
from tests.support.resident import Resident, residence_of, resident, settled
from tests.support.tray_host import TrayHost
from tests.ui.conftest import Run
from tests.ui.test_settings import opened_settings

pytestmark = pytest.mark.window
in_a_tray = pytest.mark.skipif(sys.platform != "linux", reason="the tray of these tests is one of X11")


@pytest.fixture
def tray_host(display: object) -> Iterator[TrayHost]:
    with TrayHost() as host:
        yield host


def menu(opened: Resident) -> dict[str, Callable[[], None]]:
    return {action.text(): action.trigger for action in opened.residence.tray.menu.actions() if action.text()}


@in_a_tray
@pytest.mark.usefixtures("tray_host")
def test_closing_the_window_leaves_it_in_the_tray_and_says_so_once(qt_run: Run, home: Path):
    async def close() -> None:
        async with resident(home) as opened:
            told: list[tuple[str, str]] = []
            opened.residence.tray.tell = lambda title, text: told.append((title, text))  # type: ignore[method-assign]  # a message fades
            for _ in range(2):
                opened.window.close()
                assert not opened.window.isVisible()
                menu(opened)["Open Roku"]()
                assert opened.window.isVisible()
            assert told == [("Roku", "Roku stays here in the tray; its menu has Quit.")]
            assert not opened.quits

    qt_run(close())


@in_a_tray
def test_without_a_tray_closing_quits(qt_run: Run, home: Path):
    async def close() -> None:
        async with resident(home, tray=False) as opened:
            opened.window.close()
            assert opened.quits
            opened.window.commands["keep_in_tray"].trigger()
            opened.window.commands["keep_in_tray"].trigger()
            assert opened.window.notice.text == "This desktop has no tray: closing the window ends Roku."

    qt_run(close())


@in_a_tray
@pytest.mark.usefixtures("tray_host")
def test_a_person_who_wants_closing_to_be_the_end_gets_it_for_good(qt_run: Run, home: Path):
    async def choose() -> None:
        async with resident(home) as opened:
            opened.window.commands["keep_in_tray"].trigger()
            assert opened.window.notice.text == "Closing the window ends Roku from now on."
            await opened.bridge.finish()
            assert await opened.engine.preference(KEEP_IN_TRAY) == "no"

    async def close() -> None:
        async with resident(home) as opened:
            opened.window.close()
            assert opened.quits

    qt_run(choose())
    qt_run(close())


@in_a_tray
def test_a_tray_that_goes_away_brings_the_window_back(qt_run: Run, home: Path, tray_host: TrayHost):
    async def lose() -> None:
        async with resident(home) as opened:
            opened.window.close()
            assert not opened.window.isVisible()
            opened.residence.look_every_ms(10)
            await asyncio.sleep(0.1)
            assert not opened.window.isVisible(), "the tray is there"
            tray_host.end()
            await settled(opened.window.isVisible)
            assert opened.window.notice.text == "The tray went away, so the window is back."

    qt_run(lose())


@in_a_tray
@pytest.mark.usefixtures("tray_host")
def test_started_into_the_tray_it_shows_no_window_until_it_is_wanted(qt_run: Run, home: Path):
    async def start() -> None:
        async with resident(home, wish=Wish(show="tray")) as opened:
            assert not opened.window.isVisible()
            opened.residence.fulfil(Wish(show="tray"))
            assert not opened.window.isVisible()
            opened.residence.fulfil(Wish(workspace=str(home)))
            assert opened.window.isVisible()
            assert opened.conversation.workspace == str(home)

    qt_run(start())


@in_a_tray
@pytest.mark.usefixtures("tray_host")
def test_the_menu_does_what_it_says(qt_run: Run, home: Path, screenshot: PictureTaker):
    async def use() -> None:
        async with resident(home) as opened:
            opened.send("Hi")
            await opened.until_idle()
            opened.window.close()
            tray = opened.residence.tray
            tray.show_state(TrayState(standing="amber", words="anthropic: asked again in 20 s", waiting=2))
            tray.menu.popup(tray.icon.geometry().center())
            await settled(tray.menu.isVisible)
            await asyncio.sleep(0)
            screenshot("tray-menu")
            tray.menu.close()
            menu(opened)["New session"]()
            assert opened.window.isVisible()
            assert opened.conversation.session_id == ""
            menu(opened)["Quit"]()
            assert opened.quits

    qt_run(use())


@in_a_tray
@pytest.mark.usefixtures("tray_host")
def test_a_pause_lets_nothing_out_is_seen_everywhere_and_loses_no_prompt(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def pause() -> None:
        async with resident(home) as opened:
            menu(opened)["Pause: send nothing"]()
            assert "Paused" in opened.residence.tray.icon.toolTip()
            assert opened.window.pause.text == "Paused: nothing is sent to any provider until you resume."
            opened.send("Hello?")
            await opened.until(lambda: "paused" in opened.window.notice.text)
            assert opened.window.composer.text == "Hello?"
            screenshot("window-paused")
            opened.window.pause.buttons[0].click()
            assert not opened.window.pause.isVisible()
            assert "Pause: send nothing" in menu(opened)
            opened.press(Qt.Key.Key_Return)
            await opened.until_idle()
            assert "Hello." in opened.text

    qt_run(pause())


def shown(tray: Tray) -> tuple[str, str]:
    return tray.state.standing, tray.state.words


def test_the_colour_is_the_worst_of_breakers_and_objectives(qt_run: Run, home: Path):
    async def worsen() -> None:
        async with resident(home, tray=False) as opened:
            tray = opened.residence.tray
            breakers = opened.bridge.supply.breakers_known
            health = opened.steering.telemetry
            assert health is not None
            assert shown(tray) == ("green", "")
            breakers.emit({"a": BreakerState(phase="half_open"), "b": BreakerState()})
            assert shown(tray)[0] == "amber"
            assert shown(tray)[1].startswith("a: ")
            health.health_known.emit("red", "An error budget is burning fast")
            assert shown(tray)[0] == "red"
            assert shown(tray)[1].splitlines()[1:] == ["An error budget is burning fast"]
            breakers.emit({})
            health.health_known.emit("green", "All is well")
            assert shown(tray) == ("green", "")
            breakers.emit({"a": BreakerState(phase="open")})
            assert shown(tray)[0] == "red"

    qt_run(worsen())


def ground(image: QImage) -> QColor:
    return image.pixelColor(image.width() // 8, image.height() // 2)


def test_each_standing_has_its_colour_and_the_number_of_approvals_is_seen(app: QApplication):
    images = {standing: tray_image(standing, 0, 32) for standing in ("green", "amber", "red", "paused")}
    colours = {standing: ground(image) for standing, image in images.items()}
    assert colours["green"].green() > colours["green"].red()
    assert colours["red"].red() > 2 * colours["red"].green()
    assert colours["amber"].red() > colours["amber"].green() > 2 * colours["amber"].blue()
    assert abs(colours["paused"].red() - colours["paused"].green()) < 20
    plain, badged, other = (tray_image("green", waiting, 16) for waiting in (0, 1, 2))
    assert plain != badged != other
    assert plain.pixelColor(1, 8) == badged.pixelColor(1, 8)


def test_start_at_login_is_switched_by_a_command(qt_run: Run, home: Path):
    entry = AutostartEntry(home / "autostart" / "roku-desktop.desktop", ["roku-desktop"])

    async def switch() -> None:
        async with resident(home, tray=False, premises=Premises(login_start=entry)) as opened:
            opened.window.commands["start_at_login"].trigger()
            assert entry.is_on()
            assert opened.window.notice.text == "Roku starts with your session from now on, into the tray."
            opened.window.commands["start_at_login"].trigger()
            assert not entry.is_on()
            assert opened.window.notice.text == "Roku does not start with your session any more."

    qt_run(switch())


def test_an_end_out_of_order_is_told_in_a_line_with_a_report_to_copy(
    qt_run: Run, home: Path, app: QApplication, screenshot: PictureTaker
):
    (home / "instances").mkdir()
    (home / "logs").mkdir()
    (home / "instances" / "window-running").write_text("1700000000 0.1.0 1\n")
    last_end = LastEnd(home / "instances", home / "logs")
    last_end.begin()
    last_end.end()

    async def read() -> None:
        async with resident(home, tray=False, premises=Premises(last_end=last_end)) as opened:
            assert opened.window.notice.text.startswith("Roku did not end in order last time")
            opened.window.notice.buttons[0].click()
            (page,) = opened.window.findChildren(CrashReport)
            await settled(page.isVisible)
            assert "holds no prompt, answer, file or key" in page.text.toPlainText()
            await settled(page.isActiveWindow)
            screenshot("crash-report")
            page.copy_button.click()
            assert app.clipboard().text() == page.text.toPlainText()
            page.close()
            assert not opened.window.notice.isVisible()

    qt_run(read())
    assert last_end.report is None, "told once"


@in_a_tray
@pytest.mark.usefixtures("tray_host")
def test_what_is_chosen_in_the_settings_is_in_force_at_once(qt_run: Run, home: Path):
    entry = AutostartEntry(home / "autostart" / "roku-desktop.desktop", ["roku-desktop"])

    async def choose() -> None:
        premises = Premises(login_start=entry)
        async with opened_settings(home) as settings, residence_of(settings.opened, premises) as residence:
            page = await settings.open("desktop")
            give = {path[0]: row.field.given.emit for path, row in page.rows.items()}
            give["login_start"]("yes")
            assert entry.is_on()
            give["login_start"]("")
            assert not entry.is_on()
            give["ui.quick_prompt_key"]("F9")
            assert residence.hotkey.keys == "F9"
            give["ui.quick_prompt_key"]("off")
            assert residence.hotkey.keys == ""
            give["ui.notices_show_content"]("yes")
            assert residence.notices.shows_content
            quits: list[bool] = []
            window = settings.opened.window
            window.quit_wanted.connect(lambda: quits.append(True))
            residence.close_window()
            assert not quits
            window.show()
            give["ui.keep_in_tray"]("no")
            residence.close_window()
            assert quits

    qt_run(choose())
