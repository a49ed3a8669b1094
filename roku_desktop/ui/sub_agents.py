"""Between the engine's sub-agents and their cards: what they are doing, and their conversations.

Made by `archive.py` when the first card is unfolded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    Engine,
    Event,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolsAnswered,
    ToolStarted,
)
from roku_desktop.ui.language import tr
from roku_desktop.ui.transcript.page_entries import entries_of_page
from roku_desktop.ui.wording import arguments_in_short, one_line

_MOST_MESSAGES: Final = 200

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class SubAgentCalls(QObject):
    """Signals:
    known: the ids of a call (its run's first), and the entries of its sub-agent's conversation.
    """

    known = Signal(str, str, object)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start

    def load(self, run_id: str, call_id: str) -> None:
        """Read what has become of the task so far: nothing where none has begun."""

        async def load() -> None:
            session = await self._engine.sub_agent(run_id, call_id)
            if session is None:
                return
            messages = await self._engine.messages(session.session_id, limit=_MOST_MESSAGES)
            run_ids = {message.run_id for message in messages}
            runs = {each: await self._engine.run(each) for each in sorted(run_ids)}
            ended = {each: run for each, run in runs.items() if run.status != "running"}
            self.known.emit(run_id, call_id, entries_of_page(messages, ended).entries)

        self._start(load)


def doing_now(events: Sequence[Event]) -> str:
    """What a sub-agent is doing, in a few words, by what has happened in its turn."""
    for event in reversed(events):
        match event:
            case ToolStarted(call=call):
                return f"{one_line(call.name, 60)}  {arguments_in_short(call.arguments)}"
            case ThinkingDelta():
                return tr("Thinking…")
            case TextDelta():
                return tr("Writing…")
            case ApprovalRequested(decision=None):
                return tr("Waits for your approval.")
            case StepStarted() | ToolsAnswered() | ApprovalDecided() | ApprovalExpired():
                return tr("Waiting for the model…")
            case _:
                pass
    return ""
