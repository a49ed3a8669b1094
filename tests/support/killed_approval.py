"""A process that asks, is allowed and appends a line by the real Shell, and kills itself on the way.

Run as `python -m tests.support.killed_approval HOME WORKSPACE POINT [DELAY_S]`, a point being for
instance `ToolStarted after`; with a delay it goes on for so long before it is killed. The points stand
in the ports around the engine, so the product knows none of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from roku_desktop.engine import Consent, ToolCall
from roku_desktop.engine.execution import Execution
from roku_desktop.engine.ports import CallContext
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.tools.output_folder import OutputFolder
from roku_desktop.engine.tools.shell import ShellTool
from tests.support.engines import engine_on, scripted

STEPS = ("ApprovalRequested", "show", "decide", "ToolStarted", "effect", "ToolFinished", "ToolsAnswered")
POINTS = (*(f"{step} {when}" for step in STEPS for when in ("before", "after")), "effect during")
PULSE = "pulse"
COMMAND = f"echo line >> lines.txt; if [ -p {PULSE} ]; then exec sleep 100 > {PULSE}; fi"
"""Where there is a FIFO it goes on after the line, until it is killed."""


def shell_call() -> ToolCall:
    return ToolCall(call_id="c1", name="Shell", arguments=f'{{"command": "{COMMAND}"}}')


def with_shell(home: Path) -> Callable[[ToolSettings], ToolCatalogue]:
    """A catalogue of the real Shell alone."""
    return lambda settings: ToolCatalogue([ShellTool(settings, _outputs(home))])


def _outputs(home: Path) -> OutputFolder:
    folder = home / "tool_output"
    folder.mkdir(exist_ok=True)
    return OutputFolder(folder)


class DyingShell(ShellTool):
    """The real Shell, which dies before, after or in the midst of its command."""

    def __init__(self, home: Path, death: Death) -> None:
        super().__init__(ToolSettings(), _outputs(home))
        self._death = death

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        self._death.at("effect before")
        running = asyncio.create_task(super().perform(execution, arguments, workspace, context))
        if self._death.point == "effect during":
            await asyncio.to_thread((workspace / PULSE).open, "rb")  # opened when the line is written
            self._death.at("effect during")
        told = await running
        self._death.at("effect after")
        return told


class Death:
    """`delay_s` after the point, whatever happens then."""

    def __init__(self, point: str, delay_s: float) -> None:
        self.point = point
        self._delay_s = delay_s

    def at(self, here: str) -> None:
        if here != self.point:
            return
        if self._delay_s:
            threading.Timer(self._delay_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """Hands everything on, and dies before or after the call of the chosen point."""

    def __init__(self, inner: Any, death: Death) -> None:
        self._inner = inner
        self._death = death

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if name == "journal":
            return Dying(value, self._death)
        if name not in ("append", "show", "decide"):
            return value

        async def call(*arguments: Any, **named: Any) -> Any:
            steps = [type(one).__name__ for one in arguments[0]] if name == "append" else [name]
            for step in steps:
                self._death.at(f"{step} before")
            result = await value(*arguments, **named)
            for step in steps:
                self._death.at(f"{step} after")
            return result

        return call


async def main(home: Path, workspace: Path, point: str, delay_s: float) -> None:
    death = Death(point, delay_s)
    parks = Consent(waits=False)
    if point == "effect during":
        os.mkfifo(workspace / PULSE)
    async with engine_on(
        home,
        scripted([shell_call()], ["Done."]),
        through=lambda store: Dying(store, death),
        tools=lambda settings: ToolCatalogue([DyingShell(home, death)]),
    ) as engine:
        session = await engine.create_session(workspace)
        await (await engine.ask(session.session_id, "Append.", consent=parks)).result()
        (waiting,) = await engine.approvals.pending()
        await engine.approvals.mark_shown(waiting.approval_id)
        turn = await engine.approvals.decide(waiting.approval_id, "approve", origin="window", consent=parks)
        assert turn is not None
        await turn.result()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float((*sys.argv[4:], "0")[0])))
