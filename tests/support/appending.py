"""A tool that changes something in the simplest way there is: it adds a line to a file, and counts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from roku_desktop.engine import ToolCall
from roku_desktop.engine.execution import Execution, Preview, Scope, identity_of
from roku_desktop.engine.ports import CallContext, ToolSpec
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue

PROGRAM = "program.sh"
LINES = "lines.txt"


class AppendTool:
    """Depends on `program.sh` of the workspace, as a shell call depends on a script.

    `before` and `after` are called around the side effect.
    """

    read_only = False
    spec = ToolSpec(name="Append", description="", schema=b"{}")

    def __init__(
        self, before: Callable[[], None] = lambda: None, after: Callable[[], None] = lambda: None
    ) -> None:
        self._before = before
        self._after = after

    def validate(self, arguments: bytes) -> None:
        """Anything will do."""

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str:
        raise AssertionError("a changing tool is performed, not run")

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        return Execution(
            tool="Append",
            mode="direct",
            action="exec",
            cwd=os.path.realpath(workspace),
            scope=Scope(root=str(workspace), writes=(str(workspace / LINES),)),
            content=arguments.decode(),
            depends_on=(identity_of(workspace / PROGRAM),),
        )

    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview:
        return Preview(kind="command", title="Append a line", text=execution.content)

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        self._before()
        with (workspace / LINES).open("a") as file:
            file.write("line\n")
            file.flush()
            os.fsync(file.fileno())
        self._after()
        return "appended"


def with_append(settings: ToolSettings) -> ToolCatalogue:
    return ToolCatalogue([AppendTool()])


def append_call(call_id: str = "c1") -> ToolCall:
    return ToolCall(call_id=call_id, name="Append", arguments='{"text": "line"}')


def lines_in(workspace: Path) -> int:
    file = workspace / LINES
    return len(file.read_text().splitlines()) if file.exists() else 0
