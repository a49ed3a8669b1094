"""What a person is told while no window can be seen: by the desktop where it listens, else by the tray."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from roku_desktop.engine.errors import AuthenticationFailed
from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.notices.bus import BusNotices
from roku_desktop.ui.notices.notice import Notice
from tests.support.appending import append_call, lines_in, with_append
from tests.support.engines import scripted
from tests.support.message_bus import BusService, MessageBus, Reply
from tests.support.resident import Resident, resident, settled
from tests.ui.conftest import Run

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(sys.platform != "linux", reason="the desktop's messages over D-Bus"),
]
PATH, INTERFACE = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
SECRET = "Where is the treasure of the canary buried?"


class Daemon(BusService):
    """Shows nothing, remembers all: `shown` by number, `closed` the numbers taken back."""

    name = INTERFACE

    def __init__(self, bus: MessageBus) -> None:
        super().__init__(bus)
        self.shown: dict[int, tuple[str, str, list[str]]] = {}
        self.closed: list[int] = []

    def _on_Notify(self, _sender: str, app: str, replaces: int, icon: str, *rest: Any) -> Reply:
        title, text, actions, hints, _timeout = rest
        assert (app, hints["desktop-entry"][1]) == ("Roku", "roku-desktop")
        assert Path(icon).exists()
        number = replaces or len(self.shown) + 1
        self.shown[number] = (title, text, actions)
        return "u", (number,)

    def _on_CloseNotification(self, _sender: str, number: int) -> Reply:
        self.closed.append(number)
        return "", ()

    def click(self, number: int, action: str = "default") -> None:
        self.signal(PATH, INTERFACE, "ActionInvoked", "us", number, action)


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with MessageBus(tmp_path) as bus, Daemon(bus) as daemon:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield daemon


def words(daemon: Daemon) -> str:
    return repr(daemon.shown)


def test_an_answer_that_comes_while_the_window_is_hidden_is_told_of_and_a_click_shows_it(
    qt_run: Run, home: Path, daemon: Daemon
):
    async def use() -> None:
        goes_on = asyncio.Event()
        provider = scripted(["One ", Waiting(goes_on), "two."], ["Seen."])
        async with resident(home, provider=provider, tray=False) as opened:
            opened.send(SECRET)
            await opened.until(lambda: "One" in opened.text)
            opened.window.new_wanted.emit()
            opened.window.hide()
            goes_on.set()
            await settled(lambda: daemon.shown)
            assert daemon.shown == {1: ("Your answer is ready", "", ["default", "Open", "button", "Show"])}
            daemon.click(1)
            await opened.until_idle()
            await settled(opened.window.isVisible)
            assert "One two." in opened.text
            opened.send("Now I look")
            await opened.until(lambda: "Seen." in opened.text)
            await opened.until_idle()
            assert len(daemon.shown) == 1, "nobody is told what they see"

    qt_run(use())


def test_titles_are_told_only_to_a_person_who_wants_so(qt_run: Run, home: Path, daemon: Daemon):
    async def ask(opened: Resident) -> None:
        goes_on.clear()
        opened.send(SECRET)
        await opened.until(lambda: opened.conversation.state == "writing")
        opened.window.hide()
        goes_on.set()
        await opened.until_idle()

    goes_on = asyncio.Event()

    async def use() -> None:
        provider = scripted(["One ", Waiting(goes_on), "<b>two</b>."], ["One ", Waiting(goes_on), "two."])
        async with resident(home, provider=provider, tray=False) as opened:
            await ask(opened)
            await settled(lambda: daemon.shown)
            assert "canary" not in words(daemon)
            opened.window.show()
            opened.window.commands["notice_content"].trigger()
            opened.window.new_wanted.emit()
            await ask(opened)
            await settled(lambda: len(daemon.shown) == 2)
            assert daemon.shown[2][1] == SECRET

    qt_run(use())


def test_an_approval_that_waits_unseen_is_told_of_and_decided_in_the_window_alone(
    qt_run: Run, home: Path, daemon: Daemon
):
    async def use() -> None:
        provider = scripted(["I append.", append_call()], ["Done."])
        async with resident(home, provider=provider, tray=False, tools=with_append) as opened:
            opened.send("Append a line")
            opened.window.hide()
            await settled(lambda: daemon.shown)
            title, text, actions = daemon.shown[1]
            assert (title, text) == ("Roku waits for your approval", "Open Roku to see what it is.")
            assert actions == ["default", "Open", "button", "Review…"]
            assert lines_in(home) == 0
            approvals = opened.steering.approvals
            assert approvals is not None
            assert not approvals.dialog.isVisible(), "no dialog pops up over another program"
            daemon.click(1, "button")
            await settled(approvals.dialog.isVisible)
            assert opened.window.isVisible()
            await settled(approvals.dialog.once.isEnabled)
            approvals.dialog.once.click()
            await settled(lambda: daemon.closed == [1])
            await opened.until_idle()
            assert lines_in(home) == 1

    qt_run(use())


def test_a_failure_is_told_of_and_a_stop_is_not(qt_run: Run, home: Path, daemon: Daemon):
    async def use() -> None:
        reached = asyncio.Event()
        provider = scripted(
            [Waiting(asyncio.Event(), reached)],
            [AuthenticationFailed("The key is wrong.", provider="scripted")],
        )
        async with resident(home, provider=provider, tray=False) as opened:
            opened.window.hide()
            opened.conversation.send("Stop this")
            await reached.wait()  # stopped before, "Fail" would get the first answer
            opened.conversation.stop()
            await opened.until_idle()
            opened.conversation.send("Fail")
            await settled(lambda: daemon.shown)
            await opened.until_idle()
            assert [title for title, _, _ in daemon.shown.values()] == ["An answer failed"]

    qt_run(use())


def test_an_objective_that_is_missed_is_told_once_and_shown_by_a_click(
    qt_run: Run, home: Path, daemon: Daemon
):
    async def use() -> None:
        async with resident(home, tray=False) as opened:
            telemetry = opened.steering.telemetry
            assert telemetry is not None
            opened.window.hide()
            telemetry.problem_found.emit("An objective is being missed.")
            await settled(lambda: daemon.shown)
            assert daemon.shown[1][1] == "An objective is being missed."
            daemon.click(1)
            await settled(telemetry.panel.isVisible)

    qt_run(use())


def test_an_answer_of_the_box_is_shown_in_the_box(qt_run: Run, home: Path, daemon: Daemon):
    async def use() -> None:
        goes_on = asyncio.Event()
        provider = scripted(["One ", Waiting(goes_on), "two."])
        async with resident(home, provider=provider, tray=False) as opened:
            opened.window.hide()
            quick = opened.residence.quick
            quick.open()
            QTest.keyClicks(quick.prompt.composer.edit, "Count")
            quick.prompt.composer.send()
            await settled(lambda: "One" in quick.prompt.transcript.plain_text())
            quick.prompt.leave()
            goes_on.set()
            await settled(lambda: daemon.shown)
            daemon.click(1)
            await settled(quick.prompt.isVisible)
            assert not opened.window.isVisible()

    qt_run(use())


def test_the_box_says_that_its_session_waits_for_an_approval(qt_run: Run, home: Path):
    async def use() -> None:
        provider = scripted(["I append.", append_call()], ["Done."])
        async with resident(home, provider=provider, tray=False, tools=with_append) as opened:
            opened.window.hide()
            quick = opened.residence.quick
            quick.open()
            QTest.keyClicks(quick.prompt.composer.edit, "Append a line")
            quick.prompt.composer.send()
            approvals = opened.steering.approvals
            assert approvals is not None
            await settled(quick.prompt.banner.isVisible)
            assert quick.prompt.banner.text == "This waits for your approval: Append a line."
            await settled(approvals.dialog.once.isEnabled)
            approvals.dialog.once.click()
            await settled(lambda: "Done." in quick.prompt.transcript.plain_text())
            assert not quick.prompt.banner.isVisible()

    qt_run(use())


def test_where_nobody_listens_the_tray_tells_it(qt_run: Run, home: Path, monkeypatch: pytest.MonkeyPatch):
    async def use() -> None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        async with resident(home, tray=False) as opened:
            told: list[tuple[str, str]] = []
            opened.residence.tray.tell = lambda title, text: told.append((title, text))  # type: ignore[method-assign]  # a message fades
            opened.window.hide()
            opened.conversation.send("Hi")
            await settled(lambda: told)
            assert told == [("Your answer is ready", "")]
            await opened.until_idle()
            opened.conversation.new()
            opened.residence.tray.message_clicked.emit()
            await opened.until(lambda: "Hello." in opened.text)
            assert opened.window.isVisible()

    qt_run(use())


def test_a_daemon_that_goes_away_loses_no_message_and_markup_is_only_text(
    qt_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def use() -> None:
        notices = BusNotices()
        unheard: list[Notice] = []
        notices.unheard.connect(unheard.append)
        with MessageBus(tmp_path) as bus:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
            with Daemon(bus) as daemon:
                notices.show(Notice(key="a", title="One", text="<a href='x'>click</a>"))
                await settled(lambda: daemon.shown)
                assert daemon.shown[1][1] == "&lt;a href='x'&gt;click&lt;/a&gt;"
                notices.show(Notice(key="a", title="Two"))
                await settled(lambda: daemon.shown[1][0] == "Two")
        lost = Notice(key="b", title="Three")
        notices.show(lost)
        await settled(lambda: unheard)
        assert unheard == [lost]
        await notices.aclose()

    qt_run(use())
