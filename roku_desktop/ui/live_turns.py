"""The turns that run now, with what happened in each since its prompt was accepted.

A session can be left and opened again while it streams: what is stored shows its past, what is
kept here shows the running turn. Deltas are joined, so a turn costs what its text costs. Fed and
read by `bridge.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from roku_desktop.engine import (
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    Event,
    PromptAccepted,
    StoredMessage,
    TextDelta,
    ThinkingDelta,
    TurnFinished,
)


class LiveTurn:
    """One running turn. `events` begin with its `PromptAccepted`."""

    def __init__(self, accepted: PromptAccepted) -> None:
        self.run_id = accepted.run_id
        self.accepted_at = accepted.at
        self.events: list[Event] = [accepted]

    def holds(self, stored: StoredMessage) -> bool:
        """Whether that message belongs to what is kept here."""
        return stored.run_id == self.run_id and stored.created_at >= self.accepted_at


_ASKS = (ApprovalRequested, ApprovalDecided, ApprovalExpired, ApprovalResolved)


class LiveTurns:
    """The running turns by session."""

    def __init__(self) -> None:
        self._turns: dict[str, LiveTurn] = {}
        self._sub_agents: set[str] = set()  # their sessions, while they run

    def apart(self, events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
        """What happened in conversations of a person's own, and what in those of sub-agents.

        What a sub-agent asks a person is everybody's business.
        """
        own: list[Event] = []
        below: list[Event] = []
        for event in events:
            if isinstance(event, PromptAccepted) and event.parent_run_id:
                self._sub_agents.add(event.session_id)
            apart = event.session_id in self._sub_agents and not isinstance(event, _ASKS)
            (below if apart else own).append(event)
            if isinstance(event, TurnFinished):
                self._sub_agents.discard(event.session_id)
        return own, below

    def get(self, session_id: str) -> LiveTurn | None:
        return self._turns.get(session_id)

    def below(self) -> list[list[Event]]:
        """What has happened in the turn of each sub-agent that runs, from its `PromptAccepted` on."""
        return [turn.events for session_id, turn in self._turns.items() if session_id in self._sub_agents]

    def note(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, PromptAccepted):
                self._turns[event.session_id] = LiveTurn(event)
            elif turn := self._turns.get(event.session_id):
                if turn.run_id == event.run_id:
                    turn.events[-1:] = joined([turn.events[-1], event])
                if isinstance(event, TurnFinished):
                    del self._turns[event.session_id]


def joined(events: Sequence[Event]) -> list[Event]:
    """Join neighbouring deltas of one kind, run and step; the first one's time is kept."""
    result: list[Event] = []
    pieces: list[str] = []
    for event in events:
        last = result[-1] if result else None
        if isinstance(event, TextDelta | ThinkingDelta) and _continues(event, last):
            pieces.append(event.text)
            continue
        _put_together(result, pieces)
        pieces = [event.text] if isinstance(event, TextDelta | ThinkingDelta) else []
        result.append(event)
    _put_together(result, pieces)
    return result


def _continues(event: TextDelta | ThinkingDelta, last: Event | None) -> bool:
    return (
        isinstance(last, TextDelta | ThinkingDelta)
        and type(last) is type(event)
        and (last.run_id, last.step) == (event.run_id, event.step)
    )


def _put_together(events: list[Event], pieces: Sequence[str]) -> None:
    if len(pieces) > 1:
        events[-1] = msgspec.structs.replace(events[-1], text="".join(pieces))
