"""Finding and copying over a whole conversation, loaded or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.steering.find import FindSteering
from roku_desktop.ui.transcript.answer_document import AnswerDocument
from roku_desktop.ui.transcript.copying import Piece, text_of
from roku_desktop.ui.transcript.entries import AnswerEntry, CallEntry, PromptEntry
from roku_desktop.ui.transcript.finding import hits_in_entries
from roku_desktop.ui.transcript.found_text import places_of
from roku_desktop.ui.transcript.row_look import Look
from roku_desktop.ui.transcript.sections import sections_of
from tests.support.engines import scripted
from tests.support.long_session import make_long_session
from tests.support.loop_gaps import loop_gaps
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run

MESSAGES = 1_200
PIECES = st.lists(
    st.sampled_from(
        [
            "need **le** in",
            " hay\n",
            "\n\n",
            "```py\nneedle = 1\n```\n",
            "| needle | b |\n|--|--|\n",
            "- item needle\n",
            "> needle\n",
            "# Needle\n",
            "[needle](https://example.com)",
            "1. `needle`\n",
            "😀 needle ",
            "---\n",
        ]
    ),
    max_size=10,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES)
def test_as_many_places_are_counted_as_are_shown(app: QApplication, pieces: list[str]):
    entry = AnswerEntry(run_id="r", text="".join(pieces))
    row = AnswerDocument(entry, Look(QPalette()), 600)  # its cursors go with it
    shown = places_of(row.document, "needle")
    assert len(shown) == len(list(hits_in_entries([entry], "needle")))
    assert all(place.selectedText().casefold() == "needle" for place in shown)


def finder(opened: OpenedWindow) -> FindSteering:
    found = opened.conversation.findChild(FindSteering)
    assert isinstance(found, FindSteering)
    return found


async def find(opened: OpenedWindow, text: str) -> FindSteering:
    steering = finder(opened)
    opened.window.commands["find"].trigger()
    steering.bar.field.setText(text)
    whole = opened.bridge.archive.whole_session
    await opened.until(lambda: steering.hits, whole.found)
    return steering


def selected_line(opened: OpenedWindow) -> str:
    """The line that the selection stands in, if the selection can be seen."""
    view = opened.window.transcript
    anchor = view.mouse.selection.anchor
    assert anchor is not None
    row, position = anchor
    assert 0 <= view.top_of(row) + view.rows.height(row) <= view.viewport().height() + view.rows.height(row)
    return view.rows.document(row).document.findBlock(position).text()


@pytest.mark.window
def test_places_in_messages_that_are_not_loaded_are_counted_and_gone_to(qt_run: Run, home: Path):
    async def look() -> None:
        await make_long_session(home, messages=MESSAGES)
        async with opened_window(home, scripted(["x"])) as opened:
            with loop_gaps() as gaps:
                steering = await find(opened, "answer 1000")
            bar, whole = steering.bar, opened.bridge.archive.whole_session
            assert gaps.longest_own_s < 0.1
            assert (len(steering.hits), bar.count_text) == (1, "1 / 1")
            await opened.until(lambda: chosen(opened), opened.bridge.page_loaded)
            assert selected_line(opened) == "Here is answer 1000, with code and a list:"
            bar.field.setText("question 99")  # 99, 991, 993 … 999
            await opened.until(lambda: len(steering.hits) == 6, whole.found)
            QTest.keyClick(bar.field, Qt.Key.Key_Return)
            QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
            await opened.until(lambda: chosen(opened), opened.bridge.page_loaded)
            assert bar.count_text.endswith(" / 6")
            assert selected_line(opened).startswith("question 99")
            bar.field.setText("walrus")
            await opened.until(
                lambda: bar.count_text == "Not found", opened.bridge.archive.whole_session.found
            )
            assert not bar.on.isEnabled()
            QTest.keyClick(bar.field, Qt.Key.Key_Escape)
            assert not bar.isVisible()

    def chosen(opened: OpenedWindow) -> bool:
        steering = finder(opened)
        return not opened.window.transcript.mouse.selection.is_empty and not steering.is_on_the_way

    qt_run(look())


@pytest.mark.window
def test_what_came_since_is_found_too(qt_run: Run, home: Path):
    async def look() -> None:
        async with opened_window(home, scripted(["A badger, and **badgers**."])) as opened:
            opened.send("Badger?")
            await opened.until(lambda: "A badger" in opened.text)
            await opened.until_idle()
            steering = await find(opened, "badger")
            assert len(steering.hits) == 3
            opened.conversation.open(opened.conversation.session_id)
            await opened.until_idle()
            assert len(steering.hits) == 3

    qt_run(look())


@pytest.mark.window
def test_select_all_copies_what_is_not_loaded_too(qt_run: Run, home: Path):
    async def copy() -> None:
        await make_long_session(home, messages=MESSAGES)
        async with opened_window(home, scripted(["x"])) as opened:
            mouse = opened.window.transcript.mouse
            ready = opened.bridge.archive.whole_session.text_ready
            mouse.select_all()
            with loop_gaps() as gaps:
                mouse.copy()
                await opened.until(
                    lambda: f"question {MESSAGES - 1}" in QApplication.clipboard().text(), ready
                )
            assert gaps.longest_own_s < 0.1
            plain = QApplication.clipboard().text()
            assert [line for line in plain.split("\n") if line.startswith("question")] == [
                f"question {position}" for position in range(1, MESSAGES, 2)
            ]
            assert "Here is answer 2, with code and a list:" in plain
            mouse.copy("markdown")
            await opened.until(lambda: "> question 1\n" in QApplication.clipboard().text(), ready)
            assert "Here is **answer 2**, with `code` and a list:" in QApplication.clipboard().text()

    qt_run(copy())


def test_a_long_answer_is_copied_without_a_seam():
    text = "A paragraph of some words. " * 20 + "\n\n"
    sections = [
        AnswerEntry(run_id="r", text=section.text, start=section.start)
        for section in sections_of(text * 40 + "x" * 5_000)
    ]
    assert len(sections) > 10
    assert text_of(sections, "markdown") == (text * 40 + "x" * 5_000).strip("\n")
    assert "x" * 5_000 in text_of(sections, "plain").split("\n")


def test_prompts_are_quoted_in_markdown_and_the_rest_stands_between():
    entries: list[Piece] = [
        PromptEntry(run_id="r", text="one\n\ntwo"),
        CallEntry(run_id="r", call_id="1", name="Read", arguments="a`b.txt"),
        AnswerEntry(run_id="r", text="**yes**\n"),
    ]
    assert text_of(entries, "markdown") == "> one\n>\n> two\n\n`Read  a b.txt`\n\n**yes**"
    assert text_of(entries, "plain") == "one\n\ntwo\nRead  a`b.txt\nyes"
