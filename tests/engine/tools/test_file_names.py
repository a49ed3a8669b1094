"""The files of a workspace by name, as the tools would find them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from roku_desktop.engine import workspace_files


def test_files_are_named_from_the_top_down_without_what_tools_do_not_enter(tmp_path: Path):
    for name in ("b.txt", "src/deep/a.py", "src/z.py", ".git/config", "node_modules/x.js", ".env"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert workspace_files(tmp_path) == [".env", "b.txt", "src/z.py", "src/deep/a.py"]


def test_no_more_than_so_many_entries_are_visited(tmp_path: Path):
    for number in range(30):
        (tmp_path / f"{number:02}").write_text("x")
    assert len(workspace_files(tmp_path, max_entries=10)) == 10


def test_a_workspace_that_is_gone_has_no_files(tmp_path: Path):
    assert workspace_files(tmp_path / "gone") == []


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_links_are_not_followed(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert workspace_files(tmp_path) == []
