"""What exactly a rule allows. Pure; the gate asks, `Engine.decide` makes rules from it.

A tool that only writes files inside this program (Write, Edit) is allowed for the same files, whatever
the text: a rule for one text would never be met again. Everything that runs or reaches out is allowed
for the very same execution alone, so a changed script, program or folder asks again.
"""

from __future__ import annotations

import hashlib

import msgspec

from roku_desktop.engine.execution import Execution, digest_of
from roku_desktop.engine.sentences import said


def scope_of(execution: Execution) -> str:
    """The key by which a rule is found; two executions of one scope have the same."""
    if _writes_files(execution):
        named = [execution.tool, execution.scope]
        return "files:" + hashlib.sha256(msgspec.json.encode(named, order="sorted")).hexdigest()
    return "same:" + digest_of(execution)


def words_for(execution: Execution) -> str:
    """The scope for a person, one line."""
    if _writes_files(execution):
        files = ", ".join(execution.scope.writes)
        return said("{tool}: any text into {files}", tool=execution.tool, files=files)
    what = " ".join((execution.content or " ".join(execution.argv)).split())[:200]
    if not execution.cwd:
        return said("{tool}: exactly {what}", tool=execution.tool, what=what)
    return said("{tool}: exactly {what} in {folder}", tool=execution.tool, what=what, folder=execution.cwd)


def _writes_files(execution: Execution) -> bool:
    return execution.action == "write" and execution.mode == "in_process" and bool(execution.scope.writes)
