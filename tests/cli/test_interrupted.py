"""An answer that is stopped or killed is kept, shown and resumed: real signals to a real process."""

from __future__ import annotations

import os
import signal

import pytest

from tests.support.fault_server import serve_in_thread
from tests.support.processes import CommandLine
from tests.support.setups import answer, held_answer, mylab

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these are POSIX signals")

HELD = held_answer("The first half", [", the second half."], "never")


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_ctrl_c_keeps_what_came_and_the_turn_goes_on_later(program: CommandLine, times: int):
    with serve_in_thread([HELD, answer(", and the rest.")]) as server:
        program.configure(mylab(server.openai_url))
        with program.start("ask", "Tell me") as running:
            running.read_until(b"The first half")
            for _ in range(times):
                running.send_signal(signal.SIGINT)
            stopped = running.wait()
        assert (stopped.code, stopped.text) == (130, "The first half\n")
        assert "Traceback" not in stopped.said
        run_id = stopped.said.partition("runs resume ")[2].partition("`")[0]

        (session,) = program.run("sessions", "list", "--json").json["sessions"]
        shown = program.run("sessions", "show", session["session_id"])
        assert "The first half" in shown.text
        assert "(interrupted)" in shown.text

        resumed = program.run("runs", "resume", run_id, "--json")
    assert resumed.code == 0
    assert resumed.result["status"] == "completed"
    assert resumed.result["run_id"] == run_id
    assert resumed.result["message"] == ", and the rest."


def test_the_systems_request_to_end_interrupts_and_still_prints_the_result(program: CommandLine):
    with serve_in_thread([HELD]) as server:
        program.configure(mylab(server.openai_url))
        with program.start("ask", "--json", "Tell me") as running:
            running.read_until(b"The first half")
            running.send_signal(signal.SIGTERM)
            done = running.wait()
    assert done.code == 130
    assert done.result["status"] == "interrupted"
    assert done.result["message"] == "The first half"


def test_after_a_kill_the_turn_goes_on_where_it_was_cut(program: CommandLine):
    with serve_in_thread([HELD, answer(", and the rest.")]) as server:
        program.configure(mylab(server.openai_url))
        with program.start("ask", "Tell me") as running:
            running.read_until(b"The first half")
            running.send_signal(signal.SIGKILL)
            running.wait()
        (run,) = program.run("runs", "list", "--json").json["runs"]
        assert run["status"] == "interrupted"
        resumed = program.run("runs", "resume", run["run_id"])
        history = server.requests[-1].json()["messages"]
    assert (resumed.code, resumed.text) == (0, ", and the rest.\n")
    spoken = [(message["role"], message["content"]) for message in history if message["role"] != "system"]
    assert spoken[:2] == [("user", "Tell me"), ("assistant", "The first half")]
    assert spoken[2][0] == "user"


def test_a_turn_that_came_to_its_end_can_not_be_resumed(program: CommandLine):
    with serve_in_thread([answer("Done.")]) as server:
        program.configure(mylab(server.openai_url))
        run_id = program.run("ask", "--json", "Hello").result["run_id"]
        done = program.run("runs", "resume", run_id)
    assert (done.code, done.text) == (2, "")
    assert "nothing to resume" in done.said
