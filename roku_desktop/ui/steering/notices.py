"""What a person is told while no window can be seen: an approval waits, an answer is ready, a budget burns.

A message never approves anything and, unless a person wants so, holds no word of a prompt, an answer or a
command: anybody may look at the screen. A click on it shows what it is about. Made by `residence.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Event, SessionSummary, TurnFinished
from roku_desktop.ui.approving.pages import ApprovalPage
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.language import tr
from roku_desktop.ui.notices.notice import Notice
from roku_desktop.ui.sessions.model import title_of
from roku_desktop.ui.steering.middle import Steering
from roku_desktop.ui.tray.tray import Tray
from roku_desktop.ui.wording import one_line

if TYPE_CHECKING:
    from roku_desktop.ui.notices.bus import BusNotices

SHOW_CONTENT: Final = "ui.notices_show_content"
_APPROVAL, _ANSWER, _OBJECTIVE = "approval", "answer", "objective"
_TEXT_CHARS: Final = 160


class NoticeSteering(QObject):
    """Attributes:
    shows_content: whether titles of sessions and of calls may stand in a message.

    Signals:
    approvals_wanted, telemetry_wanted, session_wanted: what the clicked message is about; a session's id.
    """

    approvals_wanted = Signal()
    telemetry_wanted = Signal()
    session_wanted = Signal(str)

    def __init__(
        self, bridge: Bridge, main: Steering, tray: Tray, *, is_seen: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._main = main
        self._tray = tray
        self._is_seen = is_seen
        self._bus: BusNotices | None = None
        self._newest = ""
        self._sessions: dict[str, str] = {}  # what an answer's message is about
        self._asked: dict[str, TurnFinished] = {}  # those whose session's title is being read
        self.shows_content = False
        bridge.happened.connect(self._happened)
        bridge.session_changed.connect(self._session_known)
        tray.message_clicked.connect(lambda: self._chosen(self._newest))
        if main.approvals is not None:
            main.approvals.asked.connect(self._approval_asked)
            main.approvals.changed.connect(self._approvals_changed)
        if main.telemetry is not None:
            main.telemetry.problem_found.connect(self._objective_missed)

    async def aclose(self) -> None:
        if self._bus is not None:
            await self._bus.aclose()

    def toggle_content(self) -> None:
        self.shows_content = not self.shows_content
        self._bridge.remember(SHOW_CONTENT, "yes" if self.shows_content else None)
        self._main.show_notice(
            tr("Notifications show the titles of sessions and calls from now on.")
            if self.shows_content
            else tr("Notifications show nothing of what is asked or answered from now on.")
        )

    # What is told

    def _approval_asked(self, page: ApprovalPage) -> None:
        text = one_line(page.title, _TEXT_CHARS) if self.shows_content else tr("Open Roku to see what it is.")
        self._show(
            Notice(key=_APPROVAL, title=tr("Roku waits for your approval"), text=text, action=tr("Review…"))
        )

    def _approvals_changed(self) -> None:
        if self._bus is not None and self._main.approvals is not None and not self._main.approvals.pages:
            self._bus.withdraw(_APPROVAL)

    def _happened(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, TurnFinished) and event.outcome in ("completed", "failed"):
                self._answered(event)

    def _answered(self, event: TurnFinished) -> None:
        if self._is_seen():
            return
        if self.shows_content:
            self._asked[event.session_id] = event
            self._bridge.refresh_session(event.session_id)
        else:
            self._tell_answer(event, "")

    def _session_known(self, summary: SessionSummary) -> None:
        event = self._asked.pop(summary.session_id, None)
        if event is not None:
            self._tell_answer(event, one_line(title_of(summary), _TEXT_CHARS))

    def _tell_answer(self, event: TurnFinished, title: str) -> None:
        key = f"{_ANSWER}:{event.session_id}"
        self._sessions[key] = event.session_id
        headline = tr("Your answer is ready") if event.outcome == "completed" else tr("An answer failed")
        self._show(Notice(key=key, title=headline, text=title, action=tr("Show")))

    def _objective_missed(self, sentence: str) -> None:
        if not self._is_seen():
            self._show(Notice(key=_OBJECTIVE, title=tr("Roku"), text=sentence))

    # How

    def _show(self, notice: Notice) -> None:
        self._newest = notice.key
        if sys.platform != "linux":
            self._show_in_tray(notice)
            return
        if self._bus is None:
            from roku_desktop.ui.notices.bus import BusNotices

            self._bus = BusNotices(self)
            self._bus.chosen.connect(self._chosen)
            self._bus.unheard.connect(self._show_in_tray)
        self._bus.show(notice)

    def _show_in_tray(self, notice: Notice) -> None:
        self._tray.tell(notice.title, notice.text)

    def _chosen(self, key: str) -> None:
        if key == _APPROVAL:
            self.approvals_wanted.emit()
        elif key == _OBJECTIVE:
            self.telemetry_wanted.emit()
        elif key in self._sessions:
            self.session_wanted.emit(self._sessions[key])
