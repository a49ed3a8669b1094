"""A process that decides on an approval as soon as it may, and drives the run: one of many that race.

Run as `python -m tests.support.deciding_process HOME APPROVAL`; says `ready`, waits for a line.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from roku_desktop.engine import Consent, RokuError
from tests.support.engines import engine_on, scripted
from tests.support.killed_approval import with_shell


async def main(home: Path, approval_id: str) -> None:
    async with engine_on(home, scripted(["Done."]), tools=with_shell(home)) as engine:
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            turn = await engine.approvals.decide(
                approval_id, "approve", origin="command line", consent=Consent(waits=False)
            )
            print("nobody" if turn is None else (await turn.result()).outcome, flush=True)
        except RokuError as error:
            print(type(error).__name__, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
