"""Finds a session or a run by its id or by an unambiguous beginning of it. Called by the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from roku_desktop.engine import Approval, Engine, RunRecord, SessionSummary, TurnFinished
from roku_desktop.engine.errors import ConfigurationError, NotFoundError

_MANY: Final = 100_000
_SHORTEST: Final = 3


async def find_session(engine: Engine, text: str) -> SessionSummary:
    """Raises `NotFoundError`, or `ConfigurationError` where several begin like that."""
    try:
        return await engine.session(text)
    except NotFoundError:
        known = [session.session_id for session in await engine.sessions(limit=_MANY)]
        return await engine.session(_complete(text, known, "session", "sessions list"))


async def find_run(engine: Engine, text: str) -> RunRecord:
    """Raises `NotFoundError`, or `ConfigurationError` where several begin like that."""
    try:
        return await engine.run(text)
    except NotFoundError:
        known = [run.run_id for run in await engine.runs(limit=_MANY)]
        return await engine.run(_complete(text, known, "run", "runs list"))


async def find_approval(engine: Engine, text: str) -> Approval:
    """Raises `NotFoundError`, or `ConfigurationError` where several begin like that."""
    try:
        return await engine.approvals.get(text)
    except NotFoundError:
        known = [approval.approval_id for approval in await engine.approvals.pending()]
        return await engine.approvals.get(_complete(text, known, "approval", "approvals list"))


async def waiting_in(engine: Engine, finished: TurnFinished) -> Approval | None:
    """What a parked turn, or a sub-agent of it, waits for first."""
    if finished.outcome != "parked":
        return None
    for one in await engine.approvals.pending():
        if one.state != "approved" and finished.run_id in {
            one.run_id,
            (await engine.session(one.session_id)).parent_run_id,
        }:
            return one
    return None


def _complete(text: str, known: Sequence[str], what: str, listing: str) -> str:
    matching = [name for name in known if name.startswith(text)] if len(text) >= _SHORTEST else []
    if not matching:
        raise NotFoundError(f"There is no {what} {text!r}; `roku-desktop {listing}` shows them.")
    if len(matching) > 1:
        raise ConfigurationError(f"{len(matching)} {what}s begin with {text!r}: write more of the id.")
    return matching[0]
