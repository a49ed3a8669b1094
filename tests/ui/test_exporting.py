"""An export is whole or not there: whatever breaks it off leaves no file. What each form holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from roku_desktop.engine import AssistantMessage, StoredMessage, TextPart, ThinkingPart, ToolCall, UserMessage
from roku_desktop.ui.exporting.answer_html import html_of_answer
from roku_desktop.ui.exporting.export_file import AlreadyThereError, ExportFile, NotWrittenError
from roku_desktop.ui.exporting.forms import pieces_of
from roku_desktop.ui.exporting.html_document import html_head, html_message
from roku_desktop.ui.exporting.pdf_document import pdf_of
from tests.support.hostile_markdown import HOSTILE
from tests.ui.test_models import session

SUMMARY = session("a", 1)


async def one_page() -> AsyncIterator[Sequence[StoredMessage]]:
    message = UserMessage(text="A question")
    yield [
        StoredMessage(message_id=1, session_id="a", run_id="r", position=1, created_at=1.0, message=message)
    ]


async def export(path: Path, *, replace: bool = False) -> None:
    async with ExportFile(path, replace=replace) as file:
        await file.write(pieces_of(SUMMARY, one_page(), "markdown"))


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
        async with ExportFile(tmp_path / "a.md", replace=False) as file:
            await file.write(pieces_of(SUMMARY, broken(), "json"))
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
        async with ExportFile(tmp_path / "a.md", replace=False) as file:
            await file.write(pieces_of(SUMMARY, never(), "markdown"))

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


# As a web page


class _Page(HTMLParser):
    """Fails on an element that is not closed, or that is none of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _OURS, tag
        assert {name for name, _ in attrs} <= {"class", "value", "href", "rel"}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


_OURS = (
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "div", "pre"),
    *("table", "tr", "th", "td", "strong", "em", "del", "code", "span", "a"),
)


def page_of(answer: str) -> _Page:
    page = _Page()
    page.feed(html_of_answer(answer))
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markdown_becomes_text_on_the_page(answer: str):
    assert all(
        link.startswith(("https://", "http://", "mailto:")) for link in page_of(answer[:200_000]).links
    )


@given(lines=st.lists(st.text(alphabet='ab<&"*`~#->|1.[x](:) \t', max_size=16), max_size=12))
def test_whatever_is_written_the_page_is_whole(lines: list[str]):
    page_of("\n".join(lines))


def test_a_page_has_the_elements_of_its_markdown():
    answer = (
        "# Title\n\ntext **bold** `a<b`\n\n- one\n  - two\n- three\n\n1. first\n2. second\n\nafter\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n> said\n>> deeper\n\n```py\nx = 1\n```\n---\n"
    )
    html = " ".join(html_of_answer(answer).split())
    assert "<h3>Title</h3>" in html
    assert "<p>text <strong>bold</strong> <code>a&lt;b</code></p>" in html
    assert "<ul><li>one<ul><li>two</li></ul></li> <li>three</li></ul>" in html
    assert '<ol><li value="1">first</li> <li value="2">second</li></ol> <p>after</p>' in html
    assert '<th class="right">b</th>' in html
    assert "<blockquote><p>said</p> <blockquote><p>deeper</p></blockquote></blockquote>" in html
    assert '<div class="label">py</div>' in html


def test_nothing_of_a_message_is_markup_in_its_page():
    evil = "</pre></details><script>alert(1)</script><img src=x>"
    stored = StoredMessage(
        message_id=1, session_id="a", run_id="r", position=1, created_at=1.0, message=UserMessage(text=evil)
    )
    answer = msgspec.structs.replace(
        stored,
        message=AssistantMessage(
            parts=(
                ThinkingPart(text=evil),
                ToolCall(call_id="1", name=evil, arguments=evil),
                TextPart(text=f"```{evil}\n{evil}\n```"),
            ),
            provider="p",
            model=evil,
        ),
    )
    html = html_message(stored) + html_message(answer) + html_head(session(evil, 1))
    assert "<script" not in html
    assert "<img" not in html
    assert "default-src 'none'" in html


# As a PDF


@pytest.mark.window
async def test_a_pdf_has_the_pages_of_a_long_session(app: QApplication):
    async def pages() -> AsyncIterator[Sequence[StoredMessage]]:
        async for page in one_page():
            yield [
                msgspec.structs.replace(page[0], position=position, message=UserMessage(text="line\n" * 60))
                for position in range(1, 5)
            ]

    pdf = await pdf_of(SUMMARY, pages())
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pdf.count(b"/Type /Page\n") in (4, 5, 6)


@pytest.mark.window
@pytest.mark.parametrize("name", ["a line of a megabyte", "a table of 10 000 rows", "lists in lists"])
async def test_a_hostile_answer_is_printed_too(app: QApplication, name: str):
    message = AssistantMessage(parts=(TextPart(text=HOSTILE[name][:60_000]),), provider="p", model="m")

    async def pages() -> AsyncIterator[Sequence[StoredMessage]]:
        async for page in one_page():
            yield [msgspec.structs.replace(page[0], message=message)]

    assert (await pdf_of(SUMMARY, pages())).startswith(b"%PDF-")
