"""A whole answer takes the place of what was written of it. Plain SQL, as in `progress.py`."""

from __future__ import annotations

from typing import Any, Final

from roku_desktop.engine.events import AnswerCompleted
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.storage import costs
from roku_desktop.engine.storage.codec import USAGE_COLUMNS, usage_columns
from roku_desktop.engine.storage.messages import add_message

_FINISH_STEP: Final = (
    f"UPDATE steps SET {', '.join(f'{name} = ?' for name in USAGE_COLUMNS)}, finished_at = ?, "  # noqa: S608  names of ours
    "first_delta_at = (SELECT min(at) FROM deltas WHERE (run_id, step) = (steps.run_id, steps.step)) "
    "WHERE run_id = ? AND step = ?"
)
_COUNT_USAGE: Final = (
    f"UPDATE runs SET {', '.join(f'{name} = {name} + ?' for name in USAGE_COLUMNS)} WHERE run_id = ?"  # noqa: S608  names of ours
)


def complete(db: Any, event: AnswerCompleted) -> None:
    """Store it, count it, and drop its deltas."""
    usage = event.message.usage
    finish_step(db, event.run_id, event.step, event.at, usage)
    db.execute_sql(_COUNT_USAGE, (*usage_columns(usage).values(), event.run_id))
    add_message(db, event.session_id, event.run_id, event.at, event.message)
    costs.add(db, event)


def finish_step(db: Any, run_id: str, step: int, at: float, usage: Usage) -> None:
    """A step's answer is stored: keep when it began to be seen, drop its deltas."""
    db.execute_sql(_FINISH_STEP, (*usage_columns(usage).values(), at, run_id, step))
    db.execute_sql("DELETE FROM deltas WHERE run_id = ? AND step = ?", (run_id, step))
