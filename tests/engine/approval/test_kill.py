"""SIGKILL at every transition: what was approved happens once, or its outcome is unknown and says so.

With randomised times and many rounds: tests/benchmarks/kill_rounds.py.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import pytest

from roku_desktop.engine import Consent
from tests.support.appending import lines_in
from tests.support.engines import engine_on, scripted
from tests.support.killed_approval import POINTS, PULSE, with_shell
from tests.support.processes import CHECKOUT

PARK = Consent(waits=False)
IS_KNOWN = {
    "ToolStarted after": "lines.txt is not there",
    "effect before": "lines.txt is not there",
    "effect during": "it was ended, with all that it had started, when the program was",
    "effect after": "it ended with exit status 0",
    "ToolFinished before": "it ended with exit status 0",
}


async def known_of(engine, approval):
    """What is known once nothing of the command runs any more."""
    while "it is still being ended" in (known := await engine.approvals.what_is_known(approval)):
        await asyncio.sleep(0.01)
    return known


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_point_it_happens_once_or_is_unknown(home, tmp_path, point):
    words = [sys.executable, "-m", "tests.support.killed_approval", str(home), str(tmp_path), point]
    killed = subprocess.run(words, cwd=CHECKOUT, check=False, capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    before = lines_in(tmp_path)
    (tmp_path / PULSE).unlink(missing_ok=True)
    async with engine_on(home, scripted(["Done."]), tools=with_shell(home)) as engine:
        (run,) = await engine.runs()
        pending = await engine.approvals.pending()
        states = [approval.state for approval in pending]
        assert run.status == ("parked" if pending else "interrupted")
        assert ("unknown" in states) == (point in IS_KNOWN)
        for approval in pending:
            if approval.state == "unknown":
                assert any(IS_KNOWN[point] in fact for fact in await known_of(engine, approval))
                turn = await engine.approvals.resolve(
                    approval.approval_id, "skip", origin="window", consent=PARK
                )
            elif approval.state == "approved":
                turn = await engine.resume(run.run_id, consent=PARK)
            else:
                turn = await engine.approvals.decide(
                    approval.approval_id, "approve", origin="window", consent=PARK
                )
            assert turn is not None
            assert (await turn.result()).outcome == "completed"
        asked = point != "ApprovalRequested before"
        assert lines_in(tmp_path) == (before if "unknown" in states or not asked else 1)
        assert await engine.storage_problems() == []
