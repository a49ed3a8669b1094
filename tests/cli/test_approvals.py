"""The command line decides on what a parked run waits for, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from roku_desktop.engine import Consent
from tests.support.appending import PROGRAM, append_call, with_append
from tests.support.engines import engine_on, scripted
from tests.support.processes import CommandLine


async def test_what_waits_is_listed_and_shown_with_all_that_would_happen(home: Path, tmp_path: Path):
    (tmp_path / PROGRAM).write_text("one")
    program = CommandLine(home / "roku", tmp_path)
    async with engine_on(program.home, scripted([append_call()]), tools=with_append) as engine:
        session = await engine.create_session(tmp_path)
        turn = await engine.ask(session.session_id, "Append.", consent=Consent(waits=False))
        assert (await turn.result()).outcome == "parked"
    (listed,) = program.run("approvals", "list", "--json").json["approvals"]
    assert listed["state"] == "requested"
    shown = program.run("approvals", "show", listed["request"]["approval_id"])
    assert shown.code == 0
    assert listed["request"]["digest"] in shown.text
    assert "restarted since" in shown.text


def test_an_approval_that_is_not_there_is_a_mistake_in_the_arguments(home: Path, tmp_path: Path):
    refused = CommandLine(home / "roku", tmp_path).run("approvals", "approve", "apr_none")
    assert refused.code == 2
    assert "approvals list" in refused.said
