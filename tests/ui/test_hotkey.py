"""A key that opens the quick prompt from anywhere: on X11 a real one, on Wayland as the portal gives it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject

from roku_desktop.ui.hotkey import macos, windows
from roku_desktop.ui.hotkey.combination import SUGGESTED, Combination, combination_of
from roku_desktop.ui.hotkey.global_key import GlobalKey
from roku_desktop.ui.hotkey.of_desktop import global_key_of
from roku_desktop.ui.hotkey.portal import PortalKey, trigger
from roku_desktop.ui.hotkey.x11 import XKey
from roku_desktop.ui.steering.hotkey import PREFERENCE
from tests.support.message_bus import BusService, MessageBus, Reply
from tests.support.resident import Resident, resident, settled
from tests.ui.conftest import Run

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(sys.platform != "linux", reason="keys of X11 and of the portal"),
]
KEYS = Combination(key="K", ctrl=True, alt=True)
REQUEST = "org.freedesktop.portal.Request"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"


class Portal(BusService):
    """Gives a key, or refuses; `Register` is unknown to it, as to older ones."""

    name = "org.freedesktop.portal.Desktop"

    def __init__(self, bus: MessageBus, *, answer: int = 0) -> None:
        super().__init__(bus)
        self._code = answer
        self.wished: Any = None

    def _respond(self, sender: str, options: dict[str, Any], code: int, results: dict[str, Any]) -> Reply:
        token = options["handle_token"][1]
        path = f"/org/freedesktop/portal/desktop/request/{sender[1:].replace('.', '_')}/{token}"
        self.signal(path, REQUEST, "Response", "ua{sv}", code, results)
        return "o", (path,)

    def _on_CreateSession(self, sender: str, options: dict[str, Any]) -> Reply:
        self._session = f"/session/{options['session_handle_token'][1]}"
        return self._respond(sender, options, 0, {"session_handle": ("s", self._session)})

    def _on_BindShortcuts(
        self, sender: str, session: str, shortcuts: Any, window: str, options: Any
    ) -> Reply:
        assert session == self._session
        self.wished = shortcuts
        given = [(shortcuts[0][0], {"trigger_description": ("s", "Press Super+K")})]
        return self._respond(sender, options, self._code, {"shortcuts": ("a(sa{sv})", given)})

    def press(self, shortcut: str = "quick-prompt", session: str = "") -> None:
        self.signal(
            "/org/freedesktop/portal/desktop", SHORTCUTS, "Activated", "osta{sv}",
            session or self._session, shortcut, 1, {},
        )  # fmt: skip


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MessageBus]:
    with MessageBus(tmp_path) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


class Heard:
    def __init__(self, key: GlobalKey) -> None:
        self.pressed = 0
        self.granted: list[str] = []
        self.refused: list[str] = []
        key.pressed.connect(self._press)
        key.granted.connect(self.granted.append)
        key.refused.connect(self.refused.append)

    def _press(self) -> None:
        self.pressed += 1


async def presses(*keys: str) -> None:
    await asyncio.to_thread(subprocess.run, ["xdotool", "key", *keys], check=True)


def test_a_key_of_x11_is_heard_wherever_the_keyboard_is_also_with_num_lock(qt_run: Run):
    async def use() -> None:
        key = XKey()
        heard = Heard(key)
        key.grab(KEYS)
        assert (heard.granted, heard.refused) == (["Ctrl+Alt+K"], [])
        await presses("ctrl+alt+k")
        await settled(lambda: heard.pressed == 1)
        await presses("Num_Lock", "ctrl+alt+k", "Num_Lock")
        await settled(lambda: heard.pressed == 2)
        await presses("ctrl+k", "ctrl+alt+j", "ctrl+alt+k")
        await settled(lambda: heard.pressed == 3)
        key.release()
        other = XKey()
        other_heard = Heard(other)
        other.grab(KEYS)
        await presses("ctrl+alt+k")
        await settled(lambda: other_heard.pressed == 1)
        assert heard.pressed == 3
        other.release()

    qt_run(use())


def test_a_key_that_another_program_has_is_refused_and_free_again_when_it_lets_go(qt_run: Run):
    async def use() -> None:
        first, second = XKey(), XKey()
        first.grab(KEYS)
        heard = Heard(second)
        second.grab(KEYS)
        assert heard.refused == ["another program uses it, or this keyboard lacks it"]
        first.release()
        second.grab(KEYS)
        assert heard.granted == ["Ctrl+Alt+K"]
        second.release()

    qt_run(use())


def test_without_an_x_server_it_is_refused(qt_run: Run, monkeypatch: pytest.MonkeyPatch):
    async def use() -> None:
        monkeypatch.setenv("DISPLAY", ":59999")
        key = XKey()
        heard = Heard(key)
        key.grab(KEYS)
        assert heard.refused == ["the X server can't be asked"]

    qt_run(use())


def test_the_portal_gives_the_key_it_likes_and_only_our_shortcut_is_heard(qt_run: Run, bus: MessageBus):
    async def use() -> None:
        with Portal(bus) as portal:
            key = PortalKey()
            heard = Heard(key)
            key.grab(KEYS)
            await settled(lambda: heard.granted)
            assert heard.granted == ["Press Super+K"]
            assert portal.calls == ["Register", "CreateSession", "BindShortcuts"]
            assert portal.wished[0][1]["preferred_trigger"] == ("s", "CTRL+ALT+k")
            portal.press("another")
            portal.press(session="/session/other")
            portal.press()
            await settled(lambda: heard.pressed)
            assert heard.pressed == 1
            key.release()

    qt_run(use())


@pytest.mark.parametrize("answer", [1, 2])
def test_a_person_who_does_not_allow_it_is_obeyed(qt_run: Run, bus: MessageBus, answer: int):
    async def use() -> None:
        with Portal(bus, answer=answer):
            key = PortalKey()
            heard = Heard(key)
            key.grab(KEYS)
            await settled(lambda: heard.refused)
            assert heard.refused == ["it was not allowed"]

    qt_run(use())


@pytest.mark.usefixtures("bus")
def test_a_desktop_without_the_portal_is_told_of(qt_run: Run):
    async def use() -> None:
        key = PortalKey()
        heard = Heard(key)
        key.grab(KEYS)
        await settled(lambda: heard.refused)
        assert heard.refused == ["this desktop lets no program have one"]

    qt_run(use())


def test_without_a_bus_it_is_told_of_too(qt_run: Run, monkeypatch: pytest.MonkeyPatch):
    async def use() -> None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        key = PortalKey()
        heard = Heard(key)
        key.grab(KEYS)
        await settled(lambda: heard.refused)

    qt_run(use())


def test_each_desktop_is_asked_in_its_own_way():
    parent = QObject()
    assert isinstance(global_key_of({"DISPLAY": ":0"}, parent), XKey)
    assert isinstance(global_key_of({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, parent), PortalKey)
    assert isinstance(global_key_of({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, parent), PortalKey)


def test_the_suggested_key_opens_the_box_and_is_kept_until_it_is_switched_off(qt_run: Run, home: Path):
    async def switch_on() -> None:
        async with resident(home, tray=False) as opened:
            opened.window.commands["quick_key"].trigger()
            assert opened.window.notice.text == "Ctrl+Alt+Space opens the quick prompt from anywhere."
            await opened.bridge.finish()

    async def press() -> None:
        async with resident(home, tray=False) as opened:
            assert opened.residence.hotkey.keys == SUGGESTED
            opened.window.hide()
            await presses("ctrl+alt+space")
            await settled(opened.residence.quick.prompt.isVisible)
            await switch_off(opened)

    async def switch_off(opened: Resident) -> None:
        opened.window.commands["quick_key"].trigger()
        await opened.bridge.finish()
        assert await opened.engine.preference(PREFERENCE) is None

    qt_run(switch_on())
    qt_run(press())


def test_a_key_that_can_not_be_had_is_told_with_what_to_do(qt_run: Run, home: Path):
    async def use() -> None:
        holder = XKey()
        holder.grab(KEYS)
        async with resident(home, tray=False) as opened:
            opened.residence.hotkey.use("Ctrl+Alt+K")
            assert opened.window.notice.text == (
                "Ctrl+Alt+K can't open the quick prompt (another program uses it, or this keyboard lacks "
                "it): give the command `roku-desktop quick` a key in the settings of your desktop."
            )
            assert opened.residence.hotkey.keys == ""
            opened.residence.hotkey.use("K")
            assert opened.window.notice.text.startswith("K can't open the quick prompt (it is no combination")
        holder.release()

    qt_run(use())


COMBINATIONS = st.builds(
    Combination,
    key=st.sampled_from([*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "Space", *(f"F{n}" for n in range(1, 21))]),
    ctrl=st.just(value=True),
    alt=st.booleans(),
    shift=st.booleans(),
    meta=st.booleans(),
)


@given(keys=COMBINATIONS)
def test_every_combination_has_a_number_on_each_system(keys: Combination):
    assert 0x20 <= windows.virtual_key(keys.key) <= 0x87
    assert windows.modifiers(keys) & 0x2
    assert keys.key in macos._KEYS
    assert macos.modifiers(keys) & 0x100
    assert trigger(keys).startswith("CTRL+")
    assert combination_of(keys.shown) == keys


def test_no_two_keys_of_a_mac_share_a_number():
    assert len(set(macos._KEYS.values())) == len(macos._KEYS)


@pytest.mark.parametrize("text", ["", "K", "Shift+K", "Ctrl+K, Ctrl+J", "Ctrl+Return", "Ctrl+", "nonsense"])
def test_what_a_person_types_with_is_no_combination(text: str):
    assert combination_of(text) is None


def test_a_function_key_needs_no_modifier():
    assert combination_of("F12") == Combination(key="F12")
