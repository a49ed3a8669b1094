"""What is known about a call that was cut off: the state of its files, told as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from roku_desktop.engine import Approval, ToolCall
from roku_desktop.engine.approval.aftermath import traces_of
from roku_desktop.engine.decisions import ApprovalRequest
from roku_desktop.engine.execution import Execution, Preview, Scope, digest_of, identity_of

STARTED_AT = 1_700_000_000.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "note.txt"


def unknown(execution: Execution) -> Approval:
    request = ApprovalRequest(
        approval_id="apr_1",
        call=ToolCall(call_id="c1", name="Write", arguments="{}"),
        workspace="/",
        execution=execution,
        digest=digest_of(execution),
        preview=Preview(kind="text", title="Write"),
        reason="",
        expires_at=0.0,
    )
    return Approval(
        session_id="s", run_id="r", step=1, request=request, state="unknown", requested_at=0.0,
        started_at=STARTED_AT,
    )  # fmt: skip


def write_of(file: Path, text: str) -> Execution:
    return Execution(
        tool="Write",
        mode="in_process",
        action="write",
        cwd=str(file.parent),
        scope=Scope(root=str(file.parent), writes=(str(file),)),
        content=text,
        depends_on=(identity_of(file),),
    )


def told_of(execution: Execution) -> list[str]:
    first, *others = traces_of(unknown(execution))
    assert first.startswith("it was started at ")
    return others


def test_a_file_that_was_never_written_is_said_not_to_be_there(file: Path):
    assert told_of(write_of(file, "new")) == [f"{file} is not there"]


def test_a_file_that_was_written_is_said_to_hold_what_was_approved(file: Path):
    execution = write_of(file, "new")
    file.write_text("new")
    assert told_of(execution) == [f"{file} holds exactly what was to be written"]


def test_a_file_that_somebody_changed_after_the_start_is_named_with_the_time(file: Path):
    execution = write_of(file, "new")
    file.write_text("other")
    (told,) = told_of(execution)
    assert told.startswith(f"{file} was changed at ")


def test_an_old_file_that_stayed_as_it_was_is_nothing_to_tell(file: Path):
    file.write_text("old")
    os.utime(file, (STARTED_AT - 10, STARTED_AT - 10))
    assert told_of(write_of(file, "new")) == ["nothing that it names has changed since it was approved"]


def test_a_script_that_changed_is_named(file: Path, tmp_path: Path):
    script = tmp_path / "build.sh"
    script.write_text("one")
    execution = Execution(
        tool="Shell",
        mode="shell",
        action="exec",
        cwd=str(tmp_path),
        scope=Scope(root=str(tmp_path)),
        depends_on=(identity_of(script),),
    )
    script.write_text("two")
    assert told_of(execution) == [f"{script} has changed since it was approved"]


def test_files_that_changed_after_the_start_of_a_command_are_named(tmp_path: Path):
    execution = Execution(
        tool="Shell", mode="shell", action="exec", cwd=str(tmp_path), scope=Scope(root=str(tmp_path))
    )
    (tmp_path / "old.txt").write_text("old")
    os.utime(tmp_path / "old.txt", (STARTED_AT - 10, STARTED_AT - 10))
    assert told_of(execution) == ["nothing that it names has changed since it was approved"]
    (tmp_path / "sub").mkdir()
    for number in range(7):
        (tmp_path / "sub" / f"{number}.o").write_text("new")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_text("new")
    (told,) = told_of(execution)
    assert told.endswith(
        "changed since it was started: sub/0.o, sub/1.o, sub/2.o, sub/3.o, sub/4.o and 2 more"
    )
