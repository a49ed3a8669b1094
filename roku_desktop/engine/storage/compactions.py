"""Compactions, summaries written ahead of need, and what was estimated against what was counted.

Each event's share of a transaction, called by `runs.py`; what a turn begins with, read by `store.py`.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from roku_desktop.engine.compactions import (
    AutoCompactCircuitBreakerTripped,
    CacheBreakDetected,
    CompactComplete,
    Compaction,
    CompactTriggered,
    ContextRecord,
    DigestWritten,
    MicrocompactRan,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
    OutputSlotEscalated,
    ReactiveCompactTriggered,
    SessionDigest,
)
from roku_desktop.engine.context.calibration import PAIRS_KEPT
from roku_desktop.engine.storage import costs
from roku_desktop.engine.storage.codec import USAGE_COLUMNS, encode, usage_columns
from roku_desktop.engine.storage.messages import add_message

_decode: Final = msgspec.json.Decoder(Compaction).decode
_decode_digest: Final = msgspec.json.Decoder(SessionDigest).decode

ContextChange = (
    MicrocompactRan
    | MidCompactLayer1Ran
    | MidCompactLayer2Ran
    | CompactTriggered
    | ReactiveCompactTriggered
    | CompactComplete
    | DigestWritten
    | AutoCompactCircuitBreakerTripped
    | CacheBreakDetected
    | OutputSlotEscalated
)

_NEWEST = "SELECT body FROM compactions WHERE session_id = ? ORDER BY covers DESC, at DESC LIMIT 1"
_PAIRS = """
SELECT steps.provider, steps.model, estimated_tokens, steps.input_tokens FROM steps JOIN runs USING (run_id)
WHERE session_id = ? AND estimated_tokens > 0 AND steps.input_tokens > 0 AND steps.finished_at IS NOT NULL
ORDER BY steps.finished_at DESC LIMIT ?
"""
_COUNT: Final = (
    f"UPDATE runs SET {', '.join(f'{name} = {name} + ?' for name in USAGE_COLUMNS)} "  # noqa: S608  names of ours
    "WHERE run_id = coalesce(nullif(?, ''), (SELECT last_run_id FROM sessions WHERE session_id = ?))"
)
_MODELS_REMEMBERED: Final = 4


def note(db: Any, event: ContextChange) -> None:
    """Store what an event changes."""
    match event:
        case MidCompactLayer1Ran(compaction=compaction) | MidCompactLayer2Ran(compaction=compaction):
            _keep(db, event.session_id, event.at, compaction)
        case CompactComplete(compaction=compaction):
            _keep(db, event.session_id, event.at, compaction)
            if compaction.provider:
                _pay(db, event, compaction)
        case DigestWritten(digest=digest):
            db.execute_sql(
                "INSERT OR REPLACE INTO digests (session_id, body) VALUES (?, ?)",
                (event.session_id, encode(digest)),
            )
            _pay(db, event, event)
        case OutputSlotEscalated(message=message):
            add_message(db, event.session_id, event.run_id, event.at, message)
        case _:
            pass  # a moment, of which nothing has to last


def of_session(db: Any, session_id: str) -> ContextRecord:
    newest = db.execute_sql(_NEWEST, (session_id,)).fetchone()
    digest = db.execute_sql("SELECT body FROM digests WHERE session_id = ?", (session_id,)).fetchone()
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    rows = db.execute_sql(_PAIRS, (session_id, PAIRS_KEPT * _MODELS_REMEMBERED)).fetchall()
    for provider, model, estimated, counted in reversed(rows):
        model_pairs = pairs.pop((provider, model), [])  # the model that answered last stands last
        pairs[provider, model] = [*model_pairs, (estimated, counted)]
    return ContextRecord(
        compaction=_decode(newest[0]) if newest else None,
        digest=_decode_digest(digest[0]) if digest else None,
        pairs=pairs,
    )


def all_of(db: Any, session_id: str) -> list[tuple[float, Compaction]]:
    """When each was made (Unix seconds) and what it is, oldest first."""
    rows = db.execute_sql("SELECT at, body FROM compactions WHERE session_id = ? ORDER BY at", (session_id,))
    return [(at, _decode(body)) for at, body in rows]


def copy(db: Any, session_id: str, new_session_id: str, end: int) -> None:
    """Give a fork what holds for the `end` messages it has."""
    db.execute_sql(
        "INSERT INTO compactions (compaction_id, session_id, at, covers, body) "
        "SELECT compaction_id || ?, ?, at, covers, body FROM compactions "
        "WHERE session_id = ? AND covers <= ?",
        (f"_{new_session_id}", new_session_id, session_id, end),
    )


def _keep(db: Any, session_id: str, at: float, compaction: Compaction) -> None:
    db.execute_sql(
        "INSERT INTO compactions (compaction_id, session_id, at, covers, body) VALUES (?, ?, ?, ?, ?)",
        (compaction.compaction_id, session_id, at, compaction.covers, encode(compaction)),
    )


def _pay(db: Any, event: CompactComplete | DigestWritten, by: Compaction | DigestWritten) -> None:
    """The ledger and the run count a summary like an answer."""
    costs.enter(db, event.at, provider=by.provider, model=by.model, usage=by.usage, cost_usd=event.cost_usd)
    # One that belongs to no turn is the newest one's: what a session costs is the sum of its runs.
    db.execute_sql(_COUNT, (*usage_columns(by.usage).values(), event.run_id, event.session_id))
