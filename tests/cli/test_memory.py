"""`memory` on the command line: what is remembered can be seen, changed, forgotten and taken away."""

from __future__ import annotations

from pathlib import Path

from tests.support.fault_server import serve_in_thread
from tests.support.processes import CommandLine, Finished
from tests.support.setups import answer, mylab

FACT = "The staging database is called heron."


def refusal(done: Finished) -> str:
    assert done.code == 2
    return done.said


def test_what_is_added_goes_with_a_later_question(program: CommandLine):
    program.run("memory", "add", FACT)
    with serve_in_thread([answer("It is heron.")]) as server:
        program.configure(mylab(server.openai_url))
        program.run("ask", "What is the staging database called?")
        (request,) = server.requests
    assert FACT in request.json()["messages"][-1]["content"]
    shown = program.run("sessions", "list", "--json").json["sessions"][0]["session_id"]
    assert FACT not in program.run("sessions", "show", shown).text


def test_a_memory_through_its_life(program: CommandLine, tmp_path: Path):
    assert "Nothing is remembered yet" in program.run("memory", "list").said
    memory_id = program.run("memory", "add", FACT).text.strip()
    program.run("memory", "add", "今天下雨\x1b[31m", "--workspace", str(tmp_path))
    listed = program.run("memory", "list").text
    assert memory_id in listed
    assert str(tmp_path) in listed
    assert "\x1b" not in listed
    (found,) = program.run("memory", "list", "下雨", "--json").json["memories"]
    assert (found["scope"], found["owner"]) == ("workspace", str(tmp_path))
    program.run("memory", "change", memory_id, "It is egret now.")
    texts = [memory["text"] for memory in program.run("memory", "export").json["memories"]]
    assert texts == ["It is egret now.", "今天下雨\x1b[31m"]
    assert program.run("memory", "forget", memory_id, "--json").json == {"forgotten": 1}
    assert "There is no memory" in refusal(program.run("memory", "forget", memory_id))
    assert "say --yes" in refusal(program.run("memory", "forget", "--all"))
    program.run("memory", "forget", "--all", "--yes")
    assert program.run("memory", "export").json == {"memories": []}


def test_an_empty_text_is_refused_with_a_sentence(program: CommandLine):
    assert "the text is empty" in refusal(program.run("memory", "add", "  "))
