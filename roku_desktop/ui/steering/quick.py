"""Brings the quick prompt to life: a conversation of its own, beside the one in the window.

It has its own bridge, so that what one of the two conversations asks for is never answered to the other.
Hiding it does not stop its turn: the answer goes on to be written and kept, and is there when the box is
opened again; one that was read to its end makes room for a new conversation. Made by `residence.py` when
it is first wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from roku_desktop.engine import Failure, ModelChoice
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.composing.text_files import ReadFiles
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.quick.prompt import QuickPrompt
from roku_desktop.ui.steering.copying import CopySteering
from roku_desktop.ui.steering.middle import Steering
from roku_desktop.ui.transcript.model import TranscriptModel


class QuickSteering(QObject):
    """Attributes:
    prompt: the box.
    conversation: what is asked and answered in it.
    """

    def __init__(
        self, bridge: Bridge, main: Steering, come_to_front: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._main = main
        self._come_to_front = come_to_front
        self._next = ""
        self._fresh = True
        self._told_of_approval = False
        transcript = TranscriptModel(self)
        self.prompt = QuickPrompt()
        self.prompt.transcript.show_model(transcript)
        self.conversation = Conversation(bridge, transcript, Path(main.conversation.workspace), self)
        self._copying = CopySteering(self.prompt.transcript, bridge, self.conversation)
        self._connect()
        self._show_state()

    def _connect(self) -> None:
        prompt, conversation, bridge = self.prompt, self.conversation, self._bridge
        prompt.continue_wanted.connect(self._continue_in_window)
        prompt.left.connect(self._left)
        prompt.composer.submitted.connect(conversation.send)
        prompt.composer.queued.connect(self._queue)
        prompt.composer.stop_wanted.connect(conversation.stop)
        prompt.composer.files_given.connect(bridge.archive.read_files)
        prompt.composer.not_taken.connect(prompt.banner.show_message)
        prompt.composer.picture_given.connect(self._refuse_picture)
        prompt.transcript.page_wanted.connect(conversation.load_page)
        prompt.transcript.run_action_wanted.connect(conversation.act_on_run)
        bridge.archive.star_changed.connect(conversation.transcript.show_star)
        if self._main.telemetry is not None:
            prompt.transcript.run_action_wanted.connect(self._main.telemetry.act_on_run)
        prompt.transcript.link_clicked.connect(self._ask_about_link)
        conversation.changed.connect(self._show_state)
        conversation.accepted.connect(self._accepted)
        conversation.refused.connect(self._show_failure)
        conversation.opened.connect(self._show_state)
        conversation.draft_wanted.connect(lambda _session_id, draft: prompt.composer.set_text(draft))
        bridge.refused.connect(self._show_failure)
        bridge.model_known.connect(self._model_known)
        bridge.archive.files_read.connect(self._files_read)
        if self._main.approvals is not None:
            self._main.approvals.changed.connect(self._show_approval)
            prompt.transcript.review_wanted.connect(self._main.approvals.review_call)

    # Life

    def open(self, text: str = "") -> None:
        """Show it; with a text, that text stands in it, to be sent by hand."""
        if self._fresh and not self.prompt.isVisible():
            self.conversation.use_workspace(Path(self._main.conversation.workspace))
            self.conversation.new()
            self.prompt.banner.clear()
            self._fresh = False
        if text:
            self.prompt.composer.set_text(text)
        self._bridge.load_current_model(self.conversation.session_id)
        self.prompt.open()

    async def aclose(self) -> None:
        """The program ends, or another engine comes."""
        self.prompt.hide()
        self.prompt.transcript.show_model(None)
        await self._bridge.finish()
        await self._bridge.aclose()
        self.prompt.deleteLater()

    def _left(self) -> None:
        """What was read to its end is over; an answer still being written is waited for."""
        self._fresh = self.conversation.state == "idle" and not self._next

    def _continue_in_window(self) -> None:
        """The session and what is not sent yet go over to the window; the box is empty again."""
        draft = "\n".join(filter(None, [self._next, self.prompt.composer.text]))
        session_id, self._next, self._fresh = self.conversation.session_id, "", True
        self.prompt.hide()
        self.prompt.composer.set_text("")
        self._come_to_front()
        self._main.continue_with(session_id, draft)
        self.conversation.new()

    # The conversation

    def _show_state(self) -> None:
        conversation, composer = self.conversation, self.prompt.composer
        match conversation.state:
            case "loading":
                composer.set_mode("starting")
            case "idle":
                composer.set_mode("ready")
            case busy:
                composer.set_mode(busy)
        self.prompt.show_transcript(bool(conversation.session_id) or conversation.state == "sending")
        self._show_approval()
        if self._next and conversation.state == "idle":
            following, self._next = self._next, ""
            conversation.send(following)

    def _queue(self, prompt: str) -> None:
        self._next = "\n".join(filter(None, [self._next, prompt]))

    def _accepted(self, prompt: str) -> None:
        self.prompt.composer.clear_sent(prompt)
        self.prompt.banner.clear()
        self.prompt.transcript.scroll_to_end()

    def _show_failure(self, failure: Failure) -> None:
        sentence = " ".join(filter(None, [failure.message, failure.next_step]))
        self.prompt.banner.show_message(sentence, tone="danger")

    def _show_approval(self) -> None:
        approvals = self._main.approvals
        pages = approvals.pages if approvals is not None else ()
        here = [page for page in pages if page.session_id == self.conversation.session_id]
        self.conversation.ask_about({(page.run_id, page.call_id) for page in here})
        if here and approvals is not None:
            self.prompt.banner.show_message(
                tr("This waits for your approval: {0}.").format(here[0].title),
                actions=[(tr("Review…"), lambda: approvals.open_at(here[0]))],
            )
        elif self._told_of_approval:
            self.prompt.banner.clear()
        self._told_of_approval = bool(here)

    def _model_known(self, choice: ModelChoice) -> None:
        self.prompt.set_model(" · ".join(filter(None, [choice.provider, choice.model])))

    def _files_read(self, read: ReadFiles) -> None:
        for block in read.blocks:
            self.prompt.composer.insert_block(block)
        if read.problems:
            self.prompt.banner.show_message(" ".join(read.problems), tone="warning")

    def _refuse_picture(self, _picture: object) -> None:
        self.prompt.banner.show_message(
            tr("Images are attached in the window: go on there, and add it again.")
        )

    def _ask_about_link(self, target: str) -> None:
        from PySide6.QtGui import QDesktopServices

        from roku_desktop.ui.transcript.link_question import LinkQuestion

        question = LinkQuestion(target, self.prompt)
        question.open_wanted.connect(QDesktopServices.openUrl)
        question.show()
