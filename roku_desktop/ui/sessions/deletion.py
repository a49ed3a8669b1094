"""Deletion with a way back: what is deleted is gone from the lists at once, from the disk after a while.

Quitting before that keeps the session: one that comes back can be deleted again, one that is gone
can't be had back. Made by `side.py`.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from roku_desktop.engine import SessionSummary
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.banner import Banner
from roku_desktop.ui.sessions.model import title_of

UNDO_MS: Final = 8_000


class SessionDeletion(QObject):
    """One session at a time waits for its end.

    Attributes:
        banner: says what was deleted, with Undo.

    Signals:
        deleted: delete the session (id) for good; the undo has passed.
        restored: the session (its summary) was asked back.
    """

    deleted = Signal(str)
    restored = Signal(object)

    def __init__(self, parent: QObject, *, undo_ms: int = UNDO_MS) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self._doomed: SessionSummary | None = None
        self._timer = QTimer(self, singleShot=True, interval=undo_ms)
        self._timer.timeout.connect(self.finish)

    def doom(self, session: SessionSummary) -> None:
        """Delete it when nobody asks for it back; what waited before is deleted now."""
        self.finish()
        self._doomed = session
        self.banner.show_message(
            tr("Deleted “{0}”.").format(title_of(session)), actions=[(tr("Undo"), self._undo)]
        )
        self._timer.start()

    def is_doomed(self, session_id: str) -> bool:
        return self._doomed is not None and self._doomed.session_id == session_id

    def finish(self) -> None:
        """Delete for good what waits for it, if anything does."""
        doomed = self._let_go()
        if doomed is not None:
            self.deleted.emit(doomed.session_id)

    def keep(self) -> None:
        """The program ends before the undo has passed: what waits for its deletion stays."""
        self._let_go()

    def _undo(self) -> None:
        doomed = self._let_go()
        if doomed is not None:
            self.restored.emit(doomed)

    def _let_go(self) -> SessionSummary | None:
        self._timer.stop()
        self.banner.hide()
        doomed, self._doomed = self._doomed, None
        return doomed
