"""SIGKILL at every transition: what was approved happens once, or its outcome is unknown and says so."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from roku_desktop.engine import Consent
from tests.support.appending import PROGRAM, lines_in, with_append
from tests.support.engines import engine_on, scripted
from tests.support.killed_approval import POINTS
from tests.support.processes import CHECKOUT

PARK = Consent(waits=False)
MAY_BE_UNKNOWN = {"ToolStarted after", "effect before", "effect after", "ToolFinished before"}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_point_it_happens_once_or_is_unknown(home, tmp_path, point):
    (tmp_path / PROGRAM).write_text("one")
    words = [sys.executable, "-m", "tests.support.killed_approval", str(home), str(tmp_path), point]
    killed = subprocess.run(words, cwd=CHECKOUT, check=False, capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    before = lines_in(tmp_path)
    async with engine_on(home, scripted(["Done."]), tools=with_append) as engine:
        (run,) = await engine.runs()
        pending = await engine.approvals.pending()
        states = [approval.state for approval in pending]
        assert run.status == ("parked" if pending else "interrupted")
        assert ("unknown" in states) == (point in MAY_BE_UNKNOWN)
        for approval in pending:
            if approval.state == "unknown":
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
