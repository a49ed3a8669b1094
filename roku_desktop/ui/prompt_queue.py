"""Prompts that wait for the answer before them, per session, kept when the program ends. No widgets.

A waiting prompt goes out when its session's turn is complete, also of a session that is not shown.
After a turn that failed or was stopped, and after a start, it waits until the person sends it: what
it builds on may be missing. It leaves the queue only when it is on disk as a prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import Event, Failure, PromptAccepted, SessionChanged, TurnFinished
from roku_desktop.ui.bridge import Bridge

PREFERENCE: Final = "ui.queued_prompts"


class PromptQueue(QObject):
    """Signals:
    changed: the queue of some session.
    refused: the `Failure` of a prompt that was to be sent; it waits on.
    """

    changed = Signal()
    refused = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._waiting: dict[str, list[str]] = {}
        self._under_way: dict[str, str] = {}
        bridge.happened.connect(self._happened)
        bridge.turn_refused.connect(self._refused)
        bridge.session_gone.connect(self._forget)

    def load(self, stored: str | None) -> None:
        """Take up what was kept; something unreadable is left out."""
        try:
            kept = msgspec.json.decode(stored or "{}", type=dict[str, list[str]])
        except msgspec.DecodeError:
            kept = {}
        for session_id, prompts in kept.items():
            self._waiting[session_id] = [*prompts, *self._waiting.get(session_id, ())]
        self.changed.emit()

    def prompts(self, session_id: str) -> Sequence[str]:
        return tuple(self._waiting.get(session_id, ()))

    def add(self, session_id: str, prompt: str) -> None:
        self._waiting.setdefault(session_id, []).append(prompt)
        self._keep()

    def take(self, session_id: str, place: int) -> str:
        """Remove one and return it, "" if it is gone already."""
        prompts = self._waiting.get(session_id, [])
        prompt = prompts.pop(place) if place < len(prompts) else ""
        self._keep()
        return prompt

    def send_next(self, session_id: str) -> None:
        """Hand the first one over; it waits on if it is refused."""
        prompts = self._waiting.get(session_id)
        if prompts and session_id not in self._under_way:
            self._under_way[session_id] = prompts[0]
            self._bridge.ask(session_id, prompts[0], Path())  # the session has its workspace

    def _happened(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case PromptAccepted(message=message) if event.session_id in self._under_way:
                    sent = self._under_way.pop(event.session_id)
                    if message is not None and message.text.startswith(sent):
                        self._drop(event.session_id, sent)
                case TurnFinished(outcome="completed"):
                    self.send_next(event.session_id)
                case SessionChanged(change="deleted"):
                    self._forget(event.session_id)
                case _:
                    pass

    def _drop(self, session_id: str, prompt: str) -> None:
        prompts = self._waiting.get(session_id, [])
        if prompt in prompts:
            prompts.remove(prompt)
            self._keep()

    def _refused(self, session_id: str, failure: Failure) -> None:
        if self._under_way.pop(session_id, None) is not None:
            self.changed.emit()
            if failure.kind != "Cancelled":
                self.refused.emit(failure)

    def _forget(self, session_id: str) -> None:
        if self._waiting.pop(session_id, None) is not None:
            self._keep()

    def _keep(self) -> None:
        self._waiting = {session_id: prompts for session_id, prompts in self._waiting.items() if prompts}
        stored = msgspec.json.encode(self._waiting).decode() if self._waiting else None
        self._bridge.remember(PREFERENCE, stored)
        self.changed.emit()
