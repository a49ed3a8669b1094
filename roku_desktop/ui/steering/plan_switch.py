"""Plan mode in the window: a command switches it, and a sign in the composer shows it while it is on.

A new session has none yet to remember it: it is kept here until the first prompt makes one. Made by
`approvals.py`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.main_window import MainWindow


class PlanSwitch(QObject):
    """Attributes:
    sign: says that it is on; a click ends it.
    """

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._conversation = conversation
        self._archive = bridge.archive
        self._wanted_for_new = False
        self.sign = FlatButton(tr("Plan mode"), glyph="lock")
        self.sign.setAccessibleName(tr("Plan mode is on: only looking is allowed. End it"))
        self.sign.setToolTip(tr("Only looking is allowed, nothing is changed. Click to end plan mode."))
        self.sign.hide()
        window.composer.add_to_left(self.sign)
        self.sign.clicked.connect(self.toggle)
        window.commands["plan_mode"].triggered.connect(self.toggle)
        conversation.changed.connect(self._show)
        conversation.opened.connect(self._show)
        bridge.session_created.connect(self._created)

    @property
    def is_on(self) -> bool:
        summary = self._conversation.summary
        return summary.plan if summary is not None else self._wanted_for_new

    def toggle(self) -> None:
        if self._conversation.session_id:
            self._archive.approvals.plan(self._conversation.session_id, not self.is_on)
        else:
            self._wanted_for_new = not self._wanted_for_new
        self._show()

    def _created(self, session_id: str) -> None:
        """Before the prompt is handed over, so that its answer is held to it."""
        if self._wanted_for_new:
            self._archive.approvals.plan(session_id, plan=True)

    def _show(self) -> None:
        if self._conversation.summary is not None:
            self._wanted_for_new = False
        self.sign.setVisible(self.is_on)
