"""Connects the session list with the bridge and the open conversation. Made by `middle.py`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from roku_desktop.engine import Event, PromptAccepted, SessionChanged, SessionSummary, TurnFinished
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.sessions.model import title_of
from roku_desktop.ui.steering.export import ExportSteering


class SessionSteering(QObject):
    """The list shows what is; what a person does there is done."""

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._sessions = window.sessions
        self._bridge = bridge
        self._conversation = conversation
        self._exports = ExportSteering(window, bridge, self)
        self._hit: tuple[str, int] | None = None
        bridge.archive.found.connect(self._sessions.show_found)
        bridge.happened.connect(self._happened)
        bridge.sessions_loaded.connect(self._loaded)
        bridge.session_changed.connect(self._changed)
        bridge.session_gone.connect(self._gone)
        conversation.opened.connect(self._sessions.show_as_open)
        conversation.changed.connect(self._show_title)
        conversation.opened.connect(self._show_title)
        conversation.opened.connect(self._reveal_hit)
        self._listen_to_window()

    def _listen_to_window(self) -> None:
        window, sessions = self._window, self._sessions
        window.new_wanted.connect(self._new)
        window.previous_wanted.connect(self._previous)
        window.next_wanted.connect(self._next)
        sessions.chosen.connect(self._conversation.open)
        sessions.hit_chosen.connect(self._open_hit)
        sessions.removed.connect(self._removed)
        sessions.deletion.deleted.connect(self._bridge.delete_session)
        sessions.search_wanted.connect(self._search)
        sessions.pin_wanted.connect(self._pin)
        sessions.export_wanted.connect(self._exports.ask_for_place)
        sessions.model.page_wanted.connect(self._bridge.load_sessions)
        sessions.rename_wanted.connect(self._bridge.rename_session)

    def begin(self) -> None:
        self._show_title()
        self._bridge.load_sessions()

    def _new(self) -> None:
        self._conversation.new()
        self._window.composer.edit.setFocus()

    def _search(self, text: str) -> None:
        if text:
            self._bridge.archive.search(text)
        else:
            self._bridge.archive.drop_search()
            self._sessions.show_as_open(self._conversation.session_id)

    def _open_hit(self, session_id: str, position: int) -> None:
        """Open it where the message stands that was found."""
        if session_id == self._conversation.session_id and self._conversation.state != "loading":
            self._window.transcript.reveal(position)
        else:
            self._hit = (session_id, position)
            self._conversation.open(session_id)

    def _reveal_hit(self, session_id: str) -> None:
        hit, self._hit = self._hit, None
        if hit is not None and hit[0] == session_id:
            self._window.transcript.reveal(hit[1])

    def _pin(self, summary: SessionSummary, pinned: bool) -> None:
        self._bridge.archive.pin(summary.session_id, pinned=pinned)

    def _previous(self) -> None:
        self._sessions.go(-1)

    def _next(self) -> None:
        self._sessions.go(1)

    def _removed(self, session_id: str) -> None:
        if session_id == self._conversation.session_id:
            self._conversation.new()

    def _happened(self, events: Sequence[Event]) -> None:
        changed: dict[str, None] = {}
        for event in events:
            match event:
                case SessionChanged(change="deleted"):
                    self._gone(event.session_id)
                case PromptAccepted() | TurnFinished() | SessionChanged():
                    changed[event.session_id] = None
                case _:
                    pass
        for session_id in changed:
            self._bridge.refresh_session(session_id)

    def _gone(self, session_id: str) -> None:
        self._sessions.model.remove(session_id)
        self._sessions.results.remove(session_id)

    def _loaded(self, page: list[SessionSummary], complete: bool) -> None:
        self._sessions.model.add_page(page, complete=complete)
        self._sessions.show_as_open(self._conversation.session_id)

    def _changed(self, summary: SessionSummary) -> None:
        self._sessions.update_session(summary)
        self._sessions.show_as_open(self._conversation.session_id)

    def _show_title(self) -> None:
        summary, name = self._conversation.summary, tr("Roku")
        self._window.setWindowTitle(f"{title_of(summary)} – {name}" if summary is not None else name)
