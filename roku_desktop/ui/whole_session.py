"""Finding and copying over all messages of a session, also those that are not loaded.

The part of the bridge that `archive.py` makes for `steering/find.py` and `steering/copying.py`: messages
are read page by page and looked through on a thread, so that the window goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Engine, StoredMessage
from roku_desktop.ui.transcript.copying import CopyForm, Piece, text_of
from roku_desktop.ui.transcript.entries import GapEntry
from roku_desktop.ui.transcript.finding import Hit, hits_in_messages
from roku_desktop.ui.transcript.page_entries import entries_of_page

_PAGE: Final = 200

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class WholeSession(QObject):
    """Signals:
    found: session id, what was looked for, the list of `Hit`s among the stored messages, in order.
    text_ready: what was to be copied.
    """

    found = Signal(str, str, object)
    text_ready = Signal(str)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start
        self._finding: asyncio.Task[None] | None = None

    def find(self, session_id: str, sought: str, *, until: int) -> None:
        """Look for a text up to the message at position `until`; a newer call ends the one before."""

        async def look() -> None:
            hits: list[Hit] = []
            before = until + 1
            while before > 1 and (page := await self._page(session_id, before)):
                hits[:0] = await asyncio.to_thread(hits_in_messages, page, sought)
                before = page[0].position
            self.found.emit(session_id, sought, hits)

        self.stop_finding()
        self._finding = self._start(look)

    def stop_finding(self) -> None:
        if self._finding is not None:
            self._finding.cancel()

    def put_together(self, session_id: str, pieces: Sequence[Piece], form: CopyForm) -> None:
        """Make one text of all pieces; what stands in gaps is read."""

        async def make() -> None:
            whole: list[Piece] = []
            for piece in pieces:
                if isinstance(piece, GapEntry):
                    whole += await self._entries(session_id, piece)
                else:
                    whole.append(piece)
            self.text_ready.emit(await asyncio.to_thread(text_of, whole, form))

        self._start(make)

    async def _entries(self, session_id: str, gap: GapEntry) -> list[Piece]:
        """What stands in a gap; read from its end, because storage is asked for what is before a position."""
        entries: list[Piece] = []
        following: Sequence[StoredMessage] = ()
        before = gap.last + 1
        while before > gap.first and (page := await self._page(session_id, before, gap.first)):
            read = await asyncio.to_thread(entries_of_page, page, {}, following=following)
            entries[:0] = read.entries
            following, before = page, page[0].position
        return entries

    async def _page(self, session_id: str, before: int, first: int = 1) -> Sequence[StoredMessage]:
        return await self._engine.messages(
            session_id, before_position=before, limit=min(_PAGE, before - first)
        )
