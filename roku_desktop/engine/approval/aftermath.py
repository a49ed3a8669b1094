"""What can be found out about a call that was started and whose end nobody saw: the state of its files.

For the person who has to say whether it happened. Blocks on the disk; `engine/approvals.py` calls it
in a thread. Processes are no help here: what a call started dies with the program that started it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from roku_desktop.engine.decisions import Approval
from roku_desktop.engine.execution import MAX_HASHED_BYTES, Execution, FileIdentity, identity_of


def traces_of(approval: Approval) -> list[str]:
    """A clause for each thing that is known; never empty."""
    execution = approval.request.execution
    facts = [_of_written(Path(path), execution, approval.started_at) for path in execution.scope.writes]
    facts += [
        _of_named(identity)
        for identity in execution.depends_on
        if identity.path not in execution.scope.writes
    ]
    found = [fact for fact in facts if fact] or ["nothing that it names has changed since it was approved"]
    return [f"it was started at {_time(approval.started_at)}", *found] if approval.started_at else found


def _of_written(path: Path, execution: Execution, started_at: float | None) -> str:
    try:
        if not path.exists():
            return f"{path} is not there"
        if _holds(path, execution):
            return f"{path} holds exactly what was to be written"
        changed_at = path.stat().st_mtime
    except OSError:
        return f"{path} can't be read"
    if started_at is not None and changed_at >= started_at:
        return f"{path} was changed at {_time(changed_at)}, after the start"
    return ""


def _holds(path: Path, execution: Execution) -> bool:
    """Whether a file that this program writes itself has the text that was approved."""
    whole = execution.mode == "in_process" and execution.action == "write"
    if not whole or not path.is_file() or path.stat().st_size > MAX_HASHED_BYTES:
        return False
    return path.read_bytes() == execution.content.encode("utf-8", "replace")


def _of_named(before: FileIdentity) -> str:
    try:
        now = identity_of(Path(before.path))
    except OSError:
        return f"{before.path} can't be read"
    return "" if now == before else f"{before.path} has changed since it was approved"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
