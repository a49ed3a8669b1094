"""Stars: on the newest answer by key, all of them as lines of the palette, from where each is opened.

Made by `desk.py`. Stars on rows are `conversation.py`'s to give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import SearchHit
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.steering.palette import PaletteSteering
from roku_desktop.ui.wording import one_line

_TITLE_CHARS = 70
_NOTE_CHARS = 24


class StarSteering(QObject):
    """Signals:
    told: a sentence to be shown.
    """

    told = Signal(str)

    def __init__(
        self, window: MainWindow, bridge: Bridge, conversation: Conversation, palette: PaletteSteering
    ) -> None:
        super().__init__(conversation)
        self._sessions = window.sessions
        self._archive = bridge.archive
        self._conversation = conversation
        self._palette = palette
        window.commands["star"].triggered.connect(self._star_newest)
        window.commands["starred"].triggered.connect(self._archive.find_starred)
        self._archive.star_changed.connect(conversation.transcript.show_star)
        self._archive.starred_found.connect(self._show)

    def _star_newest(self) -> None:
        run_id, starred = self._conversation.transcript.newest_answer()
        if run_id:
            self._archive.star(run_id, starred=not starred)
        else:
            self.told.emit(tr("There is no answer here yet that could have a star."))

    def _show(self, hits: Sequence[SearchHit]) -> None:
        from roku_desktop.ui.palette.palette import PaletteItem

        kept = [hit for hit in hits if not self._sessions.deletion.is_doomed(hit.session_id)]
        if not kept:
            self.told.emit(tr("No answer has a star yet: the star below an answer gives it one."))
            return
        self._palette.palette.open_with(
            [
                PaletteItem(
                    title=one_line(hit.snippet, _TITLE_CHARS) or tr("Answer"),
                    note=one_line(hit.session_title, _NOTE_CHARS),
                    glyph="starred",
                    act=self._way_to(hit),
                )
                for hit in kept
            ],
            hint=tr("Type words of a starred answer or the title of a session"),
        )

    def _way_to(self, hit: SearchHit) -> Callable[[], object]:
        return partial(self._sessions.hit_chosen.emit, hit.session_id, hit.position)
