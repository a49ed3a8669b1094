"""A conversation in the terminal: from a pipe, on a real terminal, and in place of a window."""

from __future__ import annotations

import os

import pytest

from tests.support.fault_server import serve_in_thread
from tests.support.processes import CommandLine
from tests.support.setups import answer, held_answer, mylab

on_a_terminal = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")


def test_lines_from_a_pipe_are_answered_in_one_session(program: CommandLine):
    with serve_in_thread([answer("One."), answer("Two.")]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("chat", stdin=b"Count\n\n/model\n/nonsense\nGo on\n/quit\nNever asked\n")
        first, second = server.requests
    assert (done.code, done.text) == (0, "One.\nTwo.\n")
    assert "mylab qwen3 answers." in done.said
    assert "There is no /nonsense" in done.said
    assert [message["content"] for message in first.json()["messages"][1:]] == ["Count"]
    assert [message["content"] for message in second.json()["messages"][1:]] == ["Count", "One.", "Go on"]


def test_without_a_display_the_window_becomes_a_conversation(program: CommandLine):
    done = program.run()
    assert (done.code, done.text) == (0, "")
    assert "no display" in done.said
    assert done.said.count("\n") == 1


def test_measuring_the_start_of_the_window_needs_a_display(program: CommandLine):
    done = program.run("gui", "--exit-when-ready")
    assert (done.code, done.text) == (2, "")
    assert "no display" in done.said


def test_a_display_that_does_not_answer_is_no_display(program: CommandLine):
    dead = CommandLine(program.home, program.workspace, {**program.variables, "DISPLAY": ":9753"})
    done = dead.run()
    assert done.code == 0
    assert "No display answers at :9753" in done.said


def test_a_broken_configuration_ends_the_conversation_before_it_begins(program: CommandLine):
    program.configure("[runtime.llm\n")
    done = program.run("chat", stdin=b"Hello\n")
    assert (done.code, done.text) == (2, "")
    assert "line 1" in done.said


@on_a_terminal
def test_ctrl_c_stops_the_answer_and_the_conversation_goes_on(program: CommandLine):
    held = held_answer("The first half", [", the second half."], "never")
    with serve_in_thread([held, answer("the rest.")]) as server:
        program.configure(mylab(server.openai_url))
        with program.start_on_terminal("chat") as terminal:
            terminal.read_until("mylab qwen3 answers.")
            terminal.read_until("› ")
            terminal.type("Tell me\n")
            terminal.read_until("The first half")
            terminal.type("\x03")
            terminal.read_until("/resume goes on with it.")
            terminal.read_until("› ")
            terminal.type("/resume\n")
            terminal.read_until("the rest.")
            terminal.read_until("› ")
            terminal.type("\x04")
            assert terminal.wait() == 0


@on_a_terminal
def test_ctrl_c_at_the_prompt_says_how_to_leave(program: CommandLine):
    program.configure(mylab("http://127.0.0.1:9/v1"))
    with program.start_on_terminal("chat") as terminal:
        terminal.read_until("› ")
        terminal.type("half a li")
        terminal.read_until("half a li")
        terminal.read_until("Ctrl+D or /quit leaves.", pressing="\x03")
        terminal.read_until("› ")
        terminal.type("/quit\n")
        assert terminal.wait() == 0


@on_a_terminal
def test_asking_nothing_on_a_terminal_is_a_mistake(program: CommandLine):
    with program.start_on_terminal("ask") as terminal:
        terminal.read_until("There is no question")
        assert terminal.wait() == 2
