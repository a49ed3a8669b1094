"""Lets the cards of tasks show what their sub-agents are doing and did. Made by `middle.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from roku_desktop.engine import AnswerCompleted, Event, PromptAccepted, ToolsAnswered, TurnFinished
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation

if TYPE_CHECKING:
    from roku_desktop.ui.sub_agents import SubAgentCalls


class SubAgentSteering(QObject):
    def __init__(self, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._bridge = bridge
        self._transcript = conversation.transcript
        self._calls: SubAgentCalls | None = None
        self._tasks: dict[str, tuple[str, str]] = {}  # the call that each running session works for
        bridge.happened.connect(self._happened)  # what it asks a person comes with the rest
        bridge.happened_below.connect(self._happened)
        conversation.opened.connect(self._tell)
        self._transcript.below_wanted.connect(self._load)
        self._learn([events[0] for events in bridge.running_below()])

    def _learn(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, PromptAccepted) and event.parent_run_id:
                self._tasks[event.session_id] = (event.parent_run_id, event.parent_call_id)

    def _happened(self, events: Sequence[Event]) -> None:
        self._learn(events)
        if not self._tasks:
            return
        below = [event for event in events if event.session_id in self._tasks]
        if below:
            self._tell()
        grown = [
            event for event in below if isinstance(event, AnswerCompleted | ToolsAnswered | TurnFinished)
        ]
        for session_id in dict.fromkeys(event.session_id for event in grown):
            self._transcript.renew_below(*self._tasks[session_id])
        for event in grown:
            if isinstance(event, TurnFinished):
                self._tasks.pop(event.session_id, None)

    def _tell(self, _session_id: str = "") -> None:
        """Say what each of them is doing."""
        running = self._bridge.running_below()
        if not running:
            return
        from roku_desktop.ui.sub_agents import doing_now

        self._learn([events[0] for events in running])
        for events in running:
            run_id, call_id = self._tasks[events[0].session_id]
            self._transcript.show_doing(run_id, call_id, doing_now(events))

    def _load(self, run_id: str, call_id: str) -> None:
        if self._calls is None:
            self._calls = self._bridge.archive.sub_agents()
            self._calls.setParent(self)
            self._calls.known.connect(self._transcript.show_below)
        self._calls.load(run_id, call_id)
