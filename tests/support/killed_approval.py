"""A process that asks, is allowed and appends a line, and kills itself at a named point on the way.

Run as `python -m tests.support.killed_approval HOME WORKSPACE POINT`, a point being for instance
`ToolStarted after`. The points stand in the ports around the engine, so the product knows none of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from roku_desktop.engine import Consent
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from tests.support.appending import AppendTool, append_call
from tests.support.engines import engine_on, scripted

STEPS = ("ApprovalRequested", "show", "decide", "ToolStarted", "effect", "ToolFinished", "ToolsAnswered")
POINTS = tuple(f"{step} {when}" for step in STEPS for when in ("before", "after"))


class Dying:
    """Hands everything on, and dies before or after the call of the chosen point."""

    def __init__(self, inner: Any, point: str) -> None:
        self._inner = inner
        self._point = point

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if name == "journal":
            return Dying(value, self._point)
        if name not in ("append", "show", "decide"):
            return value

        async def call(*arguments: Any, **named: Any) -> Any:
            steps = [type(one).__name__ for one in arguments[0]] if name == "append" else [name]
            for step in steps:
                die_at(f"{step} before", self._point)
            result = await value(*arguments, **named)
            for step in steps:
                die_at(f"{step} after", self._point)
            return result

        return call


def die_at(here: str, point: str) -> None:
    if here == point:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(home: Path, workspace: Path, point: str) -> None:
    tool = AppendTool(lambda: die_at("effect before", point), lambda: die_at("effect after", point))
    parks = Consent(waits=False)
    async with engine_on(
        home,
        scripted([append_call()], ["Done."]),
        through=lambda store: Dying(store, point),
        tools=lambda settings: ToolCatalogue([tool]),
    ) as engine:
        session = await engine.create_session(workspace)
        await (await engine.ask(session.session_id, "Append.", consent=parks)).result()
        (waiting,) = await engine.approvals.pending()
        await engine.approvals.mark_shown(waiting.approval_id)
        turn = await engine.approvals.decide(waiting.approval_id, "approve", origin="window", consent=parks)
        assert turn is not None
        await turn.result()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
