"""Brings the middle of the window to life: composer, transcript, notices.

With `sessions.py` and `models.py`, which take care of the rest, the only modules
that know both widgets and bridge; the state is the conversation's. Made by `application.py` when
the engine is open.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from roku_desktop.engine import Failure
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.drafts import PREFERENCE as DRAFTS_PREFERENCE
from roku_desktop.ui.drafts import Drafts
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.looks import Looks
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.retelling import message_of, next_step_of
from roku_desktop.ui.steering.window_place import PREFERENCE as WINDOW_PREFERENCE
from roku_desktop.ui.steering.window_place import WindowPlace
from roku_desktop.ui.transcript.model import TranscriptModel

if TYPE_CHECKING:
    from roku_desktop.config import SettingsDesk
    from roku_desktop.ui.steering.approvals import ApprovalSteering
    from roku_desktop.ui.steering.first_start import FirstStartSteering
    from roku_desktop.ui.steering.models import ModelSteering
    from roku_desktop.ui.steering.sessions import SessionSteering
    from roku_desktop.ui.steering.settings import SettingsSteering
    from roku_desktop.ui.steering.telemetry import TelemetrySteering

_LAST_SESSION = "ui.last_session"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a window hands on to the one that takes its place; sessions and their queues are on disk."""

    drafts: dict[str, str]
    telemetry_is_open: bool
    settings_page: str = ""


class Steering(QObject):
    """Lives as long as its window, and no longer than the engine is open.

    Attributes:
        conversation: the open session.
        telemetry: the panel and the badge, None before `furnish`.
        approvals: what waits for a person, None before `furnish`.
        settings, first_start: None before `furnish`, and where there is no desk to change settings at.
    """

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        workspace: Path,
        looks: Looks,
        desk: SettingsDesk | None = None,
    ) -> None:
        super().__init__()
        self._desk_of_settings = desk
        self._window = window
        self._bridge = bridge
        self._looks = looks
        transcript = TranscriptModel(self)
        window.transcript.show_model(transcript)
        self.conversation = Conversation(bridge, transcript, workspace, self)
        self._sessions: SessionSteering | None = None
        self._models: ModelSteering | None = None
        self.telemetry: TelemetrySteering | None = None
        self.approvals: ApprovalSteering | None = None
        self.settings: SettingsSteering | None = None
        self.first_start: FirstStartSteering | None = None
        self._drafts = Drafts(partial(bridge.remember, DRAFTS_PREFERENCE), self)
        self._draft_of = ""
        self._set_aside = ""
        self._ready = False
        self._place = WindowPlace(window, partial(bridge.remember, WINDOW_PREFERENCE))
        self._connect()

    def _connect(self) -> None:
        window, conversation = self._window, self.conversation
        self._bridge.refused.connect(self.show_failure)
        conversation.changed.connect(self._show_state)
        conversation.opened.connect(self._opened)
        conversation.accepted.connect(self._accepted)
        conversation.refused.connect(self.show_failure)
        window.composer.submitted.connect(conversation.send)
        window.composer.stop_wanted.connect(conversation.stop)
        window.transcript.page_wanted.connect(conversation.load_page)
        window.transcript.run_action_wanted.connect(conversation.act_on_run)
        window.transcript.link_clicked.connect(self._ask_about_link)
        conversation.draft_wanted.connect(self._keep_draft)
        window.composer.edit.textChanged.connect(self._write_down)
        self._bridge.session_gone.connect(self._drafts.forget)

    # Life

    async def begin(self) -> None:
        """Show the session that was open last; returns when a prompt could be sent."""
        place, last, drafts = await self._bridge.preferences(
            WINDOW_PREFERENCE, _LAST_SESSION, DRAFTS_PREFERENCE
        )
        self._drafts.load(drafts)
        self._place.restore(place)
        if last:
            self.conversation.open(last)
            await self._bridge.finish()
        self._ready = True
        self._take_up_draft()
        self._show_state()

    def _take_up_draft(self) -> None:
        """What was typed while everything was opened stands behind what was kept."""
        composer = self._window.composer
        kept = self._drafts.of(self._draft_of)
        if composer.sends_when_ready:  # that prompt goes alone
            self._set_aside = kept
        elif kept:
            composer.set_text("\n".join(filter(None, [kept, composer.text])))
        self._write_down()

    def furnish(self) -> None:
        """Show the sessions and the models, and take over their part."""
        from roku_desktop.ui.steering.appearance import AppearanceSteering
        from roku_desktop.ui.steering.approvals import ApprovalSteering
        from roku_desktop.ui.steering.desk import DeskSteering
        from roku_desktop.ui.steering.files import FileSteering
        from roku_desktop.ui.steering.images import ImageSteering
        from roku_desktop.ui.steering.keys_page import KeysPageSteering
        from roku_desktop.ui.steering.memory import MemorySteering
        from roku_desktop.ui.steering.models import ModelSteering
        from roku_desktop.ui.steering.sessions import SessionSteering
        from roku_desktop.ui.steering.slash import SlashSteering
        from roku_desktop.ui.steering.sub_agents import SubAgentSteering
        from roku_desktop.ui.steering.telemetry import TelemetrySteering
        from roku_desktop.ui.steering.wait import WaitSteering

        self._window.furnish()
        self._sessions = SessionSteering(self._window, self._bridge, self.conversation)
        self._models = ModelSteering(self._window, self._bridge, self.conversation)
        self._desk = DeskSteering(self._window, self._bridge, self.conversation)
        self.memory = MemorySteering(self._window, self._bridge, self.conversation)
        self.memory.told.connect(self.show_notice)
        self._slashes = SlashSteering(
            self._window, self._bridge, self.conversation, self._models, self.memory.remember
        )
        self._slashes.told.connect(self.show_notice)
        self._keys_page = KeysPageSteering(self._window, self._slashes.commands, self.conversation)
        self._files = FileSteering(self._window, self._bridge, self.conversation)
        self._files.told.connect(self.show_notice)
        self.images = ImageSteering(self._window, self._bridge, self.conversation)
        self.images.problem_found.connect(self.show_notice)
        self._sub_agents = SubAgentSteering(self._bridge, self.conversation)
        self._waits = WaitSteering(self._window, self.conversation)
        collector = self._desk_of_settings.collector if self._desk_of_settings is not None else None
        self.telemetry = TelemetrySteering(self._window, self._bridge, self.conversation, collector)
        self.telemetry.problem_found.connect(self.show_notice)
        self._desk.problem_found.connect(self.show_notice)
        self._models.problem_found.connect(self.show_notice)
        self.approvals = ApprovalSteering(self._window, self._bridge, self.conversation)
        self._appearance = AppearanceSteering(self._window, self._looks, self)
        self._looks.not_kept.connect(self.show_notice)
        if self._desk_of_settings is not None:
            self._furnish_settings(self._desk_of_settings)
        self._sessions.begin()
        self._models.begin()
        self._desk.begin()
        self.approvals.begin()
        if self.first_start is not None:
            self.first_start.begin()
        self._place.watch()

    def _furnish_settings(self, desk: SettingsDesk) -> None:
        from roku_desktop.ui.steering.first_start import FirstStartSteering
        from roku_desktop.ui.steering.settings import SettingsSteering
        from roku_desktop.ui.steering.updates import UpdateSteering

        assert self._models is not None
        self.settings = SettingsSteering(self._window, self._bridge, self.conversation, desk, self._looks)
        self._updates = UpdateSteering(self._window, self._bridge, self.settings, desk, self._ask_about_link)
        switching = self._models.switching
        switching.offer_keys()
        switching.key_wanted.connect(self.settings.type_key)
        self.settings.key_usable.connect(switching.open)
        self.first_start = FirstStartSteering(self._window, self._bridge, self.conversation)
        self.first_start.key_wanted.connect(self.settings.type_key)
        self.settings.key_usable.connect(self.first_start.end)

    def kept(self) -> Kept:
        """What the window that takes this one's place goes on with."""
        is_open = self.telemetry is not None and self.telemetry.is_open
        page = self.settings.page if self.settings is not None else ""
        return Kept(drafts=dict(self._drafts.all()), telemetry_is_open=is_open, settings_page=page)

    def take_over(self, kept: Kept) -> None:
        """Go on with what another window had, once `furnish` was called."""
        for session_id, draft in kept.drafts.items():
            self._drafts.put(session_id, draft)
        self._window.composer.set_text(self._drafts.of(self._draft_of))
        if kept.telemetry_is_open and self.telemetry is not None and not self.telemetry.is_open:
            self._window.commands["telemetry"].trigger()
        if kept.settings_page and self.settings is not None:
            self.settings.open(kept.settings_page)

    async def finish(self) -> None:
        """Hand over what is still to be kept, before the engine closes."""
        self._ready = False
        self._drafts.keep_now()
        if self._sessions is not None:
            self._window.sessions.deletion.keep()
        if self.telemetry is not None:
            self.telemetry.finish()
        if self.approvals is not None:
            self.approvals.finish()
        self._place.finish()
        await self._bridge.finish()

    def release(self) -> None:
        """Let go of the window, so that another engine can be put behind it."""
        self._window.transcript.show_model(None)
        if self.approvals is not None:
            self.approvals.release()
        if self.telemetry is not None:
            self.telemetry.release()
        if self.settings is not None:
            self.settings.release()
        self._place.deleteLater()
        self.deleteLater()

    # What is said above the composer

    def show_notice(self, text: str) -> None:
        """Something to be known, until the person puts it away; "" puts it away."""
        if text:
            self._window.notice.show_message(
                text, actions=[(tr("OK"), self._window.clear_notice)], tone="warning"
            )
        else:
            self._window.clear_notice()

    def work_in(self, workspace: str) -> None:
        """Begin a new session in that folder."""
        self._desk.use_workspace(Path(workspace))

    def continue_with(self, session_id: str, draft: str) -> None:
        """Show a session, or a new one, with this text to be edited behind what was written there."""
        composer, is_open = self._window.composer, session_id == self._draft_of
        written = composer.text if is_open else self._drafts.of(session_id)
        text = "\n".join(filter(None, [written, draft]))
        if is_open:
            composer.set_text(text)
        else:
            self._keep_draft(session_id, text)
        if session_id:
            self.conversation.open(session_id)
        else:
            self.conversation.new()
        composer.edit.setFocus()

    def show_failure(self, failure: Failure) -> None:
        self._window.notice.show_message(
            " ".join(part for part in (message_of(failure), next_step_of(failure)) if part),
            actions=[(tr("OK"), self._window.clear_notice)],
            tone="danger",
        )

    # The conversation

    def _show_state(self) -> None:
        state = self.conversation.state
        if not self._ready or state == "loading":
            self._window.composer.set_mode("starting")
        else:
            self._window.composer.set_mode("ready" if state == "idle" else state)

    def _opened(self, session_id: str) -> None:
        self._swap_drafts(session_id)
        self._bridge.remember(_LAST_SESSION, session_id or None)
        self._show_state()

    def _swap_drafts(self, session_id: str) -> None:
        """Each session keeps its own draft; that of a new one goes with it when it gets its id."""
        composer = self._window.composer
        if session_id == self._draft_of:
            return
        made_for_this_draft = not self._draft_of and self.conversation.state == "sending"
        before, self._draft_of = self._draft_of, session_id
        if made_for_this_draft:
            self._drafts.forget(before)
            self._write_down()
        elif self._ready:
            composer.set_text(self._drafts.of(session_id))

    def _write_down(self) -> None:
        """What stands in the composer is the draft of the session that is shown."""
        if self._ready:
            self._drafts.put(self._draft_of, self._window.composer.text)

    def _keep_draft(self, session_id: str, prompt: str) -> None:
        self._drafts.put(session_id, prompt)
        self._window.composer.edit.setFocus()

    def _ask_about_link(self, target: str) -> None:
        from PySide6.QtGui import QDesktopServices

        from roku_desktop.ui.transcript.link_question import LinkQuestion

        question = LinkQuestion(target, self._window)
        question.open_wanted.connect(QDesktopServices.openUrl)
        question.show()

    def _accepted(self, prompt: str) -> None:
        composer = self._window.composer
        composer.clear_sent(prompt)
        aside, self._set_aside = self._set_aside, ""
        if aside:
            composer.set_text("\n".join(filter(None, [composer.text, aside])))
        self._drafts.keep_now()  # what was sent must not be there again after a kill
        self._window.clear_notice()
        self._window.transcript.scroll_to_end()
