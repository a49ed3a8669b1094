"""From a question to a changed file, each step a process of its own: park, look, decide, go on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.support.fault_replies import openai_error
from tests.support.fault_server import Reply, serve_in_thread, tool_call
from tests.support.fault_streams import anthropic_stream, openai_stream, responses_stream
from tests.support.processes import CommandLine, Finished
from tests.support.setups import answer, anthropic_pinned, mylab

WRITE = tool_call("Write", {"path": "note.txt", "content": "once\n"})
WIRES: dict[str, tuple[Callable[..., Sequence[bytes]], Callable[[Any], str]]] = {
    "chat": (openai_stream, lambda server: mylab(server.openai_url)),
    "responses": (
        responses_stream,
        lambda server: mylab(server.openai_url).replace("openai-chat", "openai-responses"),
    ),
    "anthropic": (anthropic_stream, lambda server: anthropic_pinned(server.url)),
}


def wants_to_write() -> Reply:
    return Reply(openai_stream([], [WRITE]))


def waiting_id(parked: Finished) -> str:
    assert parked.code == 3, parked.said
    assert parked.result["status"] == "parked"
    approval_id = parked.result["approval_id"]
    assert f"approvals approve {approval_id}" in parked.said
    return str(approval_id)


@pytest.mark.parametrize("wire", WIRES)
def test_a_write_waits_for_a_decision_and_happens_once_on_every_wire(program: CommandLine, wire: str):
    stream, configuration = WIRES[wire]
    file = program.workspace / "note.txt"
    with serve_in_thread([Reply(stream([], [WRITE])), Reply(stream(["Written."]))]) as server:
        program.configure(configuration(server))
        approval_id = waiting_id(program.run("ask", "--json", "Write a note"))
        assert not file.exists()
        (listed,) = program.run("approvals", "list", "--json").json["approvals"]
        assert listed["request"]["approval_id"] == approval_id
        shown = program.run("approvals", "show", approval_id)
        assert str(file) in shown.text
        assert "+once" in shown.text
        done = program.run("approvals", "approve", approval_id)
        assert (done.code, done.text) == (0, "Written.\n")
        assert file.read_text() == "once\n"
        file.unlink()
        again = program.run("approvals", "approve", approval_id)
        assert again.code != 0
        assert not file.exists()
        assert len(server.requests) == 2
    assert program.run("approvals", "list").text == "Nothing waits for an approval.\n"


def test_the_model_reads_the_comment_of_a_rejection_and_goes_on(program: CommandLine):
    with serve_in_thread([wants_to_write(), answer("As you wish.")]) as server:
        program.configure(mylab(server.openai_url))
        approval_id = waiting_id(program.run("ask", "--json", "Write a note"))
        done = program.run("approvals", "reject", approval_id, "--comment", "Write it into docs instead.")
        assert (done.code, done.text) == (0, "As you wish.\n")
        told = server.requests[-1].json()["messages"][-1]
    assert told["role"] == "tool"
    assert "Write it into docs instead." in told["content"]
    assert not (program.workspace / "note.txt").exists()


def test_a_parked_turn_that_is_resumed_says_again_what_it_waits_for(program: CommandLine):
    with serve_in_thread([wants_to_write()]) as server:
        program.configure(mylab(server.openai_url))
        parked = program.run("ask", "--json", "Write a note")
        resumed = program.run("runs", "resume", parked.result["run_id"], "--json")
        assert waiting_id(resumed) == waiting_id(parked)
        busy = program.run("ask", "--session", parked.result["session_id"], "And now?")
        assert busy.code != 0
        assert len(server.requests) == 1
    assert not (program.workspace / "note.txt").exists()


def test_a_rule_spares_the_question_where_the_command_says_so_and_until_it_is_revoked(program: CommandLine):
    file = program.workspace / "note.txt"
    replies = [reply for _ in range(4) for reply in (wants_to_write(), answer("Written."))]
    with serve_in_thread(replies) as server:
        program.configure(mylab(server.openai_url))
        first = program.run("ask", "--json", "Write a note")
        session_id = first.result["session_id"]
        ask = ("ask", "--json", "--session", session_id, "Write a note")
        done = program.run("approvals", "approve", waiting_id(first), "--for", "session")
        assert done.code == 0
        (rule,) = program.run("approvals", "rules", "--json").json["rules"]
        assert str(file) in program.run("approvals", "rules").text
        file.unlink()
        assert program.run(*ask, "--approve", "session-rules").result["status"] == "completed"
        assert file.read_text() == "once\n"
        file.unlink()
        strict = program.run(*ask)
        assert program.run("approvals", "reject", waiting_id(strict)).code == 0
        assert program.run("approvals", "revoke", rule["rule_id"]).code == 0
        waiting_id(program.run(*ask, "--approve", "session-rules"))
    assert not file.exists()


def test_a_session_that_only_plans_writes_nothing_and_the_model_knows_it(program: CommandLine):
    with serve_in_thread([wants_to_write(), answer("Here is a plan.")]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "--plan", "Write a note")
        assert (done.code, done.text) == (0, "Here is a plan.\n")
        first, last = (request.json()["messages"] for request in server.requests)
    assert "only plans" in first[0]["content"]
    assert "only plans" in last[-1]["content"]
    assert not (program.workspace / "note.txt").exists()


def test_looking_from_a_script_is_not_showing_it_to_a_person(program: CommandLine):
    with serve_in_thread([wants_to_write()]) as server:
        program.configure(mylab(server.openai_url))
        approval_id = waiting_id(program.run("ask", "--json", "Write a note"))
    assert program.run("approvals", "show", approval_id, "--json").code == 0
    assert program.run("approvals", "list", "--json").json["approvals"][0]["state"] == "requested"


@pytest.mark.skipif(sys.platform == "win32", reason="a command for bash")
def test_a_command_that_ran_is_not_run_again_by_the_resume_after_a_failure(program: CommandLine):
    command = tool_call("Shell", {"command": "echo line >> lines.txt"})
    replies = [
        Reply(openai_stream([], [command])),
        openai_error(401, "invalid_api_key", "Revoked."),
        answer("Appended."),
    ]
    with serve_in_thread(replies) as server:
        program.configure(mylab(server.openai_url))
        parked = program.run("ask", "--json", "Append a line")
        approval_id = waiting_id(parked)
        shown = program.run("approvals", "show", approval_id).text
        assert "echo line >> lines.txt" in shown
        assert str(program.workspace / "lines.txt") in shown
        assert program.run("approvals", "approve", approval_id).code == 4
        resumed = program.run("runs", "resume", parked.result["run_id"])
        assert (resumed.code, resumed.text) == (0, "Appended.\n")
    assert (program.workspace / "lines.txt").read_text() == "line\n"
    assert "exit status 0" in server.requests[-1].json()["messages"][-1]["content"]
