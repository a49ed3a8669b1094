"""The ledger: what each model cost on each day. It belongs to no session and outlives them all.

Called by `runs.py`, in the transaction that stores an answer, and by `store.py` to read.
"""

from __future__ import annotations

from typing import Any

from roku_desktop.engine.events import AnswerCompleted
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.records import CostRow, SessionCosts, local_day
from roku_desktop.engine.storage.approvals import RUNS_BELOW

_ADD = """
INSERT INTO costs (day, provider, model, answers, input_tokens, output_tokens, cost_usd, unknown)
VALUES (?, ?, ?, 1, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET answers = answers + 1, input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens, cost_usd = cost_usd + excluded.cost_usd,
    unknown = unknown + excluded.unknown
"""

_OF_SESSION = (
    "SELECT coalesce(sum(input_tokens + output_tokens), 0), coalesce(sum(cost_usd), 0.0), "  # noqa: S608  a query of ours
    "count(*) FILTER (WHERE cost_usd IS NULL AND output_tokens > 0) FROM runs "
    f"WHERE run_id <> ? AND run_id NOT IN ({RUNS_BELOW}) "
    "AND (session_id = ? OR session_id IN (SELECT below.session_id FROM sessions AS below "
    "JOIN runs AS parents ON parents.run_id = below.parent_run_id WHERE parents.session_id = ?))"
)


def add(db: Any, event: AnswerCompleted) -> None:
    message = event.message
    enter(
        db,
        event.at,
        provider=message.provider,
        model=message.model,
        usage=message.usage,
        cost_usd=event.cost_usd,
    )


def enter(db: Any, at: float, *, provider: str, model: str, usage: Usage, cost_usd: float | None) -> None:
    """Enter what a model wrote on the day it came, in the person's own time zone."""
    counted = (usage.input_tokens, usage.output_tokens, cost_usd or 0.0, int(cost_usd is None))
    db.execute_sql(_ADD, (local_day(at), provider, model, *counted))


def since(db: Any, day: str) -> list[CostRow]:
    """Rows of that day and later, newest day first, dearest first within it."""
    fields = CostRow.__struct_fields__
    rows = db.execute_sql(
        f"SELECT {', '.join(fields)} FROM costs WHERE day >= ? "  # noqa: S608  names of our own columns
        "ORDER BY day DESC, cost_usd DESC, provider, model",
        (day,),
    )
    return [CostRow(**dict(zip(fields, row, strict=True))) for row in rows]


def of_session(db: Any, session_id: str, except_run_id: str) -> SessionCosts:
    """The sum over its runs and those of its sub-agents, also those that were cut.

    One run is left out, with its sub-agents'.
    """
    row = db.execute_sql(_OF_SESSION, (except_run_id, except_run_id, session_id, session_id)).fetchone()
    return SessionCosts(tokens=row[0], cost_usd=row[1], unknown=row[2])
