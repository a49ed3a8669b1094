"""Twenty processes decide and resume the same approval at once: one start."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack

import pytest

from roku_desktop.engine import Consent
from tests.support.appending import lines_in
from tests.support.engines import engine_on, scripted
from tests.support.killed_approval import shell_call, with_shell
from tests.support.processes import CHECKOUT

RACERS = 20


@pytest.mark.skipif(sys.platform == "win32", reason="a command for bash")
async def test_twenty_processes_decide_at_once_and_one_starts(home, tmp_path):
    async with engine_on(home, scripted([shell_call()]), tools=with_shell(home)) as engine:
        session = await engine.create_session(tmp_path)
        turn = await engine.ask(session.session_id, "Append.", consent=Consent(waits=False))
        assert (await turn.result()).outcome == "parked"
        (waiting,) = await engine.approvals.pending()
    words = [sys.executable, "-m", "tests.support.deciding_process", str(home), waiting.approval_id]
    with ExitStack() as racing:
        racers = [
            racing.enter_context(
                subprocess.Popen(
                    words, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for _ in range(RACERS)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("\n")
            racer.stdin.flush()
        said = sorted(racer.communicate()[0].strip() for racer in racers)
    assert said == ["ApprovalNotOpenError"] * (RACERS - 1) + ["completed"]
    assert lines_in(tmp_path) == 1
