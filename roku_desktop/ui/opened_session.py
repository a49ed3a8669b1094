"""A session and its pages as the bridge hands them over to be shown, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from roku_desktop.engine import Compaction, Engine, Event, Incident, RunRecord, SessionSummary, StoredMessage
from roku_desktop.ui.live_turns import LiveTurn, LiveTurns

MESSAGE_PAGE_SIZE: Final = 80


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive messages, oldest first, with the runs they belong to.

    A page that was asked for runs from position `first` to `last`; a message behind it may follow.
    """

    session_id: str
    messages: tuple[StoredMessage, ...]
    runs: dict[str, RunRecord]
    incidents: dict[str, tuple[Incident, ...]] = {}
    compactions: tuple[tuple[float, Compaction], ...] = ()
    first: int = 0
    last: int = 0


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is now: its newest page, its newest run, the events of its running turn."""

    summary: SessionSummary
    page: MessagePage
    last_run: RunRecord | None
    live: tuple[Event, ...]


async def read_session(
    engine: Engine, turns: LiveTurns, flush: Callable[[], None], session_id: str
) -> OpenedSession:
    """Read a session as it is now; `flush` has the `turns` told what has happened until then.

    Raises:
        NotFoundError: there is no such session.
    """
    flush()
    live = turns.get(session_id)
    summary = await engine.session(session_id)
    last_run = await engine.last_run(session_id)
    stored = await engine.messages(session_id, limit=MESSAGE_PAGE_SIZE)
    flush()  # a turn that began while we read is known now
    live = live or turns.get(session_id)
    while live is not None and stored and live.holds(stored[0]):  # a turn longer than a page
        stored = await engine.messages(
            session_id, before_position=stored[0].position, limit=MESSAGE_PAGE_SIZE
        )
    page = await _page_of(engine, session_id, stored, live)
    events = tuple(live.events) if live else ()
    return OpenedSession(summary=summary, page=page, last_run=last_run, live=events)


async def read_page(engine: Engine, session_id: str, first: int, last: int) -> MessagePage:
    """Read the messages from position `first` to `last`, and the one that follows them."""
    stored = await engine.messages(session_id, before_position=last + 2, limit=last - first + 2)
    page = await _page_of(engine, session_id, stored, None)
    return msgspec.structs.replace(page, first=first, last=last)


async def _page_of(
    engine: Engine, session_id: str, stored: Sequence[StoredMessage], live: LiveTurn | None
) -> MessagePage:
    past = tuple(message for message in stored if live is None or not live.holds(message))
    run_ids = {message.run_id for message in past} - {live.run_id if live else ""}
    compactions = await engine.compactions(session_id)
    return MessagePage(
        session_id=session_id,
        messages=past,
        runs={run_id: await engine.run(run_id) for run_id in sorted(run_ids)},
        incidents={run_id: tuple(await engine.incidents(run_id)) for run_id in sorted(run_ids)},
        compactions=tuple(made for made in compactions if live is None or made[0] < live.accepted_at),
    )
