"""Many rounds of SIGKILL at random times after every transition, with the real Shell.

Run as `python -m tests.benchmarks.kill_rounds [ROUNDS]` (40 at each point by default). After each kill
the program starts anew and a person goes on as they can: approves, resumes, or says of an unknown call
what its file tells. The file that the command appends to must have exactly one line in the end, and the
run must have come to its end; two lines are what may never be.
"""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from roku_desktop.engine import Approval, Consent, Engine
from roku_desktop.engine.decisions import Resolution
from tests.support.appending import lines_in
from tests.support.engines import engine_on, scripted
from tests.support.killed_approval import POINTS, PULSE, with_shell
from tests.support.processes import CHECKOUT

ROUNDS = 40
LONGEST_DELAY_S = 0.03
"""From the first transition to the last it takes about as long."""

PARK = Consent(waits=False)


def main(rounds: int) -> int:
    failures = 0
    for point in POINTS:
        seen: Counter[str] = Counter()
        for number in range(rounds):
            delay_s = random.uniform(0.0, LONGEST_DELAY_S) if number % 2 else 0.0
            with tempfile.TemporaryDirectory() as folder:
                said = asyncio.run(one_round(Path(folder), point, delay_s))
            seen[said] += 1
            failures += said.startswith("WRONG")
        print(
            f"{point:28} {', '.join(f'{count} {said}' for said, count in sorted(seen.items()))}", flush=True
        )
    print(f"{failures} wrong of {rounds * len(POINTS)}")
    return 1 if failures else 0


async def one_round(folder: Path, point: str, delay_s: float) -> str:
    """Kill one process, go on in this one; returns in which state it was found."""
    home, workspace = folder / "home", folder / "work"
    home.mkdir()
    workspace.mkdir()
    words = [sys.executable, "-m", "tests.support.killed_approval", str(home), str(workspace), point]
    killed = subprocess.run([*words, str(delay_s)], cwd=CHECKOUT, check=False, capture_output=True)
    if killed.returncode not in (0, -signal.SIGKILL):
        return f"WRONG: {killed.stderr.decode()[-300:]}"
    (workspace / PULSE).unlink(missing_ok=True)
    async with engine_on(home, scripted(["Done."]), tools=with_shell(home)) as engine:
        if not await engine.runs():
            return "killed before it asked"
        while (run := (await engine.runs())[0]).status == "running":
            # A process killed between fork and exec leaves a copy that holds its lock until the exec.
            await asyncio.sleep(0.01)
            await engine.start()
        found: str = "ended" if killed.returncode == 0 else run.status
        for approval in await engine.approvals.pending():
            found = approval.state
            await go_on(engine, approval, workspace)
        if run.status == "interrupted":
            turn = await engine.resume(run.run_id, consent=PARK)
            await turn.result()
            for approval in await engine.approvals.pending():
                await go_on(engine, approval, workspace)
        (run,) = await engine.runs()
        lines, problems = lines_in(workspace), await engine.storage_problems()
    if problems or lines > 1 or (lines == 0 and found != "interrupted"):
        return f"WRONG: {lines} lines, found {found}, {run.status}, {problems}"
    return found


async def go_on(engine: Engine, approval: Approval, workspace: Path) -> None:
    if approval.state == "unknown":
        while "it is still being ended" in await engine.approvals.what_is_known(approval):
            await asyncio.sleep(0.01)
        resolution: Resolution = "done" if lines_in(workspace) else "rerun"
        turn = await engine.approvals.resolve(approval.approval_id, resolution, origin="window", consent=PARK)
    elif approval.state == "approved":
        turn = await engine.resume(approval.run_id, consent=PARK)
    else:
        turn = await engine.approvals.decide(approval.approval_id, "approve", origin="window", consent=PARK)
    assert turn is not None
    await turn.result()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS))
