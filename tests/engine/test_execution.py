"""Promise 4: what runs is what was shown. Any field that differs is another execution, and said so."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine.execution import (
    MAX_HASHED_BYTES,
    Execution,
    FileIdentity,
    Scope,
    changes,
    digest_of,
    identity_of,
)

unix_only = pytest.mark.skipif(os.name != "posix", reason="symlinks need rights on Windows")

SCRIPT = FileIdentity(path="/w/build.sh", real_path="/w/build.sh", kind="file", sha256="ab" * 32)
APPROVED = Execution(
    tool="Shell",
    mode="direct",
    action="exec",
    cwd="/w",
    scope=Scope(root="/w", reads=("/w/build.sh",)),
    program="/usr/bin/bash",
    argv=("bash", "build.sh"),
    environment=("HOME", "PATH"),
    content="bash build.sh",
    timeout_ms=30_000,
    depends_on=(SCRIPT,),
)
OTHERS = {
    "tool": "Python",
    "mode": "shell",
    "action": "mixed",
    "cwd": "/elsewhere",
    "scope": Scope(root="/w", reads=("/w/build.sh",), writes=("/w/out",)),
    "program": "/tmp/bash",
    "argv": ("bash", "other.sh"),
    "environment": ("HOME", "PATH", "LD_PRELOAD"),
    "content": "bash other.sh",
    "timeout_ms": 60_000,
    "depends_on": (msgspec.structs.replace(SCRIPT, sha256="cd" * 32),),
    "version": 2,
}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="files of the system")
def test_a_program_of_the_system_that_is_replaced_is_seen_though_its_size_and_time_are_the_same(
    tmp_path: Path,
):
    program = tmp_path / "program"
    program.write_text("one")
    program.chmod(0o755)
    os.utime(program, (1, 1))
    before = identity_of(program)
    program.write_text("two")
    os.utime(program, (1, 1))
    assert identity_of(program).sha256 != before.sha256
    assert identity_of(Path(sys.executable)) == identity_of(Path(sys.executable))


def test_every_field_has_a_case_here():
    assert set(OTHERS) == set(Execution.__struct_fields__)


@pytest.mark.parametrize("field", OTHERS)
def test_each_field_is_part_of_the_digest_and_its_change_is_told(field: str):
    now = msgspec.structs.replace(APPROVED, **{field: OTHERS[field]})
    assert digest_of(now) != digest_of(APPROVED)
    assert len(changes(APPROVED, now)) == 1


def test_the_same_execution_has_the_same_digest_and_no_change():
    again = msgspec.json.decode(msgspec.json.encode(APPROVED), type=Execution)
    assert digest_of(again) == digest_of(APPROVED)
    assert changes(APPROVED, again) == []


def test_arguments_can_not_be_joined_or_split_without_another_digest():
    joined = msgspec.structs.replace(APPROVED, argv=("bash build.sh",))
    assert digest_of(joined) != digest_of(APPROVED)


def test_a_file_is_known_by_its_contents(tmp_path: Path):
    script = tmp_path / "run.sh"
    script.write_text("echo one")
    before = identity_of(script)
    assert identity_of(script) == before
    script.write_text("echo two")
    assert identity_of(script) != before
    script.unlink()
    assert identity_of(script).kind == "missing"


@unix_only
def test_a_symlink_that_leads_elsewhere_is_another_file(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    link = tmp_path / "link"
    link.symlink_to("a")
    before = identity_of(link)
    link.unlink()
    link.symlink_to("b")
    after = identity_of(link)
    approved = msgspec.structs.replace(APPROVED, depends_on=(before,))
    told = changes(approved, msgspec.structs.replace(APPROVED, depends_on=(after,)))
    assert told == [f"{link} leads to {tmp_path / 'b'} instead of {tmp_path / 'a'}"]


def test_a_folder_stays_the_same_when_files_come_and_go_in_it(tmp_path: Path):
    before = identity_of(tmp_path)
    (tmp_path / "new").write_text("")
    assert identity_of(tmp_path) == before


def test_a_large_file_is_known_without_reading_it(tmp_path: Path):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_HASHED_BYTES + 1)
    before = identity_of(large)
    assert (before.sha256, before.size_bytes) == ("", MAX_HASHED_BYTES + 1)
    os.utime(large, ns=(1, 1))
    assert identity_of(large) != before


def test_what_is_known_of_a_program_ends_with_its_next_change(tmp_path: Path):
    """Also where size and time of modification are made to look the same."""
    program = tmp_path / "program"
    program.write_text("echo one")
    long_ago = 1_000_000_000
    os.utime(program, (long_ago, long_ago))
    before = identity_of(program)
    program.write_text("echo two")
    os.utime(program, (long_ago, long_ago))
    assert identity_of(program).sha256 != before.sha256
