"""Write and Edit do exactly what was approved, or leave the file as it was (promises 4 and 14)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.execution import Execution, changes, digest_of
from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.tools.file_text import FileText, replaced
from roku_desktop.engine.tools.write import EditTool, WriteTool
from tests.support.calls import CONTEXT

REPOSITORY = Path(__file__).resolve().parents[3]
unix_only = pytest.mark.skipif(os.name != "posix", reason="modes and links as Unix has them")
ordinary_user = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere"
)

Change = Callable[..., Awaitable[str]]


def encoded(**arguments: Any) -> bytes:
    return json.dumps(arguments).encode()


def tool_of(name: str) -> WriteTool | EditTool:
    return WriteTool() if name == "Write" else EditTool()


async def derived(workspace: Path, name: str, **arguments: Any) -> Execution:
    return await tool_of(name).execution(encoded(**arguments), workspace)


@pytest.fixture
def change(workspace: Path) -> Change:
    """`await change("Write", path="a", content="b")`: derive, then do it, as after an approval."""

    async def do(name: str, **arguments: Any) -> str:
        tool, text = tool_of(name), encoded(**arguments)
        tool.validate(text)
        execution = await tool.execution(text, workspace)
        return await tool.perform(execution, text, workspace, CONTEXT)

    return do


def test_both_stand_in_the_catalogue_and_are_not_read_only(catalogue: ToolCatalogue):
    for name in ("Write", "Edit"):
        tool = catalogue.get(name)
        assert tool is not None
        assert not tool.read_only


async def test_nothing_is_written_without_an_execution(workspace: Path):
    with pytest.raises(ToolRefusal, match="only after an approval"):
        await WriteTool().run(encoded(path="a", content="b"), workspace, CONTEXT)
    await derived(workspace, "Write", path="new/deep.txt", content="b")
    assert list(workspace.iterdir()) == []


async def test_a_new_file_is_made_with_its_folders(workspace: Path, change: Change):
    assert await change("Write", path="new/deep.txt", content="one\ntwo\n") == (
        "Created 'new/deep.txt' (2 lines)."
    )
    assert (workspace / "new/deep.txt").read_bytes() == b"one\ntwo\n"
    assert [path.name for path in (workspace / "new").iterdir()] == ["deep.txt"]


async def test_what_is_shown_is_what_would_happen(workspace: Path):
    (workspace / "a.txt").write_text("one\ntwo\n")
    arguments = encoded(path="a.txt", old_string="two", new_string="three")
    execution = await EditTool().execution(arguments, workspace)
    preview = await EditTool().preview(execution, arguments, workspace)
    assert (preview.kind, preview.title) == ("diff", "Edit a.txt")
    assert preview.text.endswith("-two\n+three")
    assert execution.content == "one\nthree\n"
    assert execution.scope.writes == (str(workspace.resolve() / "a.txt"),)


async def test_a_file_that_changed_after_the_approval_is_left_as_it_is(workspace: Path):
    file = workspace / "a.txt"
    file.write_text("one\n")
    arguments = encoded(path="a.txt", content="two\n")
    approved = await WriteTool().execution(arguments, workspace)
    file.write_text("one, and more\n")
    now = await WriteTool().execution(arguments, workspace)
    assert digest_of(now) != digest_of(approved)
    assert changes(approved, now) == [f"{workspace.resolve() / 'a.txt'} has other contents"]
    with pytest.raises(ToolFailure, match="changed meanwhile"):
        await WriteTool().perform(approved, arguments, workspace, CONTEXT)
    assert file.read_text() == "one, and more\n"


async def test_a_file_that_appeared_after_the_approval_is_not_replaced(workspace: Path):
    arguments = encoded(path="a.txt", content="two\n")
    approved = await WriteTool().execution(arguments, workspace)
    (workspace / "a.txt").write_text("somebody's")
    with pytest.raises(ToolFailure, match="changed meanwhile"):
        await WriteTool().perform(approved, arguments, workspace, CONTEXT)
    assert (workspace / "a.txt").read_text() == "somebody's"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"one\r\ntwo\r\n", b"one\r\nTWO\r\n"),
        (b"\xef\xbb\xbfone\ntwo\n", b"\xef\xbb\xbfone\nTWO\n"),
        ("\ufeffone\r\ntwo\r\n".encode("utf-16-le"), "\ufeffone\r\nTWO\r\n".encode("utf-16-le")),
        (b"caf\xe9\ntwo\n", b"caf\xe9\nTWO\n"),
        (b"one\ntwo", b"one\nTWO"),
    ],
    ids=["CRLF", "byte order mark", "UTF-16", "bytes that are no text", "no last newline"],
)
async def test_an_edit_keeps_how_a_file_is_written(
    workspace: Path, change: Change, before: bytes, after: bytes
):
    (workspace / "a.txt").write_bytes(before)
    await change("Edit", path="a.txt", old_string="two", new_string="TWO")
    assert (workspace / "a.txt").read_bytes() == after


@unix_only
async def test_rights_are_kept(workspace: Path, change: Change):
    script = workspace / "run.sh"
    script.write_text("echo one\n")
    script.chmod(0o750)
    await change("Edit", path="run.sh", old_string="one", new_string="two")
    assert script.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"old_string": "absent", "new_string": "x"}, "was not found"),
        ({"old_string": "o", "new_string": "x"}, "there 2 times"),
        ({"old_string": "", "new_string": "x"}, "is empty"),
        ({"old_string": "one", "new_string": "one"}, "nothing would change"),
    ],
    ids=["absent", "twice", "empty", "the same"],
)
async def test_an_edit_that_is_not_exact_is_refused(
    workspace: Path, change: Change, arguments: dict[str, str], says: str
):
    (workspace / "a.txt").write_text("one\ntwo\n")
    with pytest.raises(ToolFailure, match=says):
        await change("Edit", path="a.txt", **arguments)
    assert (workspace / "a.txt").read_text() == "one\ntwo\n"


async def test_every_occurrence_is_replaced_where_that_is_said(workspace: Path, change: Change):
    (workspace / "a.txt").write_text("one one\n")
    await change("Edit", path="a.txt", old_string="one", new_string="two", replace_all=True)
    assert (workspace / "a.txt").read_text() == "two two\n"


@pytest.mark.parametrize("path", ["../outside/secret.txt", "/etc/hosts", "..", ".", "folder/", "a\0b"])
async def test_nothing_outside_the_workspace_and_no_folder_is_written(
    workspace: Path, tmp_path: Path, change: Change, path: str
):
    (workspace / "folder").mkdir()
    before = (tmp_path / "outside/secret.txt").read_text()
    with pytest.raises(ToolFailure):
        await change("Write", path=path, content="x")
    assert (tmp_path / "outside/secret.txt").read_text() == before
    assert [entry.name for entry in workspace.rglob("*")] == ["folder"]


@unix_only
@pytest.mark.parametrize("target", ["../outside/secret.txt", "real.txt"])
async def test_a_link_is_never_written_through(workspace: Path, tmp_path: Path, change: Change, target: str):
    (workspace / "real.txt").write_text("real")
    (workspace / "link.txt").symlink_to(target)
    with pytest.raises(ToolFailure):
        await change("Write", path="link.txt", content="x")
    assert (workspace / "real.txt").read_text() == "real"
    assert (tmp_path / "outside/secret.txt").read_text() == "the secret outside"
    assert (workspace / "link.txt").is_symlink()


@unix_only
async def test_a_folder_that_becomes_a_link_after_the_approval_is_not_followed(
    workspace: Path, tmp_path: Path
):
    (workspace / "folder").mkdir()
    arguments = encoded(path="folder/a.txt", content="x")
    approved = await WriteTool().execution(arguments, workspace)
    (workspace / "folder").rmdir()
    (workspace / "folder").symlink_to(tmp_path / "outside")
    with pytest.raises(ToolFailure):
        await WriteTool().perform(approved, arguments, workspace, CONTEXT)
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret.txt"]


async def test_binary_files_are_left_alone(workspace: Path, change: Change):
    (workspace / "a.bin").write_bytes(b"\x7fELF\0\0\0")
    with pytest.raises(ToolFailure, match="only text files"):
        await change("Edit", path="a.bin", old_string="ELF", new_string="elf")


@ordinary_user
async def test_a_read_only_file_stays(workspace: Path, change: Change):
    file = workspace / "a.txt"
    file.write_text("one\n")
    file.chmod(0o444)
    with pytest.raises(ToolFailure, match="does not permit"):
        await change("Write", path="a.txt", content="two\n")
    assert file.read_text() == "one\n"


@unix_only
def test_a_full_disk_leaves_the_old_file(workspace: Path):
    """A limit on the size of files stands for the disk: the kernel refuses in the middle of a write."""
    (workspace / "a.txt").write_text("old\n")
    program = f"""
import asyncio, json, resource, signal
from pathlib import Path
from roku_desktop.engine.ports import CallContext, ToolFailure
from roku_desktop.engine.tools.write import WriteTool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
workspace, tool = Path({str(workspace)!r}), WriteTool()
arguments = json.dumps({{"path": "a.txt", "content": "new" * 10_000}}).encode()
async def main():
    execution = await tool.execution(arguments, workspace)
    await tool.perform(execution, arguments, workspace, CallContext(session_id="", run_id="", call_id=""))
try:
    asyncio.run(main())
except ToolFailure as failure:
    print(failure)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout == "There is no space left to write 'a.txt'; it was left as it was.\n"
    assert (workspace / "a.txt").read_text() == "old\n"
    assert [path.name for path in workspace.iterdir()] == ["a.txt"]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(texts, texts, texts, texts)
def test_an_edit_and_its_reverse_give_the_file_back(head: str, old: str, new: str, tail: str):
    before = FileText(text=head + old + tail)
    try:
        after = replaced(before, old, new, every=False, shown="a")
        back = replaced(after, new, old, every=False, shown="a")
    except ToolFailure:
        return  # not unique, or nothing to do: then nothing is written
    assert back.text == before.text


@given(st.binary(max_size=60))
def test_what_is_read_goes_back_to_the_same_bytes(data: bytes):
    try:
        text = FileText.read(data, "a")
    except ToolFailure:
        return
    assert text.data() == data
