"""Brings the window to life: connects its parts with the open conversation and the bridge.

The only module that knows both widgets and bridge; holds no state of the conversation itself.
Made by `application.py` for each opened engine.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer

from roku_desktop.engine import (
    EMBEDDED_PROVIDER,
    ConfigReloaded,
    Event,
    Failure,
    ModelChoice,
    ModelInfo,
    ModelSwitched,
    PromptAccepted,
    ProviderStatus,
    SessionChanged,
    SessionSummary,
    TurnFinished,
)
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.session_model import title_of

_LAST_SESSION = "ui.last_session"
_WINDOW = "ui.window"
_REMEMBER_WINDOW_AFTER_MS = 1_000


class Steering(QObject):
    """Lives as long as the engine is open.

    Attributes:
        conversation: the open session.
    """

    def __init__(self, window: MainWindow, bridge: Bridge, workspace: Path) -> None:
        super().__init__()
        self._window = window
        self._bridge = bridge
        self.conversation = Conversation(bridge, window.transcript_model, workspace, self)
        self._model = ModelChoice()
        self._drafts: dict[str, str] = {}
        self._draft_of = ""
        self._ready = False
        self._config_problem = ""
        self._window_timer = QTimer(self, singleShot=True, interval=_REMEMBER_WINDOW_AFTER_MS)
        self._window_timer.timeout.connect(self._remember_window)
        self._listen_to_bridge()
        self._listen_to_conversation()
        self._listen_to_window()

    # Life

    async def begin(self) -> None:
        """Show the session that was open last; returns when a prompt could be sent."""
        await self._restore_window()
        last = await self._bridge.preference(_LAST_SESSION)
        self._bridge.load_sessions()
        if last:
            self.conversation.open(last)
        else:
            self.conversation.new()
        await self._bridge.finish()
        self._ready = True
        self._window.model_button.set_pin(self._bridge.pin)
        self._show_state()
        self._window.installEventFilter(self)
        self._bridge.load_providers()

    async def finish(self) -> None:
        """Hand over what is still to be kept, before the engine closes."""
        self._ready = False
        self._window.removeEventFilter(self)
        self._window.sessions.finish_deletion()
        if self._window_timer.isActive():
            self._window_timer.stop()
            self._remember_window()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._window_timer.start()
        return super().eventFilter(watched, event)

    # Connections

    def _listen_to_bridge(self) -> None:
        bridge, sessions = self._bridge, self._window.sessions
        bridge.happened.connect(self._happened)
        bridge.sessions_loaded.connect(self._sessions_loaded)
        bridge.session_changed.connect(self._session_changed)
        bridge.session_gone.connect(sessions.model.remove)
        bridge.refused.connect(self._show_failure)
        bridge.providers_loaded.connect(self._providers_loaded)
        bridge.models_loaded.connect(self._models_loaded)
        bridge.model_known.connect(self._model_known)

    def _listen_to_conversation(self) -> None:
        conversation = self.conversation
        conversation.changed.connect(self._show_state)
        conversation.opened.connect(self._opened)
        conversation.accepted.connect(self._accepted)
        conversation.refused.connect(self._show_failure)

    def _listen_to_window(self) -> None:
        window, conversation = self._window, self.conversation
        sessions = window.sessions
        window.composer.submitted.connect(conversation.send)
        window.composer.stop_wanted.connect(conversation.stop)
        window.transcript.older_wanted.connect(conversation.load_older)
        window.previous_wanted.connect(self._previous)
        window.next_wanted.connect(self._next)
        window.model_button.providers_wanted.connect(self._bridge.load_providers)
        window.model_button.models_wanted.connect(self._bridge.load_models)
        window.model_button.chosen.connect(self._choose_model)
        sessions.new_wanted.connect(self._new)
        sessions.chosen.connect(conversation.open)
        sessions.removed.connect(self._session_removed)
        sessions.deleted.connect(self._bridge.delete_session)
        sessions.model.page_wanted.connect(self._bridge.load_sessions)
        sessions.model.rename_wanted.connect(self._bridge.rename_session)

    # What a person wants

    def _new(self) -> None:
        self.conversation.new()
        self._window.composer.edit.setFocus()

    def _previous(self) -> None:
        self._window.sessions.go(-1)

    def _next(self) -> None:
        self._window.sessions.go(1)

    def _session_removed(self, session_id: str) -> None:
        if session_id == self.conversation.session_id:
            self.conversation.new()

    def _choose_model(self, choice: ModelChoice) -> None:
        self._window.notice.clear()
        self._bridge.choose_model(choice, self.conversation.session_id)

    # What the engine says

    def _happened(self, events: Sequence[Event]) -> None:
        changed: dict[str, None] = {}
        for event in events:
            match event:
                case PromptAccepted() | TurnFinished():
                    changed[event.session_id] = None
                case SessionChanged(change="deleted"):
                    self._window.sessions.model.remove(event.session_id)
                case SessionChanged():
                    changed[event.session_id] = None
                case ModelSwitched():
                    self._bridge.load_current_model(self.conversation.session_id)
                case ConfigReloaded():
                    self._config_reloaded(event)
                case _:
                    pass
        for session_id in changed:
            self._bridge.refresh_session(session_id)

    def _sessions_loaded(self, page: list[SessionSummary], complete: bool) -> None:
        self._window.sessions.model.add_page(page, complete=complete)
        self._window.sessions.show_as_open(self.conversation.session_id)

    def _session_changed(self, summary: SessionSummary) -> None:
        if not self._window.sessions.is_doomed(summary.session_id):
            self._window.sessions.model.upsert(summary)
            self._window.sessions.show_as_open(self.conversation.session_id)

    def _config_reloaded(self, event: ConfigReloaded) -> None:
        self._config_problem = event.problem or " ".join(event.warnings)
        if self._config_problem:
            self._show_notice(self._config_problem)
        else:
            self._window.notice.clear()
        self._window.model_button.set_pin(self._bridge.pin)
        self._bridge.load_current_model(self.conversation.session_id)
        self._bridge.load_providers()

    def _providers_loaded(self, providers: list[ProviderStatus]) -> None:
        self._window.model_button.set_providers(providers)
        self._show_problem_of_model()

    def _models_loaded(self, provider: str, models: list[ModelInfo], failure: Failure | None) -> None:
        self._window.model_button.set_models(provider, models, failure)

    def _model_known(self, choice: ModelChoice) -> None:
        self._model = choice
        self._window.model_button.set_current(choice)
        self._show_problem_of_model()
        self._show_state()

    # The conversation

    def _opened(self, session_id: str) -> None:
        self._swap_drafts(session_id)
        self._window.sessions.show_as_open(session_id)
        self._bridge.load_current_model(session_id)
        self._bridge.remember(_LAST_SESSION, session_id or None)
        self._show_state()

    def _swap_drafts(self, session_id: str) -> None:
        """Each session keeps its own draft; that of a new one goes with it when it gets its id."""
        composer = self._window.composer
        if session_id == self._draft_of:
            return
        made_for_this_draft = not self._draft_of and self.conversation.state == "sending"
        if self._ready and not made_for_this_draft:
            self._drafts[self._draft_of] = composer.text
            composer.set_text(self._drafts.pop(session_id, ""))
        self._draft_of = session_id

    def _accepted(self, prompt: str) -> None:
        self._window.composer.clear_sent(prompt)
        if not self._config_problem:
            self._window.notice.clear()
        self._window.transcript.scroll_to_end()

    def _show_failure(self, failure: Failure) -> None:
        self._show_notice(
            " ".join(part for part in (failure.message, failure.next_step) if part), failed=True
        )

    def _show_notice(self, text: str, *, failed: bool = False) -> None:
        self._window.notice.show_message(
            text,
            actions=[(self.tr("OK"), self._window.notice.clear)],
            tone="danger" if failed else "warning",
        )

    def _show_problem_of_model(self) -> None:
        problem = self._window.model_button.problem_of_current()
        if problem:
            self._show_notice(problem)

    # What shows the state

    def _show_state(self) -> None:
        state = self.conversation.state
        composer = self._window.composer
        if not self._ready or state == "loading":
            composer.set_mode("starting")
        else:
            composer.set_mode("ready" if state == "idle" else state)
        self._window.set_status(
            state=self._state_in_words(),
            model=" · ".join(part for part in (self._model.provider, self._model.model) if part),
            workspace=self.conversation.workspace,
        )
        self._show_title()
        self._show_greeting()
        self._show_remedy()

    def _state_in_words(self) -> str:
        match self.conversation.state:
            case "loading":
                return self.tr("Opening…")
            case "sending":
                return self.tr("Sending…")
            case "writing":
                return self.tr("Writing…")
            case "idle":
                return self.tr("Ready")

    def _show_title(self) -> None:
        summary = self.conversation.summary
        name = self.tr("Roku")
        self._window.setWindowTitle(f"{title_of(summary)} – {name}" if summary is not None else name)

    def _show_greeting(self) -> None:
        if self.conversation.session_id or not self._model.provider:
            self._window.transcript.set_greeting("", "")
        elif self._model.provider == EMBEDDED_PROVIDER:
            model = self._model.model or self._model.provider
            self._window.transcript.set_greeting(
                self.tr("What can I help you with?"),
                self.tr("{0} answers on this computer, without a network.").format(model),
            )
        else:
            self._window.transcript.set_greeting(
                self.tr("What can I help you with?"),
                self.tr("Your prompts go to {0}.").format(self._model.provider),
            )

    def _show_remedy(self) -> None:
        """After a run that ended badly: what helps, as buttons."""
        conversation = self.conversation
        end = conversation.unfinished
        if end is None or conversation.state != "idle":
            self._window.remedy.clear()
        elif conversation.has_partial_answer():
            self._window.remedy.show_message(
                self.tr("The answer can go on where it stopped."),
                actions=[(self.tr("Resume"), conversation.resume), (self.tr("Retry"), conversation.retry)],
            )
        else:
            self._window.remedy.show_message(
                self.tr("There is no answer to this prompt yet."),
                actions=[(self.tr("Try again"), conversation.resume)],
            )

    # The window's place

    async def _restore_window(self) -> None:
        kept = await self._bridge.preference(_WINDOW)
        if kept:
            self._window.restoreGeometry(QByteArray(base64.b64decode(kept, validate=False)))

    def _remember_window(self) -> None:
        geometry = self._window.saveGeometry().data()
        self._bridge.remember(_WINDOW, base64.b64encode(bytes(geometry)).decode("ascii"))
