"""A session and its pages as the bridge hands them over to be shown."""

from __future__ import annotations

import msgspec

from roku_desktop.engine import Event, Incident, RunRecord, SessionSummary, StoredMessage


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive messages, oldest first, with the runs they belong to.

    A page that was asked for runs from position `first` to `last`; a message behind it may follow.
    """

    session_id: str
    messages: tuple[StoredMessage, ...]
    runs: dict[str, RunRecord]
    incidents: dict[str, tuple[Incident, ...]] = {}
    first: int = 0
    last: int = 0


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is now: its newest page, its newest run, the events of its running turn."""

    summary: SessionSummary
    page: MessagePage
    last_run: RunRecord | None
    live: tuple[Event, ...]
