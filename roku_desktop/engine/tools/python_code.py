"""Python: a piece of code, run in an interpreter of its own, as a process tree that ends with the call.

The interpreter is the one this program runs in, isolated from the workspace's modules and the person's
settings. It always asks: what code does can't be read from it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta

from roku_desktop.engine.execution import Execution, Preview
from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.command_tool import (
    ENDS_WITH_THE_CALL,
    CommandTool,
    Start,
    TimeoutMs,
    check_text,
)
from roku_desktop.engine.tools.workspace import Workspace

FROZEN_CODE_WORD: Final = "run-code"
"""In the single-file program `__main__` runs the code behind this word."""


class PythonArguments(Arguments, frozen=True, kw_only=True):
    code: Annotated[str, Meta(description="Python code; print what you want to see.")]
    timeout_ms: TimeoutMs = None


class PythonTool(CommandTool[PythonArguments]):
    name = "Python"
    description = (
        "Run Python code in the workspace, each time in a new process, and return what it prints. "
        f"The standard library is there. {ENDS_WITH_THE_CALL}"
    )
    arguments_type = PythonArguments

    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview:
        return Preview(kind="code", title=f"Run Python in {execution.cwd}", text=execution.content)

    def start_of(self, arguments: PythonArguments, root: Path) -> Start:
        check_text(arguments.code)
        if not arguments.code.strip():
            raise ToolFailure("The code is empty.")
        place = Workspace(root)
        frozen = getattr(sys, "frozen", False)
        how = (FROZEN_CODE_WORD,) if frozen else ("-I", "-X", "utf8", "-c")
        return Start(
            mode="direct",
            action="exec",
            root=place.root,
            cwd=place.root,
            argv=(sys.executable, *how, arguments.code),
            text=arguments.code,
            depends_on=(),
            timeout_ms=arguments.timeout_ms,
        )


def run_code(argument: str) -> None:
    """Run code in this process, which is there for nothing else (`FROZEN_CODE_WORD`)."""
    code = os.fsencode(argument).decode()  # UTF-8, whatever the locale
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # real files
    sys.argv = ["-c"]
    exec(compile(code, "<code>", "exec"), {"__name__": "__main__"})  # noqa: S102  # what was approved
