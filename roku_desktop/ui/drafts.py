"""What was written and not sent, per session, kept also if the program is killed. No widgets.

Everything is in one preference, written a moment after the last key. `steering/middle.py` says what stands in
the composer and takes a draft out where its session is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer

PREFERENCE: Final = "ui.drafts"
_KEEP_AFTER_MS: Final = 700
# What one may hold on disk; the composer takes less at once (`composing/prompt_edit.py`).
MAX_KEPT_CHARS: Final = 4_000_000


class Drafts(QObject):
    """`remember` is called with a text for `load`, None where there is nothing to keep."""

    def __init__(self, remember: Callable[[str | None], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._remember = remember
        self._texts: dict[str, str] = {}
        self._kept: str | None = None
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep_now)

    def load(self, stored: str | None) -> None:
        """Take up what was kept; something unreadable is left out."""
        self._kept = stored
        try:
            self._texts = msgspec.json.decode(stored or "{}", type=dict[str, str]) | self._texts
        except msgspec.DecodeError:
            self._texts = dict(self._texts)

    def of(self, session_id: str) -> str:
        return self._texts.get(session_id, "")

    def put(self, session_id: str, text: str) -> None:
        """That is the draft now, "" = there is none; on disk in a moment."""
        if text != self.of(session_id):
            if text:
                self._texts[session_id] = text
            else:
                self._texts.pop(session_id, None)
            if not self._timer.isActive():
                self._timer.start()

    def forget(self, session_id: str) -> None:
        """The session is gone, and its draft with it."""
        self.put(session_id, "")

    def all(self) -> Mapping[str, str]:
        return dict(self._texts)

    def keep_now(self) -> None:
        """Hand over what has changed; what is too much for a preference stays in memory alone."""
        self._timer.stop()
        texts, room = {}, MAX_KEPT_CHARS
        for session_id, text in sorted(self._texts.items(), key=lambda item: len(item[1])):
            room -= len(text)
            if room >= 0:
                texts[session_id] = text
        stored = msgspec.json.encode(texts, order="sorted").decode() if texts else None
        if stored != self._kept:
            self._kept = stored
            self._remember(stored)
