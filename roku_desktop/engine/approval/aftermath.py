"""What can be found out about a call that was started and whose end nobody saw.

For the person who has to say whether it happened: how its process ended, where the tool keeps a record
of that, and the state of its files. Blocks on the disk; `engine/approvals.py` calls it in a thread.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from roku_desktop.engine.decisions import Approval
from roku_desktop.engine.execution import MAX_HASHED_BYTES, Execution, FileIdentity, identity_of
from roku_desktop.engine.sentences import said

_MAX_LOOKED_AT: Final = 20_000
_MAX_NAMED: Final = 5
_NOT_ENTERED: Final = frozenset([".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"])
_CLOCK_TICK_S: Final = 0.02
"""Of a file system, whose times may lie so far behind the clock."""


@runtime_checkable
class KeepsRecord(Protocol):
    """A tool that knows how what it started ended, also after a crash."""

    def last_known(self, approval_id: str) -> str:
        """A clause; empty where nothing is known. Blocking."""
        ...


def traces_of(approval: Approval, tool: object = None) -> list[str]:
    """A clause for each thing that is known; never empty. `tool` is the one that was called."""
    execution, started_at = approval.request.execution, approval.started_at
    facts = [tool.last_known(approval.approval_id)] if isinstance(tool, KeepsRecord) else []
    facts += [_of_written(Path(path), execution, started_at) for path in execution.scope.writes]
    facts += [
        _of_named(identity)
        for identity in execution.depends_on
        if identity.path not in execution.scope.writes
    ]
    if execution.action == "exec" and started_at is not None:
        facts.append(_of_workspace(execution, started_at))
    found = [fact for fact in facts if fact] or [
        said("nothing that it names has changed since it was approved")
    ]
    return [said("it was started at {time}", time=_time(started_at)), *found] if started_at else found


def _of_workspace(execution: Execution, started_at: float) -> str:
    """Name the files that changed since, whatever changed them; those it names are told apart."""
    files = list(islice(_files(execution.scope.root), _MAX_LOOKED_AT))
    told = {*execution.scope.writes, *(identity.path for identity in execution.depends_on)}
    changed = [path for path, changed_at in files if changed_at >= started_at - _CLOCK_TICK_S]
    changed = [os.path.relpath(path, execution.scope.root) for path in changed if path not in told]
    if not changed:
        return ""
    named = ", ".join(sorted(changed)[:_MAX_NAMED])
    if len(changed) > _MAX_NAMED:
        named = said("{named} and {count} more", named=named, count=len(changed) - _MAX_NAMED)
    if len(files) == _MAX_LOOKED_AT:
        return said(
            "these files of the workspace changed since it was started, as far as {count} files tell: "
            "{files}",
            count=_MAX_LOOKED_AT,
            files=named,
        )
    return said("these files of the workspace changed since it was started: {files}", files=named)


def _files(root: str) -> Iterator[tuple[str, float]]:
    """Yield the files below a folder with their times, without what tools keep for themselves."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _NOT_ENTERED]
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118  # thousands of strings
            try:
                yield path, os.lstat(path).st_mtime
            except OSError:
                continue


def _of_written(path: Path, execution: Execution, started_at: float | None) -> str:
    try:
        if not path.exists():
            return said("{path} is not there", path=path)
        if _holds(path, execution):
            return said("{path} holds exactly what was to be written", path=path)
        changed_at = path.stat().st_mtime
    except OSError:
        return said("{path} can't be read", path=path)
    if started_at is not None and changed_at >= started_at:
        return said("{path} was changed at {time}, after the start", path=path, time=_time(changed_at))
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
        return said("{path} can't be read", path=before.path)
    return "" if now == before else said("{path} has changed since it was approved", path=before.path)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
