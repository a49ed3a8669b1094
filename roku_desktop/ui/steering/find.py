"""Finding a text in the open conversation: the bar, all the places in its order, the way to each.

Made by `desk.py`; the bar is made when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.find_bar import FindBar
    from roku_desktop.ui.transcript.finding import Hit


class FindSteering(QObject):
    """Attributes:
    hits: all places of what is looked for, from the start of the conversation.
    """

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._transcript = conversation.transcript
        self._bar: FindBar | None = None
        self._sought = ""
        self._at: int | None = None
        self._awaited: Hit | None = None  # its page is being loaded
        self.hits: Sequence[Hit] = ()
        window.commands["find"].triggered.connect(self.open)
        window.commands["find_next"].triggered.connect(lambda: self._step(1))
        window.commands["find_previous"].triggered.connect(lambda: self._step(-1))

    @property
    def bar(self) -> FindBar:
        if self._bar is None:
            from roku_desktop.ui.transcript.find_bar import FindBar

            self._bar = FindBar()
            self._window.add_find_bar(self._bar)
            self._bar.search_wanted.connect(self._look)
            self._bar.stepped.connect(self._step)
            self._bar.closed.connect(self.close)
            self._bridge.archive.whole_session.found.connect(self._found)
            self._transcript.page_shown.connect(self._page_shown)
            self._conversation.opened.connect(self._look_again)
            self._conversation.changed.connect(self._turn_ended)
        return self._bar

    @property
    def is_open(self) -> bool:
        return self._bar is not None and self._bar.isVisible()

    @property
    def is_on_the_way(self) -> bool:
        """Whether the place that is wanted is still being loaded."""
        return self._awaited is not None

    def open(self) -> None:
        self.bar.begin()
        self._look(self.bar.field.text())

    def close(self) -> None:
        self.bar.hide()
        self._look("")
        self._window.transcript.setFocus()

    # Looking

    def _look(self, sought: str) -> None:
        if sought != self._sought:
            self._at = None
        self._sought = sought
        self._window.transcript.highlight(sought)
        if sought:
            self._bridge.archive.whole_session.find(
                self._conversation.session_id, sought, until=self._transcript.last_stored
            )
        else:
            self._bridge.archive.whole_session.stop_finding()
            self._show_hits(())

    def _look_again(self, _session_id: str = "") -> None:
        if self.is_open:
            self._at = None
            self._look(self.bar.field.text())

    def _turn_ended(self) -> None:
        if self.is_open and self._conversation.state == "idle":
            self._look(self._sought)

    def _found(self, session_id: str, sought: str, hits: Sequence[Hit]) -> None:
        if session_id == self._conversation.session_id and sought == self._sought:
            self._show_hits((*hits, *self._transcript.live_hits(sought)))

    def _show_hits(self, hits: Sequence[Hit]) -> None:
        """Go to the first place from the top of the view on, or stay at the one that is shown."""
        self.hits = hits
        if not hits:
            self._at = self._awaited = None
        elif self._at is None:
            top = self._window.transcript.row_at(0)
            behind = (at for at, hit in enumerate(hits) if self._transcript.row_of_hit(hit)[0] >= top)
            self._go_to(next(behind, len(hits) - 1))
        else:
            self._at = min(self._at, len(hits) - 1)
        self._show_count()

    def _show_count(self) -> None:
        self.bar.show_count(0 if self._at is None else self._at + 1, len(self.hits))

    # Going

    def _step(self, by: int) -> None:
        if self.hits and self.is_open:
            self._go_to(((self._at or 0) + by) % len(self.hits) if self._at is not None else 0)
            self._show_count()

    def _go_to(self, at: int) -> None:
        self._at = at
        hit = self.hits[at]
        row, loaded = self._transcript.row_of_hit(hit)
        if loaded:
            self._awaited = None
            self._window.transcript.show_found(row, self._sought, hit.number)
        else:
            self._awaited = hit
            self._window.transcript.reveal(hit.position)

    def _page_shown(self, first: int, last: int) -> None:
        awaited = self._awaited
        if awaited is not None and first <= awaited.position <= last and self._at is not None:
            self._go_to(self._at)
