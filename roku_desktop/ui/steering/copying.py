"""Copies what is too long to be put together at once, or not loaded. Made by `desk.py` and `quick.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.copying import CopyForm, Piece
    from roku_desktop.ui.transcript.view import TranscriptView


class CopySteering(QObject):
    def __init__(self, transcript: TranscriptView, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._bridge = bridge
        self._conversation = conversation
        transcript.text_wanted.connect(self._put_together)
        bridge.archive.whole_session.text_ready.connect(self._copy)

    def copy_all(self) -> None:
        """The whole conversation, as Markdown."""
        self._put_together(self._conversation.transcript.entries(), "markdown")

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _put_together(self, pieces: Sequence[Piece], form: CopyForm) -> None:
        whole = self._bridge.archive.whole_session
        whole.put_together(self._conversation.session_id, pieces, form)
