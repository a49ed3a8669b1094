"""A session bus of its own, and services on it that answer as a desktop's would. Used by tests of the window.

A real `dbus-daemon`; the services run on a thread, answer calls by methods named after them, and can
send signals.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

Reply = tuple[str | None, tuple[Any, ...]]


class MessageBus:
    """The daemon. `address` is the value for DBUS_SESSION_BUS_ADDRESS."""

    def __init__(self, folder: Path) -> None:
        self.address = f"unix:path={folder / 'bus'}"

    def __enter__(self) -> Self:
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address={self.address}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdout
        assert self._daemon.stdout.readline(), "dbus-daemon did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._daemon.terminate()
        self._daemon.wait()
        assert self._daemon.stdout
        self._daemon.stdout.close()


class BusService:
    """One name on the bus; a subclass answers the call `Method` by `_on_Method(sender, *body)`.

    Attributes:
        calls: the names of the calls that came, in order.
    """

    name: str

    def __init__(self, bus: MessageBus) -> None:
        self._address = bus.address
        self.calls: list[str] = []

    def __enter__(self) -> Self:
        self._connection = open_dbus_connection(self._address)
        Proxy(message_bus, self._connection).RequestName(self.name)
        self._thread = threading.Thread(target=self._serve, args=(self._connection,), name=self.name)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join()

    def signal(self, path: str, interface: str, member: str, signature: str, *body: object) -> None:
        """Tell everybody who listens."""
        emitter = DBusAddress(path, interface=interface)
        self._connection.send(new_signal(emitter, member, signature, body))

    def _serve(self, connection: DBusConnection) -> None:
        with contextlib.closing(connection), contextlib.suppress(ConnectionError, EOFError, OSError):
            while True:
                message = connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._answer(message)

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        member = fields[HeaderFields.member]
        self.calls.append(member)
        answer: Callable[..., Reply] | None = getattr(self, f"_on_{member}", None)
        if answer is None:
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
            return
        signature, body = answer(fields[HeaderFields.sender], *message.body)
        self._connection.send(new_method_return(message, signature, body))
