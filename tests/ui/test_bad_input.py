"""What is pasted, dropped or refused: a clear word, nothing lost, and the next key is not kept waiting."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from roku_desktop.engine import StorageError
from roku_desktop.ui.composing.prompt_edit import MAX_PROMPT_CHARS
from roku_desktop.ui.look import theme
from tests.support.labs import Lab
from tests.support.windows import OpenedWindow, drawn, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def paste(opened: OpenedWindow, text: str) -> None:
    pasted = QMimeData()
    pasted.setText(text)
    opened.window.composer.edit.insertFromMimeData(pasted)


def test_a_paste_that_is_no_prompt_is_refused_with_what_to_do(qt_run: Run, home: Path):
    async def try_it() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.type("mine ")
            paste(opened, "x" * 100_000_000)
            assert "500,000 characters" in opened.window.notice.text
            assert "name it with @" in opened.window.notice.text
            paste(opened, "\0\1\2")
            assert "no text" in opened.window.notice.text
            assert opened.window.composer.text == "mine "

    qt_run(try_it())


@pytest.mark.parametrize("text", ["x" * 400_000, "word " * 80_000], ids=["one word", "many words"])
def test_the_largest_paste_leaves_writing_quick(qt_run: Run, home: Path, text: str):
    """Without care Qt takes 10 s for the first, and 4 s for each key after it."""
    assert len(text) <= MAX_PROMPT_CHARS

    async def try_it() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            began_s = time.thread_time()
            paste(opened, text)
            await drawn()
            opened.type("y")
            await drawn()
            assert time.thread_time() - began_s < 2
            assert opened.window.composer.text == text + "y"
            opened.window.composer.set_text("")

    qt_run(try_it())


def test_what_is_neither_text_nor_file_is_told(qt_run: Run, home: Path):
    async def drop() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            dropped = QMimeData()
            dropped.setData("application/octet-stream", b"\0\1")
            edit = opened.window.composer.edit
            assert edit.canInsertFromMimeData(dropped)
            edit.insertFromMimeData(dropped)
            assert "Only text can be added" in opened.window.notice.text
            assert opened.window.composer.text == ""

    qt_run(drop())


def test_a_binary_file_and_a_folder_are_told_by_name(qt_run: Run, home: Path):
    (home / "a.bin").write_bytes(bytes(range(256)))

    async def drop() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.type("mine")
            dropped = QMimeData()
            dropped.setUrls([QUrl.fromLocalFile(str(home / "a.bin")), QUrl.fromLocalFile(str(home))])
            opened.window.composer.edit.insertFromMimeData(dropped)
            await opened.bridge.finish()
            assert "“a.bin” is not a text file" in opened.window.notice.text
            assert f"“{home.name}” is not a file that can be read" in opened.window.notice.text
            assert opened.window.composer.text == "mine"

    qt_run(drop())


@pytest.mark.parametrize(
    "text",
    ["שלום עולם (ברוך) 42", "مرحبا بالعالم", "👩‍👩‍👧‍👦🏳️‍🌈 ok", "é̂̃ z̵̧a̷l̸g̶o̴", "字句\tと\nかな"],
    ids=["Hebrew", "Arabic", "emoji", "combining", "Japanese"],
)
def test_every_script_is_sent_as_it_was_written(qt_run: Run, home: Path, text: str):
    lab = Lab("lab")

    async def send() -> None:
        async with opened_window(home, lab) as opened:
            paste(opened, text)
            opened.window.composer.send()
            await opened.until_idle()
            assert lab.requests[0].messages[-1].text == text  # type: ignore[union-attr]  # the person's
            assert text.split(maxsplit=1)[0] in opened.text
            assert opened.window.composer.text == ""

    qt_run(send())


@pytest.mark.parametrize("text", ["Hello", "שלום עולם"], ids=["left", "right"])
def test_a_prompt_stands_in_its_bubble_on_the_side_it_is_written_from(qt_run: Run, home: Path, text: str):
    async def send() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            paste(opened, text)
            opened.window.composer.send()
            await opened.until_idle()
            await drawn()
            view = opened.window.transcript.viewport()
            (pencil,) = opened.row_buttons("Edit and send")
            picture, middle = view.grab().toImage(), pencil.geometry().center()
            bubble = theme.panel(view.palette()).rgb()
            row = [picture.pixel(x, middle.y()) == bubble for x in range(picture.width())]
            first, last = row.index(True), len(row) - 1 - row[::-1].index(True)
            if text == "Hello":
                assert last < middle.x() < view.width() / 2
            else:
                assert view.width() / 2 < middle.x() < first
            assert last - first < view.width() / 3

    qt_run(send())


def test_where_nothing_can_be_written_the_prompt_stays_and_the_reason_is_told(qt_run: Run, home: Path):
    """As in a home that has become read-only."""

    async def send() -> None:
        async with opened_window(home, Lab("lab")) as opened:

            async def refuse(*_arguments: object, **_more: object) -> None:
                raise StorageError("The database can't be written: the disk is read-only.")

            opened.engine.create_session = refuse  # type: ignore[method-assign, assignment]  # a disk that fails
            opened.send("precious")
            await opened.until(opened.window.notice.isVisible)
            assert "read-only" in opened.window.notice.text
            assert opened.window.composer.text == "precious"
            assert opened.window.composer.mode == "ready"

    qt_run(send())
