"""An export is whole or not there: whatever breaks it off leaves no file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from roku_desktop.engine import StoredMessage, UserMessage
from roku_desktop.ui.sessions.export_file import AlreadyThereError, ExportFile, NotWrittenError
from tests.ui.test_models import session

SUMMARY = session("a", 1)


async def one_page() -> AsyncIterator[Sequence[StoredMessage]]:
    message = UserMessage(text="A question")
    yield [
        StoredMessage(message_id=1, session_id="a", run_id="r", position=1, created_at=1.0, message=message)
    ]


async def export(path: Path, *, replace: bool = False) -> None:
    async with ExportFile(path, "markdown", replace=replace) as file:
        await file.write(SUMMARY, one_page())


async def test_an_export_stands_alone_in_its_folder(tmp_path: Path):
    await export(tmp_path / "a.md")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert "A question" in (tmp_path / "a.md").read_text(encoding="utf-8")


async def test_an_export_that_fails_while_it_reads_leaves_nothing(tmp_path: Path):
    async def broken() -> AsyncIterator[Sequence[StoredMessage]]:
        async for page in one_page():
            yield page
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError):
        async with ExportFile(tmp_path / "a.md", "json", replace=False) as file:
            await file.write(SUMMARY, broken())
    assert list(tmp_path.iterdir()) == []


# Each figure is a number of turns of the loop after which the export is broken off: between them
# lie all its steps, from before the file is made until after it is in place.
@pytest.mark.parametrize("turns", range(12))
async def test_an_export_that_is_cancelled_is_whole_or_not_there(tmp_path: Path, turns: int):
    whole = tmp_path / "whole.md"
    await export(whole)
    folder = tmp_path / "folder"
    folder.mkdir()
    exporting = asyncio.create_task(export(folder / "a.md"))
    for _ in range(turns):
        await asyncio.sleep(0)
    exporting.cancel()
    await asyncio.gather(exporting, return_exceptions=True)
    left = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert left in ({}, {"a.md": whole.read_text(encoding="utf-8")})


async def test_a_cancelled_step_that_still_runs_on_its_thread_brings_nothing_back(tmp_path: Path):
    async def never() -> AsyncIterator[Sequence[StoredMessage]]:
        async for page in one_page():
            yield page
        reached.set()
        await asyncio.Event().wait()

    async def begin() -> None:
        async with ExportFile(tmp_path / "a.md", "markdown", replace=False) as file:
            await file.write(SUMMARY, never())

    reached = asyncio.Event()
    exporting = asyncio.create_task(begin())
    await reached.wait()
    assert len(list(tmp_path.iterdir())) == 1
    exporting.cancel()
    await asyncio.gather(exporting, return_exceptions=True)
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_there_is_replaced_only_where_that_was_asked_for(tmp_path: Path):
    there = tmp_path / "a.md"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(AlreadyThereError):
        await export(there)
    assert there.read_text(encoding="utf-8") == "mine"
    await export(there, replace=True)
    assert "A question" in there.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [there]


async def test_a_folder_that_takes_no_file_is_named_in_a_sentence(tmp_path: Path):
    with pytest.raises(NotWrittenError, match="choose another folder"):
        await export(tmp_path / "missing" / "a.md")
