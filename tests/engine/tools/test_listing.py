"""ListDir and Inspect say what is there, whatever its name, number or kind."""

import os
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.listing import InspectTool, ListDirTool
from tests.support.calls import CONTEXT

POSIX_NAMES = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="such names can't be made there")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
async def test_a_folder_is_listed_by_name_with_kinds_and_sizes(ask, workspace: Path):
    (workspace / "sub").mkdir()
    (workspace / "a.txt").write_text("12345")
    (workspace / ".hidden").touch()
    (workspace / "link").symlink_to("/etc/passwd")
    assert await ask("ListDir", path=".") == ".hidden  0 bytes\na.txt  5 bytes\nlink -> /etc/passwd\nsub/"


async def test_an_empty_folder_is_called_empty(ask):
    assert await ask("ListDir", path="") == "(The folder is empty.)"


async def test_a_file_or_a_way_out_is_not_listed(ask, workspace: Path):
    (workspace / "a.txt").touch()
    with pytest.raises(ToolFailure, match="is a file; the path must name a folder"):
        await ask("ListDir", path="a.txt")
    with pytest.raises(ToolRefusal):
        await ask("ListDir", path="..")


async def test_a_large_folder_is_cut_and_says_how_many_are_left(ask, workspace: Path):
    for number in range(250):
        (workspace / f"f{number:03}").touch()
    lines = (await ask("ListDir", path=".")).split("\n")
    assert lines[199] == "f199  0 bytes"
    assert lines[200:] == ["… 50 more entries; use Glob or Find with a pattern to see the ones you need."]


async def test_a_huge_folder_is_not_read_to_its_end(workspace: Path):
    for number in range(60):
        (workspace / f"f{number:03}").touch()
    tool = ListDirTool(ToolSettings(max_dir_entries=10, max_descendant_scan_entries=30))
    lines = (await tool.run(b'{"path": "."}', workspace, CONTEXT)).split("\n")
    assert len(lines) == 11
    assert lines[10].startswith("… more than 20 more entries")


async def test_long_names_stay_within_the_bytes_of_a_result(workspace: Path):
    for number in range(100):
        (workspace / f"{number:03}{'n' * 200}").touch()
    text = await ListDirTool(ToolSettings(default_max_bytes=4_096)).run(b'{"path": "."}', workspace, CONTEXT)
    assert len(text.encode()) <= 4_096
    assert "more entries" in text


@POSIX_NAMES
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"two\nlines", r"two\nlines"),
        (b"bell\x07", r"bell\x07"),
        (b"caf\xe9", r"caf\xe9"),
        ("right\u202eleft".encode(), r"right\u202eleft"),
        ("zero\u200bwidth".encode(), r"zero\u200bwidth"),
        ("grüße 文".encode(), "grüße 文"),
    ],
)
async def test_names_are_shown_on_one_line_with_what_hides_made_visible(
    ask, workspace: Path, name: bytes, shown: str
):
    (Path(os.fsdecode(os.fsencode(workspace) + b"/" + name))).touch()
    assert await ask("ListDir", path=".") == f"{shown}  0 bytes"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_special_files_are_listed_and_inspected_but_not_opened(ask, workspace: Path):
    os.mkfifo(workspace / "pipe")
    assert await ask("ListDir", path=".") == "pipe  (not a regular file)"
    assert "kind: a named pipe" in await ask("Inspect", path="pipe")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"plain\n", "type: text, UTF-8, lines end in LF"),
        (b"plain\r\n", "type: text, UTF-8, lines end in CRLF"),
        ("wide\r\n".encode("utf-16"), "type: text, UTF-16, lines end in CRLF"),
        (b"\x89PNG\r\n\x1a\n\0", "type: a PNG image"),
        (b"", "type: empty"),
    ],
)
async def test_a_file_is_inspected_without_being_shown(ask, workspace: Path, data: bytes, kind: str):
    (workspace / "a").write_bytes(data)
    os.utime(workspace / "a", (1_700_000_000, 1_700_000_000))
    lines = (await ask("Inspect", path="a")).split("\n")
    assert lines[:4] == ["path: a", "kind: file", f"size: {len(data)} bytes", kind]
    assert lines[4] == "changed: 2023-11-14 22:13:20 UTC"


async def test_a_folder_is_inspected_by_the_number_of_its_entries(ask, workspace: Path):
    assert "content: empty" in await ask("Inspect", path=".")
    (workspace / "sub").mkdir()
    (workspace / "a.txt").touch()
    assert "content: 2 entries, 1 of them folders" in await ask("Inspect", path=".")
    tool = InspectTool(ToolSettings(max_descendant_scan_entries=1))
    assert "content: more than 1 entries" in await tool.run(b'{"path": "."}', workspace, CONTEXT)
