"""The door of `doorway.py` on Windows: a named pipe that only the same person can open."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from roku_desktop.single_instance import HEARD, MAX_BYTES, decode_wish

_log = logging.getLogger(__name__)


class PipeDoorway(QObject):
    """Signals:
    wished: what a person wants (`Wish`).
    """

    wished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def open(self, address: str) -> None:
        """Listen there. The caller holds the home's lock."""
        if not self._server.listen(address):
            _log.warning("a second start can't reach this window: %s", self._server.errorString())

    def close(self) -> None:
        """Listen no more: a second start waits until it can be the first."""
        self._server.close()

    def _answer(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.setReadBufferSize(MAX_BYTES)
            connection.readyRead.connect(lambda it=connection: self._read(it))
            connection.disconnected.connect(connection.deleteLater)
            self._read(connection)

    def _read(self, connection: QLocalSocket) -> None:
        if not connection.canReadLine():
            if connection.bytesAvailable() >= MAX_BYTES:
                connection.abort()
            return
        wish = decode_wish(bytes(connection.readLine().data()))
        if wish is None:
            connection.abort()
            return
        connection.write(HEARD)
        connection.flush()
        connection.disconnectFromServer()
        self.wished.emit(wish)
