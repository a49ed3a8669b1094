"""A start looks for no garbage, and afterwards it is looked for again."""

from __future__ import annotations

import dataclasses
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roku_desktop.cli.starting import uncollected
from tests.support.fault_server import Reply, serve_in_thread, tool_call
from tests.support.fault_streams import openai_stream
from tests.support.processes import CommandLine
from tests.support.setups import KEY, mylab

COUNTED_ASK = """
import gc, sys
looked, at_connect = [], []
gc.callbacks.append(lambda phase, _info: looked.append(phase == "start"))
def hear(event, arguments):
    if event == "socket.connect":
        at_connect.append(sum(looked))
sys.addaudithook(hear)
from roku_desktop.__main__ import main
sys.argv = ["roku-desktop", "--home", sys.argv[1], "ask", "Hello"]
code = main()
print(at_connect[0], gc.isenabled(), file=sys.stderr)
sys.exit(code)
"""


APPROVING = """
import gc, sys
at_write = []
def hear(event, arguments):
    if "note.txt" in str(arguments):
        at_write.append(gc.isenabled())
sys.addaudithook(hear)
from roku_desktop.__main__ import main
code = main()
print(at_write[-1:], file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def collecting() -> Iterator[None]:
    """Python's own state at the start of a program; the suite collects by itself."""
    gc.enable()
    yield
    gc.disable()


def test_a_question_is_sent_before_garbage_is_looked_for(tmp_path: Path):
    with serve_in_thread([Reply(openai_stream(["Hi"]))]) as server:
        (tmp_path / "runtime.toml").write_text(mylab(server.openai_url))
        environment = {**os.environ, "ROKU_MYLAB_API_KEY": KEY}
        command = [sys.executable, "-c", COUNTED_ASK, str(tmp_path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    looked, enabled = done.stderr.split()
    assert int(looked) < 20  # of a hundred: those before the command is known
    assert enabled == "True"


def test_garbage_is_looked_for_while_an_approved_tool_runs_before_anything_is_sent(program: CommandLine):
    write = tool_call("Write", {"path": "note.txt", "content": "once"})
    with serve_in_thread([Reply(openai_stream([], [write])), Reply(openai_stream(["Written."]))]) as server:
        program.configure(mylab(server.openai_url))
        approval_id = program.run("ask", "--json", "Write a note").result["approval_id"]
        watched = dataclasses.replace(program, program=(sys.executable, "-c", APPROVING))
        done = watched.run("approvals", "approve", approval_id)
    assert done.said.splitlines()[-1] == "[True]"


@pytest.mark.usefixtures("collecting")
def test_garbage_is_looked_for_again_from_the_end_of_the_start_on():
    with uncollected() as started:
        assert not gc.isenabled()
        started()
        assert gc.isenabled()
        kept = gc.get_freeze_count()
        started()
        assert gc.get_freeze_count() == kept, "what is made later must not be kept for ever"
    assert gc.isenabled()


@pytest.mark.usefixtures("collecting")
def test_garbage_is_looked_for_again_after_a_start_that_failed():
    with pytest.raises(OSError, match="full"), uncollected():
        raise OSError("full")
    assert gc.isenabled()


def test_a_program_that_collects_by_itself_goes_on_doing_so():
    assert not gc.isenabled()  # the suite
    with uncollected() as started:
        started()
    assert not gc.isenabled()
