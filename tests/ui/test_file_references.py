"""Files named with an @: completed while one types, and their text goes along within a cap."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from roku_desktop.engine.providers.scripted import Waiting
from roku_desktop.ui.composing.file_references import (
    MAX_TEXT_CHARS,
    being_typed,
    offered,
    reference,
    refers,
    with_files,
)
from tests.support.display import PictureTaker
from tests.support.labs import Lab
from tests.support.windows import OpenedWindow, opened_window, until
from tests.ui.conftest import Run


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("@", (0, "")),
        ("see @src/ma", (4, "src/ma")),
        ("see (@a", (5, "a")),
        ('@"my no', (0, "my no")),
        ("two\n@x", (4, "x")),
        ("me@example.com", None),
        ("@a done", None),
        ("plain", None),
    ],
)
def test_a_reference_begins_with_an_at_where_a_word_begins(before: str, typed: tuple[int, str] | None):
    assert being_typed(before) == typed


def test_a_name_with_spaces_is_quoted():
    assert (reference("a/b.py"), reference("my notes.md")) == ("@a/b.py", '@"my notes.md"')


def test_what_fits_best_comes_first_and_nothing_typed_offers_the_top():
    paths = ["README.md", "src/main.py", "src/domain.py", "tests/test_main.py"]
    assert offered("main", paths)[0] == "src/main.py"
    assert offered("", paths) == paths
    assert offered("xyz", paths) == []


def test_the_text_goes_along_once_and_the_prompt_stays_as_it_was(tmp_path: Path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("print(1)\n")
    prompt = "What does @src/a.py do, and @src/a.py?"
    expanded = with_files(prompt, tmp_path)
    assert expanded.prompt == f"{prompt}\n\nsrc/a.py:\n```py\nprint(1)\n```\n"
    assert with_files(expanded.prompt, tmp_path) == expanded


@pytest.mark.parametrize("name", ["gone.txt", "../outside.txt", "/etc/passwd", "src", "me\0"])
def test_what_is_no_file_of_the_workspace_stays_text(tmp_path: Path, name: str):
    (tmp_path / "outside.txt").write_text("secret")
    workspace = tmp_path / "work"
    (workspace / "src").mkdir(parents=True)
    prompt = f"look at @{name}"
    assert with_files(prompt, workspace).prompt == prompt


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_a_link_that_leads_out_is_not_followed(tmp_path: Path):
    (tmp_path / "secret").write_text("x")
    workspace = tmp_path / "work"
    workspace.mkdir()
    (workspace / "link").symlink_to(tmp_path / "secret")
    assert with_files("@link", workspace).prompt == "@link"


def test_what_is_no_text_or_too_large_is_only_named_and_told(tmp_path: Path):
    (tmp_path / "a.bin").write_bytes(b"\0\1")
    (tmp_path / "big.log").write_text("x" * 300_000)
    expanded = with_files("@a.bin @big.log", tmp_path)
    assert expanded.prompt == "@a.bin @big.log"
    assert "not a text file" in expanded.problems[0]
    assert "larger than 256 KB" in expanded.problems[1]


def test_all_files_of_a_prompt_together_have_a_cap(tmp_path: Path):
    for name in "abc":
        (tmp_path / name).write_text(name * 250_000)
    expanded = with_files("@a @b @c", tmp_path)
    assert len(expanded.prompt) < MAX_TEXT_CHARS + 100
    assert len(expanded.problems) == 1
    assert "“c”" in expanded.problems[0]


def test_an_address_is_no_reference():
    assert not refers("write to me@example.com")


async def named(opened: OpenedWindow) -> None:
    """Wait until the names of the files are known."""
    await opened.bridge.finish()


@pytest.mark.window
def test_a_file_is_completed_and_sent_with_its_text(qt_run: Run, home: Path, screenshot: PictureTaker):
    work = home / "work"
    (work / "notes").mkdir(parents=True)
    (work / "notes" / "my plan.md").write_text("- be calm\n")
    (work / "other.txt").write_text("x")
    lab = Lab("lab")

    async def send() -> None:
        async with opened_window(home, lab) as opened:
            opened.conversation.use_workspace(work)
            opened.window.composer.set_text("🙂 sum up ")
            opened.type("@")
            await named(opened)
            popup = opened.steering._files.popup
            assert popup is not None
            assert popup.isVisible()
            assert popup.model.rowCount() == 2
            screenshot("at-files")
            opened.type("plan")
            opened.press(Qt.Key.Key_Return)
            assert opened.window.composer.text == '🙂 sum up @"notes/my plan.md" '
            assert popup.isHidden()
            opened.press(Qt.Key.Key_Return)
            await opened.until_idle()
            assert opened.window.composer.text == ""
            assert lab.requests[0].messages[-1].text == (  # type: ignore[union-attr]  # the person's
                '🙂 sum up @"notes/my plan.md" \n\nnotes/my plan.md:\n```md\n- be calm\n```\n'
            )

    qt_run(send())


@pytest.mark.window
def test_a_file_whose_text_cannot_go_along_is_told_and_the_prompt_sent(qt_run: Run, home: Path):
    (home / "a.bin").write_bytes(b"\0")

    async def send() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.window.composer.set_text("look at @a.bin")
            opened.window.composer.send()
            await until(opened.window.notice.isVisible, opened.bridge.archive.files_left_out)
            assert "not a text file" in opened.window.notice.text
            await opened.until_idle()
            assert opened.window.composer.text == ""

    qt_run(send())


@pytest.mark.window
def test_a_queued_prompt_takes_its_files_along_and_is_sent_once(qt_run: Run, home: Path):
    (home / "a.txt").write_text("inside")

    async def send() -> None:
        answer, asked = asyncio.Event(), asyncio.Event()
        lab = Lab("lab", (Waiting(answer, asked), "One."), "Two.", "Three.")
        async with opened_window(home, lab) as opened:
            opened.send("first")
            await asked.wait()
            opened.steering._desk.queue.add(opened.conversation.session_id, "second @a.txt")
            answer.set()
            await opened.until(lambda: len(lab.requests) == 2)
            await opened.until_idle()
            assert opened.steering._desk.queue.prompts(opened.conversation.session_id) == ()
            assert "inside" in lab.requests[1].messages[-1].text  # type: ignore[union-attr]  # the person's
            assert len(lab.requests) == 2

    qt_run(send())
