"""Messages of the desktop, with a button, on Linux: org.freedesktop.Notifications.

https://specifications.freedesktop.org/notification-spec/latest/. Connects at the first message, in a task
of its own. Where there is no such service, `unheard` hands each message back, to be shown otherwise.
Made by `steering/notices.py`.
"""

from __future__ import annotations

import asyncio
import os
from typing import Final

from jeepney import DBusAddress, HeaderFields, MatchRule, Message
from PySide6.QtCore import QObject, Signal

from roku_desktop.paths import resource_path
from roku_desktop.ui.language import tr
from roku_desktop.ui.notices.notice import Notice
from roku_desktop.ui.session_bus import BusError, SessionBus, session_bus

_INTERFACE: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_SERVICE: Final = DBusAddress(_PATH, bus_name=_INTERFACE, interface=_INTERFACE)
_OPEN: Final = "default"
_BY_BUTTON: Final = "button"
_NORMAL: Final = 1
_THE_SERVERS_OWN: Final = -1


class BusNotices(QObject):
    """Signals:
    chosen: a person clicked on the message of that key, or on its button.
    unheard: a `Notice` that nobody shows here.
    """

    chosen = Signal(str)
    unheard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: asyncio.Task[None] | None = None
        self._waiting: asyncio.Queue[Notice | str] = asyncio.Queue()
        self._numbers: dict[str, int] = {}
        self._nobody_listens = False

    def show(self, notice: Notice) -> None:
        if self._nobody_listens:
            self.unheard.emit(notice)
            return
        self._waiting.put_nowait(notice)
        if self._task is None:
            self._task = asyncio.create_task(self._serve(), name="notifications")

    def withdraw(self, key: str) -> None:
        """What the message of that key was about is over."""
        if self._task is not None:
            self._waiting.put_nowait(key)

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _serve(self) -> None:
        try:
            rule = MatchRule(type="signal", interface=_INTERFACE, path=_PATH)
            async with session_bus() as bus, bus.signals(rule) as told, asyncio.TaskGroup() as both:
                both.create_task(self._send(bus))
                both.create_task(self._hear(told))
        except* BusError:
            self._nobody_listens = True
            while not self._waiting.empty():
                unsent = self._waiting.get_nowait()
                if isinstance(unsent, Notice):
                    self.unheard.emit(unsent)

    async def _send(self, bus: SessionBus) -> None:
        while True:
            item = await self._waiting.get()
            if isinstance(item, str):
                number = self._numbers.pop(item, 0)
                if number:
                    await bus.call(_SERVICE, "CloseNotification", "u", number)
                continue
            try:
                await self._notify(bus, item)
            except BusError:
                self._waiting.put_nowait(item)
                raise

    async def _notify(self, bus: SessionBus, notice: Notice) -> None:
        actions = [_OPEN, tr("Open")] + ([_BY_BUTTON, notice.action] if notice.action else [])
        (number,) = await bus.call(
            _SERVICE,
            "Notify",
            "susssasa{sv}i",
            "Roku",
            self._numbers.get(notice.key, 0),
            str(resource_path("icons/roku.png")),
            notice.title,
            _without_markup(notice.text),
            actions,
            {"urgency": ("y", _NORMAL), "desktop-entry": ("s", "roku-desktop")},
            _THE_SERVERS_OWN,
        )
        self._numbers[notice.key] = number

    async def _hear(self, told: asyncio.Queue[Message]) -> None:
        while True:
            message = await told.get()
            member = message.header.fields[HeaderFields.member]
            number, *rest = message.body
            key = next((key for key, ours in self._numbers.items() if ours == number), None)
            if key is None:
                continue
            if member == "ActivationToken":  # read by Qt when a window wants to come to the front
                os.environ["XDG_ACTIVATION_TOKEN"] = str(rest[0])
            elif member == "ActionInvoked":
                self.chosen.emit(key)
            elif member == "NotificationClosed":
                del self._numbers[key]


def _without_markup(text: str) -> str:
    """The body is read as a kind of HTML by most servers: nothing of a text may act as a tag or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
