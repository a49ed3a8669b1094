"""Standing instructions: read from the home and the workspace, part of the prompt's stable half, bounded."""

import os
from pathlib import Path

import pytest

from roku_desktop.engine.context.instructions import MAX_BYTES, read_instructions
from roku_desktop.engine.context.prompt import system_prompt
from tests.support.clocks import HeldClock
from tests.support.engines import engine_on, scripted


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


def test_both_files_are_in_force_the_homes_first(home: Path, workspace: Path):
    (home / "ROKU.md").write_text("Answer in French.\n", encoding="utf-8")
    (workspace / ".roku.md").write_bytes("\ufeffRun make check.\n".encode())
    assert [each.text for each in read_instructions(home, workspace)] == [
        "Answer in French.",
        "Run make check.",
    ]


def test_they_stand_in_the_stable_half_and_nothing_else_changes(home: Path, workspace: Path):
    clock = HeldClock()
    without = system_prompt(workspace, clock)
    (workspace / ".roku.md").write_text("Run make check.")
    with_them = system_prompt(workspace, clock, instructions=read_instructions(home, workspace))
    assert with_them.stable.startswith(without.stable)
    assert "Run make check." in with_them.stable
    assert with_them.changing == without.changing


def test_nothing_and_blank_files_leave_the_prompt_as_it_is(home: Path, workspace: Path):
    (workspace / ".roku.md").write_text(" \n\n")
    assert read_instructions(home, workspace) == ()
    assert read_instructions(None, workspace) == ()


def test_a_long_file_is_cut_and_says_so(home: Path, workspace: Path):
    (workspace / ".roku.md").write_text("上" * MAX_BYTES, encoding="utf-8")
    (found,) = read_instructions(home, workspace)
    assert len(found.text.encode()) <= MAX_BYTES
    assert "Only its first 32 KiB are used" in found.problem


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_is_not_followed_wherever_it_leads(home: Path, workspace: Path):
    (workspace / ".env").write_text("the key")
    (workspace / ".roku.md").symlink_to(workspace / ".env")
    (found,) = read_instructions(home, workspace)
    assert found.text == ""
    assert "is not followed" in found.problem


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_the_homes_file_is_the_persons_own_and_may_be_a_link(home: Path, workspace: Path, tmp_path: Path):
    (tmp_path / "dotfiles").write_text("Answer in French.")
    (home / "ROKU.md").symlink_to(tmp_path / "dotfiles")
    assert [each.text for each in read_instructions(home, workspace)] == ["Answer in French."]


def test_what_is_no_file_or_can_not_be_read_is_said(home: Path, workspace: Path):
    (workspace / ".roku.md").mkdir()
    (found,) = read_instructions(home, workspace)
    assert (found.text, found.problem) == ("", "It is no file.")


async def test_a_turn_is_asked_with_them_and_a_changed_file_holds_from_the_next_one_on(
    tmp_path: Path, workspace: Path
):
    provider = scripted(["ok"], ["ok"])
    (workspace / ".roku.md").write_text("Run make check.")
    async with engine_on(tmp_path / "engine", provider) as engine:
        session = await engine.create_session(workspace)
        await (await engine.ask(session.session_id, "Hi")).result()
        (workspace / ".roku.md").write_text("Run make all.")
        await (await engine.ask(session.session_id, "Hi")).result()
        assert [each.path for each in await engine.instructions(workspace)] == [str(workspace / ".roku.md")]
    assert "Run make check." in provider.requests[0].system.stable
    assert "Run make all." in provider.requests[1].system.stable
