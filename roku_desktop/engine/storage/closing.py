"""The end of a run, however it came: one piece of code for completed, failed, stopped and killed.

It makes the history valid: a call without a result gets one that says so, text that was on screen
becomes an unfinished answer, nothing empty is added. Called by `store.py` and `runs.py` within their
transaction.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

import msgspec

from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.events import TurnFinished
from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    StoredMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
)
from roku_desktop.engine.records import RunRecord
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import approvals
from roku_desktop.engine.storage.answers import finish_step
from roku_desktop.engine.storage.codec import decode_message, decode_result, encode, run_record
from roku_desktop.engine.storage.messages import add_message
from roku_desktop.engine.storage.tables import Call, Delta, Message, Run, Session, Step

INTERRUPTED: Final = "This call was interrupted before it had a result; it may have had no effect."
HALFWAY: Final = "This call was started and then stopped: look at what it has changed before you go on."


def close_run(db: Any, event: TurnFinished) -> TurnFinished:
    """Close a running or parked run; one that is closed already stays as it is. Raises `NotFoundError`.

    A parked run is not at its end: what it waits for stays open. A run that is cut off while a person
    is asked, or before what they allowed has its result, parks.
    """
    status = Run.select(Run.status).where(Run.run_id == event.run_id).scalar(db)
    if status is None:
        raise NotFoundError(
            said("There is no run {run_id}; its session may have been deleted.", run_id=event.run_id)
        )
    if status not in ("running", "parked"):
        return event
    if event.outcome == "interrupted" and approvals.holds_open(db, event.run_id):
        event = msgspec.structs.replace(event, outcome="parked", failure=None)
    if event.outcome == "parked":
        approvals.lose_track(db, event.run_id, event.at)
        appended: list[StoredMessage] = []
    else:
        appended = [*_answer_open_calls(db, event), *_keep_partial_answers(db, event)]
        Call.delete().where(Call.run_id == event.run_id).execute(db)
        _end_sub_agents(db, event)
    _write_end(db, event)
    return msgspec.structs.replace(event, appended=(*event.appended, *appended))


def _end_sub_agents(db: Any, event: TurnFinished) -> None:
    """What they waited for is of no use to a run that is over."""
    rows = db.execute_sql(
        f"SELECT session_id, run_id FROM runs WHERE status = 'parked' AND run_id IN ({approvals.RUNS_BELOW})",  # noqa: S608  a query of ours
        (event.run_id,),
    ).fetchall()
    for session_id, run_id in rows:
        close_run(db, TurnFinished(session_id=session_id, run_id=run_id, at=event.at, outcome="cancelled"))


def end_expired(db: Any, now: float) -> list[tuple[str, str, str]]:
    """Refuse what nobody decided in time: (approval, session, run) of each.

    A parked run that waited for nothing else is over, and so is the one whose sub-agent that was.
    """
    expired = approvals.expire(db, now)
    for _, session_id, run_id in expired:
        _end_if_waiting_for_nothing(db, run_id, now)
        above = Session.select(Session.parent_run_id).where(Session.session_id == session_id).scalar(db)
        if above:
            _end_if_waiting_for_nothing(db, above, now)
    return expired


def _end_if_waiting_for_nothing(db: Any, run_id: str, now: float) -> None:
    parked = Run.select(Run.session_id).where((Run.run_id == run_id) & (Run.status == "parked"))
    session_id = parked.scalar(db)
    if session_id is not None and not approvals.holds_open(db, run_id):
        close_run(db, TurnFinished(session_id=session_id, run_id=run_id, at=now, outcome="interrupted"))


def close_dead(db: Any, run_id: str) -> None:
    """Close a running run whose process is gone."""
    for row in Run.select().where(Run.run_id == run_id).namedtuples().execute(db):
        close_run(db, death_of(db, run_record(row)))


def death_of(db: Any, record: RunRecord) -> TurnFinished:
    """The end of a run whose process is gone, as of its last sign of life."""
    times = _signs_of_life(db, record)
    accepted_at = Run.select(Run.accepted_at).where(Run.run_id == record.run_id).scalar(db)
    last_sign = max([accepted_at, *(at for at, _ in times)])
    first_text = min((at for at, is_text in times if is_text and at >= accepted_at), default=None)
    return TurnFinished(
        session_id=record.session_id,
        run_id=record.run_id,
        at=last_sign,
        outcome="interrupted",
        usage=record.usage,
        ttft_s=None if first_text is None else first_text - accepted_at,
        duration_s=last_sign - accepted_at,
        provider=record.provider,
        model=record.model,
    )


def step_is(run_id: str, step: int) -> Any:
    return (Step.run_id == run_id) & (Step.step == step)


def _answer_open_calls(db: Any, event: TurnFinished) -> list[StoredMessage]:
    """If the history ends with calls, answer each: with its result, or that it has none."""
    newest = (
        Message.select(Message.body)
        .where(Message.session_id == event.session_id)
        .order_by(Message.position.desc())
        .limit(1)
        .scalar(db)
    )
    message = None if newest is None else decode_message(newest)
    if not isinstance(message, AssistantMessage) or not message.tool_calls:
        return []
    begun = approvals.withdraw(db, event.run_id, event.at)
    rows = Call.select(Call.call_id, Call.result).where(
        (Call.run_id == event.run_id) & Call.result.is_null(False)
    )
    finished = {call_id: decode_result(result) for call_id, result in rows.tuples().execute(db)}
    results = tuple(finished.get(call.call_id) or _interrupted(call, begun) for call in message.tool_calls)
    return [add_message(db, event.session_id, event.run_id, event.at, ToolMessage(results=results))]


def _interrupted(call: ToolCall, begun: set[str]) -> ToolResult:
    content = HALFWAY if call.call_id in begun else INTERRUPTED
    return ToolResult(call_id=call.call_id, name=call.name, content=content, outcome="interrupted")


def _keep_partial_answers(db: Any, event: TurnFinished) -> list[StoredMessage]:
    """Text of unfinished answers becomes a message, marked as what it is."""
    rows = (
        Delta.select(Delta.step, Delta.kind, Delta.text)
        .where(Delta.run_id == event.run_id)
        .order_by(Delta.step, Delta.delta_id)
        .tuples()
        .execute(db)
    )
    kept = []
    for step, group in groupby(rows, key=lambda row: row[0]):
        texts = {"thinking": "", "text": ""}
        for _, kind, text in group:
            texts[kind] += text
        parts = _parts(texts["thinking"], texts["text"])
        if parts:
            message = _partial_answer(db, event, step, parts)
            kept.append(add_message(db, event.session_id, event.run_id, event.at, message))
        finish_step(db, event.run_id, step, event.at, Usage())
    return kept


def _parts(thinking: str, text: str) -> tuple[AssistantPart, ...]:
    thoughts = (ThinkingPart(text=thinking),) if thinking else ()
    words = (TextPart(text=text),) if text else ()
    return (*thoughts, *words)


def _partial_answer(
    db: Any, event: TurnFinished, step: int, parts: tuple[AssistantPart, ...]
) -> AssistantMessage:
    row = Step.select(Step.provider, Step.model).where(step_is(event.run_id, step)).tuples().first(db)
    provider, model = row or (event.provider, event.model)
    return AssistantMessage(
        parts=parts,
        provider=provider,
        model=model,
        status="failed" if event.outcome == "failed" else "interrupted",
        stop_reason="other",
    )


def _write_end(db: Any, event: TurnFinished) -> None:
    changed = {
        "status": event.outcome,
        "finished_at": event.at,
        "ttft_s": event.ttft_s,
        "cost_usd": event.cost_usd,
        "failure": encode(event.failure).decode() if event.failure else None,
    }
    if event.ttft_s is not None:  # counted from when the prompt was entered, like the duration
        changed["accepted_at"] = event.at - event.duration_s
    if event.provider:
        changed |= {"provider": event.provider, "model": event.model}
    Run.update(**changed).where(Run.run_id == event.run_id).execute(db)


def _signs_of_life(db: Any, record: RunRecord) -> list[tuple[float, bool]]:
    """Times at which the run did something, and whether that was text appearing."""
    rows = db.execute_sql(
        """
        SELECT started_at, 0 FROM steps WHERE run_id = :run
        UNION ALL SELECT request_sent_at, 0 FROM steps WHERE run_id = :run
        UNION ALL SELECT first_byte_at, 0 FROM steps WHERE run_id = :run
        UNION ALL SELECT first_delta_at, 1 FROM steps WHERE run_id = :run
        UNION ALL SELECT finished_at, 0 FROM steps WHERE run_id = :run
        UNION ALL SELECT at, 1 FROM deltas WHERE run_id = :run
        UNION ALL SELECT started_at, 0 FROM calls WHERE run_id = :run
        UNION ALL SELECT finished_at, 0 FROM calls WHERE run_id = :run
        UNION ALL SELECT updated_at, 0 FROM sessions WHERE session_id = :session
        """,
        {"run": record.run_id, "session": record.session_id},
    ).fetchall()
    return [(at, bool(is_text)) for at, is_text in rows if at is not None]
