"""A Secret Service on a session bus of its own: what gnome-keyring is on a person's desktop.

Owns a real `dbus-daemon` and the part of org.freedesktop.secrets that Python's keyring speaks
(https://specifications.freedesktop.org/secret-service-spec/latest/). Locked, it asks for a dialog and
nobody ever answers it. Used by the tests of credentials.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jeepney import HeaderFields, Message, MessageType, message_bus, new_error, new_method_return
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

NAME = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
COLLECTION = f"{ROOT}/aliases/default"
PROMPT = f"{ROOT}/prompt/1"
NO_PROMPT = "/"

Reply = tuple[str | None, tuple[Any, ...]]


class SecretService:
    """Use as a context manager.

    Attributes:
        address: where the bus listens.
        locked: whether the keyring is locked.
        secrets: what is stored, by attributes.
        dialogs: how often a dialog was asked for.
        asked: set at the first such dialog.
    """

    def __init__(self, folder: Path) -> None:
        self.locked = False
        self.secrets: dict[frozenset[tuple[str, str]], bytes] = {}
        self.dialogs = 0
        self.asked = threading.Event()
        self.address = f"unix:path={folder / 'bus'}"

    def __enter__(self) -> Self:
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address={self.address}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdout
        assert self._daemon.stdout.readline(), "dbus-daemon did not start"
        connection = open_dbus_connection(self.address)
        Proxy(message_bus, connection).RequestName(NAME)
        self._thread = threading.Thread(target=self._serve, args=(connection,), name="secret service")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._daemon.stdout
        self._daemon.terminate()
        self._daemon.wait()
        self._daemon.stdout.close()
        self._thread.join()

    def _serve(self, connection: DBusConnection) -> None:
        with contextlib.closing(connection), contextlib.suppress(ConnectionError, EOFError):
            while True:
                message = connection.receive()
                if message.header.message_type is MessageType.method_call:
                    connection.send(self._answer(message))

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        path, member = fields[HeaderFields.path], fields[HeaderFields.member]
        answer: Callable[..., Reply] | None = getattr(self, f"_on_{member}", None)
        if answer is None:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        try:
            signature, body = answer(path, *message.body)
        except NotImplementedError:
            return new_error(message, "org.freedesktop.DBus.Error.NotSupported")
        return new_method_return(message, signature, body)

    def _paths_of(self, wanted: dict[str, str]) -> list[str]:
        attributes = list(self.secrets)
        return [
            f"{COLLECTION}/{index}" for index, each in enumerate(attributes) if set(wanted.items()) <= each
        ]

    def _key_at(self, path: str) -> frozenset[tuple[str, str]]:
        return list(self.secrets)[int(path.rpartition("/")[2])]

    def _on_Get(self, path: str, interface: str, name: str) -> Reply:
        if name == "Locked":
            return "v", (("b", self.locked),)
        return "v", (("s", "Login"),)

    def _on_OpenSession(self, path: str, algorithm: str, offer: Any) -> Reply:
        if algorithm != "plain":
            raise NotImplementedError
        return "vo", (("s", ""), f"{ROOT}/session/1")

    def _on_SearchItems(self, path: str, attributes: dict[str, str]) -> Reply:
        found = self._paths_of(attributes)
        if path == COLLECTION:
            return "ao", (found,)
        return "aoao", ([], found) if self.locked else (found, [])

    def _on_Unlock(self, path: str, objects: list[str]) -> Reply:
        return "aoo", ([], PROMPT) if self.locked else (objects, NO_PROMPT)

    def _on_Prompt(self, path: str, window: str) -> Reply:
        self.dialogs += 1
        self.asked.set()
        return None, ()

    def _on_CreateItem(self, path: str, properties: dict[str, Any], secret: Any, replace: bool) -> Reply:
        _, attributes = properties["org.freedesktop.Secret.Item.Attributes"]
        self.secrets[frozenset(attributes.items())] = bytes(secret[2])
        return "oo", (self._paths_of(attributes)[0], NO_PROMPT)

    def _on_GetSecret(self, path: str, session: str) -> Reply:
        return "(oayays)", ((session, b"", self.secrets[self._key_at(path)], "text/plain"),)

    def _on_Delete(self, path: str) -> Reply:
        del self.secrets[self._key_at(path)]
        return "o", (NO_PROMPT,)
