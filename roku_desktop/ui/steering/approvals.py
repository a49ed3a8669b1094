"""What waits for a person's approval, in the window: the dialog and its queue, the count, the session's line.

Also the switch of plan mode and the list of rules, which decide what is asked for at all. Connects
`approving/calls.py` with the widgets. Made by `middle.py` when the first prompt could be sent; the
dialog itself is made when something waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    Event,
    TurnFinished,
)
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.steering.plan_switch import PlanSwitch

if TYPE_CHECKING:
    from roku_desktop.engine import Reach, Resolution
    from roku_desktop.ui.approving.dialog import ApprovalDialog
    from roku_desktop.ui.approving.pages import ApprovalPage
    from roku_desktop.ui.approving.rules import ApprovalRules

_TOLD_BY = (ApprovalRequested, ApprovalDecided, ApprovalExpired, ApprovalResolved, TurnFinished)


class ApprovalSteering(QObject):
    """Attributes:
    pages: all that wait for a person, oldest first.
    is_seen: whether a person looks at the program now, so that a dialog may appear.

    Signals:
    changed: `pages` did.
    asked: a page that is new (`ApprovalPage`) while no window of the program can be seen.
    """

    changed = Signal()
    asked = Signal(object)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._calls = bridge.archive.approvals
        self._dialog: ApprovalDialog | None = None
        self._rules: ApprovalRules | None = None
        self._seen: set[str] = set()
        self._answered: set[str] = set()
        self.is_seen: Callable[[], bool] = window.isVisible
        self.pages: tuple[ApprovalPage, ...] = ()
        self.plan = PlanSwitch(window, bridge, conversation)
        self._calls.waiting.connect(self._waiting)
        self._calls.page_changed.connect(self._ended)
        bridge.happened.connect(self._happened)
        bridge.refused.connect(self._take_back)
        conversation.changed.connect(self._show_line)
        conversation.opened.connect(self._show_line)
        window.transcript.review_wanted.connect(self.review_call)
        window.status.approvals_button.clicked.connect(self.review)
        window.commands["review_approvals"].triggered.connect(self.review)
        window.commands["approval_rules"].triggered.connect(self.open_rules)

    def begin(self) -> None:
        self._calls.watch()

    def finish(self) -> None:
        """Look no more; the engine is about to close."""
        self._calls.rest()

    def release(self) -> None:
        """Let go of what belongs to the window."""
        self._bridge.archive.end_approvals()
        for shown in (self._dialog, self._rules):
            if shown is not None:
                shown.hide()
                shown.deleteLater()

    @property
    def dialog(self) -> ApprovalDialog:
        if self._dialog is None:
            from roku_desktop.ui.approving.dialog import ApprovalDialog

            self._dialog = dialog = ApprovalDialog(self._window)
            dialog.approved.connect(self._approve)
            dialog.rejected_with.connect(self._reject)
            dialog.resolved.connect(self._resolve)
            dialog.go_on_wanted.connect(self._go_on)
            dialog.step_wanted.connect(self._step)
            dialog.put_off.connect(self._put_off)
            dialog.page_shown.connect(self._shown)
        return self._dialog

    # What waits

    def _happened(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, _TOLD_BY) for event in events):
            self._calls.look()

    def _waiting(self, pages: tuple[ApprovalPage, ...]) -> None:
        self._answered &= {page.approval_id for page in pages}
        self.pages = tuple(page for page in pages if page.approval_id not in self._answered)
        self._show_everywhere()
        new = [page for page in self.pages if page.approval_id not in self._seen]
        self._seen |= {page.approval_id for page in new}
        if self._is_open and self._dialog is not None:
            self._show_page(self._dialog.page)
        elif new and self.is_seen():
            self.open_at(new[0])
        elif new:
            self.asked.emit(new[0])

    def _show_everywhere(self) -> None:
        self._window.status.set_approvals(len(self.pages))
        self._window.sessions.model.set_waiting(frozenset(page.session_id for page in self.pages))
        self._show_line()
        self.changed.emit()

    def _show_line(self) -> None:
        """Where the open conversation waits, with the way to the dialog."""
        here = [page for page in self.pages if page.session_id == self._conversation.session_id]
        self._conversation.ask_about({(page.run_id, page.call_id) for page in here})
        if not here:
            self._window.clear_approval()
            return
        sentence = (
            tr("The program ended while this ran: {0}.")
            if here[0].state == "unknown"
            else tr("This waits for your approval: {0}.")
        )
        self._window.approval.show_message(
            sentence.format(here[0].title), actions=[(tr("Review…"), lambda: self.open_at(here[0]))]
        )

    # The dialog

    @property
    def _is_open(self) -> bool:
        return self._dialog is not None and self._dialog.isVisible()

    def review(self) -> None:
        """Show what has waited longest, of the open session first."""
        here = [page for page in self.pages if page.session_id == self._conversation.session_id]
        for page in (*here, *self.pages)[:1]:
            self.open_at(page)

    def review_call(self, run_id: str, call_id: str) -> None:
        """Show the page of that call, if it waits still."""
        for page in self.pages:
            if (page.run_id, page.call_id) == (run_id, call_id):
                self.open_at(page)
                return

    def open_at(self, page: ApprovalPage) -> None:
        """Show this one to a person."""
        self._show_page(page)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _show_page(self, page: ApprovalPage | None) -> None:
        """Show it as it is now; one that needs nobody any more stays until a person has read so."""
        if page is None:
            return
        ids = [waiting.approval_id for waiting in self.pages]
        if page.approval_id in ids:
            place = ids.index(page.approval_id)
            self.dialog.show_page(self.pages[place], number=place + 1, count=len(ids))

    def _step(self, by: int) -> None:
        ids = [page.approval_id for page in self.pages]
        current = self.dialog.page
        if not ids or current is None:
            return
        place = ids.index(current.approval_id) + by if current.approval_id in ids else 0
        self._show_page(self.pages[place % len(ids)])

    def _ended(self, page: ApprovalPage) -> None:
        """Decided elsewhere, expired, replaced: the page says so, where it is looked at."""
        shown = self._dialog.page if self._dialog is not None else None
        if self._is_open and shown is not None and shown.approval_id == page.approval_id:
            self.dialog.show_page(page, number=1, count=1)

    def _put_off(self) -> None:
        ended = self.dialog.page is not None and self.dialog.page.state == "closed"
        if ended and self.pages:
            self._show_page(self.pages[0])
        else:
            self._close()

    def _close(self) -> None:
        self.dialog.hide()
        self._window.composer.edit.setFocus()

    def _shown(self, approval_id: str) -> None:
        self._calls.mark_shown(approval_id)

    # What a person says

    def _approve(self, approval_id: str, reach: str) -> None:
        self._calls.decide(approval_id, "approve", reach=cast("Reach", reach))
        self._leave(approval_id)

    def _reject(self, approval_id: str, comment: str) -> None:
        self._calls.decide(approval_id, "reject", comment=comment)
        self._leave(approval_id)

    def _resolve(self, approval_id: str, resolution: str) -> None:
        self._calls.resolve(approval_id, cast("Resolution", resolution))
        self._leave(approval_id)

    def _go_on(self, run_id: str) -> None:
        self._calls.go_on(run_id)
        for page in self.pages:
            if page.run_id == run_id and page.state == "approved":
                self._leave(page.approval_id)

    def _leave(self, approval_id: str) -> None:
        """Answered: show the next one, or go."""
        self._answered.add(approval_id)
        self.pages = tuple(page for page in self.pages if page.approval_id != approval_id)
        self._show_everywhere()
        if self.pages:
            self._show_page(self.pages[0])
        else:
            self._close()

    def _take_back(self, _failure: object) -> None:
        """Something was refused; an answer may have been among it, and then it waits still."""
        if self._answered:
            self._answered.clear()
            self._calls.look()

    # Rules

    def open_rules(self) -> None:
        """The rules in force, each with the way to end it."""
        if self._rules is None:
            from roku_desktop.ui.approving.rules import ApprovalRules

            self._rules = ApprovalRules(self._window)
            self._rules.revoked.connect(self._calls.revoke)
            self._calls.rules_known.connect(self._rules.show_rules)
        self._calls.load_rules()
        self._rules.show()
        self._rules.raise_()
