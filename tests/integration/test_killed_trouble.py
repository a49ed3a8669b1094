"""A process is killed in the middle of a provider's trouble: the next start knows what it knew."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from roku_desktop.engine.events import AttemptFailed, RetryScheduled
from tests.support.engines import engine_on
from tests.support.fault_server import Reply, openai_error, serve_in_thread
from tests.support.labs import Lab
from tests.support.processes import CommandLine
from tests.support.setups import answer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")

MYLAB = """\
schema_version = 1
[runtime.llm.providers.mylab]
base_url = "{url}"
primary_model = "qwen3"
"""


@pytest.fixture
def program(tmp_path: Path) -> CommandLine:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    keyless = {"ROKU_MYLAB_API_KEY": None, "DISPLAY": None, "WAYLAND_DISPLAY": None}
    return CommandLine(tmp_path / "home", workspace, keyless)


def limited(retry_after_s: int) -> Reply:
    return openai_error(429, "rate_limit_exceeded", "slow down", headers={"Retry-After": str(retry_after_s)})


def events_until(program: CommandLine, kind: str) -> list[dict[str, Any]]:
    """Ask, and kill the process as soon as it has told of an event of this kind."""
    with program.start("ask", "Hello", "--json") as running:
        lines = running.read_until(f'"type":"{kind}"'.encode())
        running.process.kill()  # each line is one small write, so it came whole
    return [json.loads(line)["data"] for line in lines.splitlines()]


async def test_killed_while_a_retry_waits(program: CommandLine) -> None:
    """The run is interrupted, with what happened to it; the failure counts on; resuming answers."""
    with serve_in_thread([limited(25), answer("Hello.")]) as server:
        program.configure(MYLAB.format(url=server.openai_url))
        run_id = events_until(program, "RetryScheduled")[-1]["run_id"]
        async with engine_on(program.home, Lab("mylab")) as engine:
            assert (await engine.run(run_id)).status == "interrupted"
            failed, waiting = await engine.incidents(run_id)
            assert isinstance(failed, AttemptFailed)
            assert isinstance(waiting, RetryScheduled)
            assert waiting.wait_s >= 25
            assert (await engine.breakers())["mylab"].failures == 1
        resumed = program.run("runs", "resume", run_id)
        assert (resumed.code, resumed.text) == (0, "Hello.\n")


def test_killed_when_a_breaker_has_opened(program: CommandLine) -> None:
    """Whoever was told of it is told the truth: it is open after the next start, and nothing is sent."""
    with serve_in_thread([limited(3600)]) as server:
        program.configure(MYLAB.format(url=server.openai_url))
        changed = events_until(program, "BreakerChanged")[-1]
        listed = program.run("providers", "--offline", "--json").json["providers"]
        breaker = next(each["breaker"] for each in listed if each["name"] == "mylab")
        assert (breaker["state"], breaker["until"]) == ("open", changed["until"])
        again = program.run("ask", "Hello", "--json")
        assert again.result["error"]["kind"] == "BreakerOpen"
        assert len(server.requests) == 1
