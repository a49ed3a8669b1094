"""The door behind which the window of a home listens for a second start. Knows nothing of what it does then.

A local socket (on Windows a named pipe, `pipe_doorway.py`) that only the same person can open; what comes
through is one line, a `Wish`, answered when it was understood. Made by `application.py` when the window can
be used. Python's own sockets, because Qt's network library is nothing else's need.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from roku_desktop.single_instance import HEARD, MAX_BYTES, decode_wish

_log = logging.getLogger(__name__)
_PRIVATE: Final = 0o600
_CHUNK_BYTES: Final = 65_536


class Doorway(QObject):
    """Signals:
    wished: what a person wants (`Wish`).
    """

    wished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listener: socket.socket | None = None
        self._notifier: QSocketNotifier | None = None

    def open(self, address: str) -> None:
        """Listen there; what a killed process left is removed, because the caller holds the home's lock."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            Path(address).unlink(missing_ok=True)
            listener.bind(address)  # in a folder that nobody else may enter
            os.chmod(address, _PRIVATE)  # noqa: PTH101  a socket, no file of ours
            listener.listen()
        except OSError as error:
            listener.close()
            _log.warning("a second start can't reach this window: %s", type(error).__name__)
            return
        listener.setblocking(False)
        self._listener = listener
        self._notifier = QSocketNotifier(listener.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._answer)

    def close(self) -> None:
        """Listen no more: a second start waits until it can be the first."""
        if self._listener is not None and self._notifier is not None:
            self._notifier.setEnabled(False)
            self._listener.close()
            self._listener = None

    def _answer(self) -> None:
        if self._listener is None:
            return
        with contextlib.suppress(BlockingIOError, ConnectionError):
            connection, _ = self._listener.accept()
            _Visitor(connection, self)


class _Visitor(QObject):
    """One connection, until its line has come or it has gone."""

    def __init__(self, connection: socket.socket, door: Doorway) -> None:
        super().__init__(door)
        connection.setblocking(False)
        self._connection = connection
        self._door = door
        self._said = bytearray()
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        try:
            piece = self._connection.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        self._said += piece
        line, ends, _ = self._said.partition(b"\n")
        if ends:
            self._hear(bytes(line))
        elif not piece or len(self._said) > MAX_BYTES:
            self._leave()

    def _hear(self, line: bytes) -> None:
        wish = decode_wish(line)
        if wish is not None:
            with contextlib.suppress(OSError):  # it has gone without waiting for the answer
                self._connection.sendall(HEARD)
        self._leave()
        if wish is not None:
            self._door.wished.emit(wish)

    def _leave(self) -> None:
        self._notifier.setEnabled(False)
        self._connection.close()
        self.deleteLater()
