"""A key for the whole desktop on Wayland: the GlobalShortcuts portal, which asks the person.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html
The desktop shows its own dialog and may give another key than was wished; which one is told.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final
from uuid import uuid4

from jeepney import DBusAddress, MatchRule, Message
from PySide6.QtCore import QObject

from roku_desktop.ui.hotkey.combination import Combination
from roku_desktop.ui.hotkey.global_key import GlobalKey
from roku_desktop.ui.language import tr
from roku_desktop.ui.session_bus import BusError, SessionBus, session_bus

_NAME: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_INTERFACE: Final = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST: Final = "org.freedesktop.portal.Request"
_PORTAL: Final = DBusAddress(_PATH, bus_name=_NAME, interface=_INTERFACE)
_REGISTRY: Final = DBusAddress(_PATH, bus_name=_NAME, interface="org.freedesktop.host.portal.Registry")
_APP_ID: Final = "roku-desktop"
_SHORTCUT: Final = "quick-prompt"


class PortalKey(GlobalKey):
    """Asks the portal, in a task of its own that lives as long as the key."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: asyncio.Task[None] | None = None

    def grab(self, combination: Combination) -> None:
        self.release()
        self._task = asyncio.create_task(self._serve(combination), name="global shortcut")

    def release(self) -> None:
        if self._task is not None:
            self._task.cancel()  # with the connection the portal closes the session
            self._task = None

    async def _serve(self, combination: Combination) -> None:
        try:
            async with session_bus() as bus:
                await self._listen(bus, combination)
        except BusError:
            self.refused.emit(tr("this desktop lets no program have one"))

    async def _listen(self, bus: SessionBus, combination: Combination) -> None:
        with contextlib.suppress(BusError):  # older portals find out by themselves who asks
            await bus.call(_REGISTRY, "Register", "sa{sv}", _APP_ID, {})
        activated = MatchRule(type="signal", interface=_INTERFACE, member="Activated", path=_PATH)
        async with bus.signals(activated) as presses:
            session = await _session(bus)
            shortcuts = await _bind(bus, session, combination)
            if not shortcuts:
                self.refused.emit(tr("it was not allowed"))
                return
            told = dict(shortcuts[0][1]).get("trigger_description", ("s", ""))[1]
            self.granted.emit(str(told) or combination.shown)
            while True:
                self._heard(await presses.get(), session)

    def _heard(self, message: Message, session: str) -> None:
        told_session, shortcut, *_ = message.body
        if (told_session, shortcut) == (session, _SHORTCUT):
            self.pressed.emit()


async def _session(bus: SessionBus) -> str:
    options = {"session_handle_token": ("s", _token())}
    results = await _request(bus, "CreateSession", "a{sv}", options)
    return str(results["session_handle"][1])


async def _bind(bus: SessionBus, session: str, combination: Combination) -> list[Any]:
    wish = {
        "description": ("s", tr("Open the quick prompt of Roku")),
        "preferred_trigger": ("s", trigger(combination)),
    }
    arguments = (session, [(_SHORTCUT, wish)], "")
    results = await _request(bus, "BindShortcuts", "oa(sa{sv})sa{sv}", *arguments, {})
    return list(results.get("shortcuts", ("a(sa{sv})", []))[1])


async def _request(bus: SessionBus, method: str, signature: str, *body: Any) -> dict[str, Any]:
    """A call that the portal answers later, by a signal of a request object. Raises `BusError`."""
    token = _token()
    sender = bus.name.removeprefix(":").replace(".", "_")
    path = f"{_PATH}/request/{sender}/{token}"
    response = MatchRule(type="signal", interface=_REQUEST, member="Response", path=path)
    *arguments, options = body
    async with bus.signals(response) as answers:
        await bus.call(_PORTAL, method, signature, *arguments, {**options, "handle_token": ("s", token)})
        code, results = (await answers.get()).body
    if code:
        return {} if method == "BindShortcuts" else _refuse(code)
    return dict(results)


def _refuse(code: int) -> dict[str, Any]:
    raise BusError(f"the portal answered {code}")


def _token() -> str:
    return f"roku_{uuid4().hex}"


def trigger(combination: Combination) -> str:
    """As the shortcuts specification writes it, for instance "CTRL+ALT+space"."""
    held = {
        "CTRL": combination.ctrl,
        "ALT": combination.alt,
        "SHIFT": combination.shift,
        "LOGO": combination.meta,
    }
    is_function_key = len(combination.key) > 1 and combination.key != "Space"
    key = combination.key if is_function_key else combination.key.lower()
    return "+".join([*(name for name, is_held in held.items() if is_held), key])
