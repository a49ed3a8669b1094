"""Glob and Find list what matches, in a fixed order, within bounds, and never through a link."""

import os
from pathlib import Path

import pytest

from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.search import FindTool, GlobTool
from tests.support.calls import CONTEXT


def plant(workspace: Path, *paths: str) -> None:
    for path in paths:
        file = workspace / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.py", "a.py"),
        ("**/*.py", "a.py\nsrc/b.py\nsrc/deep/c.py"),
        ("src/**", "src/b.py\nsrc/d.ts\nsrc/deep/c.py"),
        ("./src/*.{py,ts}", "src/b.py\nsrc/d.ts"),
        ("**/.github/*", ".github/ci.yml"),
        ("src", "(No file matches.)"),
        ("node_modules/**/*.py", "(No file matches.)"),
    ],
)
async def test_glob_lists_files_by_path(ask, workspace: Path, pattern: str, found: str):
    plant(
        workspace,
        "a.py",
        "src/b.py",
        "src/deep/c.py",
        "src/d.ts",
        ".github/ci.yml",
        "node_modules/x/e.py",
        ".git/f.py",
    )
    assert await ask("Glob", pattern=pattern) == found


async def test_glob_below_a_folder_matches_relative_to_it_and_shows_the_path_to_read(ask, workspace: Path):
    plant(workspace, "src/a.py", "src/deep/b.py")
    assert await ask("Glob", pattern="*.py", path="src") == "src/a.py"
    assert await ask("Glob", pattern="*.py", path=str(workspace / "src" / "deep")) == "src/deep/b.py"


async def test_an_ignored_folder_is_searched_when_it_is_named(ask, workspace: Path):
    plant(workspace, "node_modules/x/a.js")
    assert await ask("Glob", pattern="**/*.js", path="node_modules") == "node_modules/x/a.js"


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "a/../../*", "~/x"])
async def test_a_pattern_that_leads_out_is_refused(ask, pattern: str):
    with pytest.raises(ToolRefusal, match="must stay inside"):
        await ask("Glob", pattern=pattern)


@pytest.mark.parametrize("path", ["..", "/etc"])
@pytest.mark.parametrize(
    ("name", "what"), [("Glob", {"pattern": "*"}), ("Find", {"name": "a"}), ("Grep", {"pattern": "a"})]
)
async def test_no_search_begins_outside(ask, path: str, name: str, what: dict[str, str]):
    with pytest.raises(ToolRefusal, match="lies outside the workspace"):
        await ask(name, path=path, **what)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
async def test_links_are_named_but_never_followed(ask, workspace: Path):
    (workspace / "out").symlink_to(workspace.parent / "outside")
    (workspace / "loop").symlink_to(".")
    assert await ask("Glob", pattern="**/*") == "loop\nout"
    assert await ask("Find", name="secret") == "(Nothing has such a name.)"
    assert await ask("Grep", pattern="secret") == "(No line matches in 0 text files.)"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("conf", "app/CONFIG.toml\nconf/"),
        ("*.toml", "app/CONFIG.toml"),
        ("conf/", "app/CONFIG.toml\nconf/"),
        ("?onf", "conf/"),
        ("nothing", "(Nothing has such a name.)"),
    ],
)
async def test_find_takes_a_part_of_the_name_or_a_pattern(ask, workspace: Path, name: str, found: str):
    plant(workspace, "app/CONFIG.toml", "conf/a.txt")
    assert await ask("Find", name=name) == found


@pytest.mark.parametrize("name", ["", "  ", "a/b"])
async def test_find_wants_a_name(ask, name: str):
    with pytest.raises(ToolFailure, match="Use Glob for paths"):
        await ask("Find", name=name)


@pytest.mark.parametrize(
    ("tool_type", "wanted"), [(GlobTool, b'{"pattern": "*"}'), (FindTool, b'{"name": "f"}')]
)
async def test_matches_are_cut_at_their_cap(workspace: Path, tool_type: type[GlobTool], wanted: bytes):
    plant(workspace, *(f"f{number}" for number in range(5)))
    text = await tool_type(ToolSettings(max_glob_matches=3)).run(wanted, workspace, CONTEXT)
    assert text == "f0\nf1\nf2\n(Stopped at 3 matches: narrow the pattern or the path.)"
    assert "Stopped" not in await tool_type(ToolSettings(max_glob_matches=5)).run(wanted, workspace, CONTEXT)


async def test_a_walk_ends_at_its_cap_and_says_so(workspace: Path):
    plant(workspace, *(f"d{number}/file.txt" for number in range(10)))
    tool = GlobTool(ToolSettings(max_descendant_scan_entries=12))
    text = await tool.run(b'{"pattern": "**/*.txt"}', workspace, CONTEXT)
    assert text == "d0/file.txt\nd1/file.txt\n(Stopped after 12 entries: give a narrower path.)"


async def test_folders_that_can_not_match_cost_no_entries(workspace: Path):
    plant(workspace, "src/a.py", *(f"data/{number}" for number in range(50)))
    tool = GlobTool(ToolSettings(max_descendant_scan_entries=10))
    assert await tool.run(b'{"pattern": "src/*.py"}', workspace, CONTEXT) == "src/a.py"


async def test_a_very_deep_tree_is_walked_to_a_depth_and_no_further(ask, workspace: Path):
    deep = workspace
    for _ in range(80):
        deep /= "d"
    deep.mkdir(parents=True)
    lines = (await ask("Find", name="d")).split("\n")
    assert len(lines) == 65
    assert lines[64] == "(Folders more than 64 levels down were not entered.)"


async def test_the_path_must_be_a_folder(ask, workspace: Path):
    plant(workspace, "a.txt")
    with pytest.raises(ToolFailure, match="the path must name a folder"):
        await ask("Glob", pattern="*", path="a.txt")
