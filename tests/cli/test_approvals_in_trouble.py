"""A home that can't be trusted or written: nothing that waits is executed, and the command line says why."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roku_desktop.engine import Consent, ToolCall
from tests.support.engines import engine_on, scripted
from tests.support.processes import CommandLine

MADE = "made.txt"


async def parked(program: CommandLine) -> str:
    """A run that waits for a person who allows that a file is written; returns the approval's id."""
    arguments = json.dumps({"path": MADE, "content": "x"})
    write = ToolCall(call_id="c1", name="Write", arguments=arguments)
    async with engine_on(program.home, scripted([write])) as engine:
        session = await engine.create_session(program.workspace)
        turn = await engine.ask(session.session_id, "Write.", consent=Consent(waits=False))
        assert (await turn.result()).outcome == "parked"
        (waiting,) = await engine.approvals.pending()
        return waiting.approval_id


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB of its own."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount one")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    filler = os.open(folder / "filler", os.O_CREAT | os.O_WRONLY)
    try:
        while True:
            os.write(filler, bytes(4096))
    except OSError:
        os.close(filler)
    return folder / "filler"


async def test_one_that_was_changed_is_named_and_never_carried_out(program: CommandLine):
    approval_id = await parked(program)
    database = sqlite3.connect(program.home / "roku.db", isolation_level=None)
    database.execute(f"UPDATE approvals SET request = CAST(replace(request, '{MADE}', 'evil') AS BLOB)")
    database.close()
    refused = program.run("approvals", "approve", approval_id)
    assert refused.code == 5
    assert "was changed after it was asked, so it will not be carried out" in refused.said
    listed = program.run("approvals", "list")
    assert approval_id in listed.said
    assert "Nothing waits" not in listed.text
    assert list(program.workspace.iterdir()) == []


async def test_on_a_full_disk_it_is_not_decided_and_waits_on(small_disk: Path, tmp_path: Path):
    (tmp_path / "workspace").mkdir()
    program = CommandLine(small_disk / "home", tmp_path / "workspace")
    approval_id = await parked(program)
    filler = fill(small_disk)
    refused = program.run("approvals", "approve", approval_id)
    assert refused.code == 5
    assert "no space left" in refused.said
    assert list(program.workspace.iterdir()) == []
    filler.unlink()
    (waiting,) = program.run("approvals", "list", "--json").json["approvals"]
    assert waiting["state"] == "requested"


async def test_a_home_that_can_only_be_read_lets_nothing_be_decided(small_disk: Path, tmp_path: Path):
    (tmp_path / "workspace").mkdir()
    program = CommandLine(small_disk / "home", tmp_path / "workspace")
    approval_id = await parked(program)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    refused = program.run("approvals", "approve", approval_id)
    assert refused.code == 5
    assert "can't be written" in refused.said
    assert list(program.workspace.iterdir()) == []
