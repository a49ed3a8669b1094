"""The transcript's rows: sections of an answer, pages and gaps, the reader's place, what is painted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from roku_desktop.engine import OutputSlotEscalated, StepStarted, StoredMessage, TextDelta
from roku_desktop.engine.compactions import GO_ON, SMALLER
from roku_desktop.engine.messages import UserMessage
from roku_desktop.ui.conversation import page_around
from roku_desktop.ui.transcript.entries import (
    AnswerEntry,
    GapEntry,
    NoticeEntry,
    PromptEntry,
    entries_of_prompt,
)
from roku_desktop.ui.transcript.model import TranscriptModel
from roku_desktop.ui.transcript.sections import LONGEST_LINE_CHARS, sections_of
from roku_desktop.ui.transcript.stand import START
from roku_desktop.ui.transcript.view import TranscriptView

STARTED = StepStarted(session_id="s", run_id="r", at=1.0, step=1, provider="p", model="m")

TEXTS = st.lists(
    st.sampled_from(
        ["word " * 40, "\n", "\n\n", "```py\n", "```\n", "| a | b |\n", "x" * 2_500, "- item\n", "汉字" * 300]
    ),
    min_size=1,
    max_size=14,
)


def delta(text: str) -> TextDelta:
    return TextDelta(session_id="s", run_id="r", at=1.0, step=1, text=text)


def stored(first: int, last: int) -> list[StoredMessage]:
    return [
        StoredMessage(
            message_id=position,
            session_id="s",
            run_id=f"r{position}",
            position=position,
            created_at=0.0,
            message=UserMessage(text=f"message {position}"),
        )
        for position in range(first, last + 1)
    ]


# Sections


@given(pieces=TEXTS)
def test_sections_are_small_and_together_the_whole_text(pieces: list[str]):
    text = "".join(pieces)
    sections = list(sections_of(text))
    assert "".join(section.text for section in sections) == text
    assert sections[0].start == START
    assert all(len(section.text) <= 3_000 + LONGEST_LINE_CHARS for section in sections)


@given(pieces=TEXTS)
def test_an_answer_that_streams_in_is_cut_like_one_that_is_there_at_once(pieces: list[str]):
    model = TranscriptModel()
    model.apply(STARTED)
    for piece in pieces:
        model.apply(delta(piece))
    streamed = [(entry.text, entry.start) for entry in model.entries() if isinstance(entry, AnswerEntry)]
    assert streamed == [(section.text, section.start) for section in sections_of("".join(pieces))]


# Pages


def positions(model: TranscriptModel) -> list[int | tuple[int, int]]:
    return [
        (entry.first, entry.last) if isinstance(entry, GapEntry) else int(entry.text.split()[1])
        for entry in model.entries()
        if isinstance(entry, GapEntry | PromptEntry)
    ]


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> TranscriptModel:
    model = TranscriptModel()
    qtmodeltester.check(model)
    model.show_page(stored(8, 10), {})
    return model


def test_a_page_is_put_into_the_gap_where_the_reader_looks(model: TranscriptModel):
    assert positions(model) == [(1, 7), 8, 9, 10]
    model.fill_gap(3, 4, stored(3, 5), {})
    assert positions(model) == [(1, 2), 3, 4, (5, 7), 8, 9, 10]
    model.fill_gap(1, 2, stored(1, 3), {})
    assert positions(model) == [1, 2, 3, 4, (5, 7), 8, 9, 10]
    model.fill_gap(5, 6, stored(5, 7), {})
    model.fill_gap(7, 7, stored(7, 8), {})
    assert positions(model) == list(range(1, 11))
    assert model.row_at(6) == 5


def test_a_page_that_comes_twice_or_too_late_is_not_shown(model: TranscriptModel):
    model.fill_gap(6, 7, stored(6, 8), {})
    model.fill_gap(6, 7, stored(6, 8), {})
    assert positions(model) == [(1, 5), 6, 7, 8, 9, 10]


@pytest.mark.parametrize("asked", [GO_ON, SMALLER])
def test_where_an_answer_was_cut_and_went_on_a_line_says_so_live_and_when_it_is_read_again(asked: str):
    nudge = UserMessage(text=asked, origin="runtime")
    model = TranscriptModel()
    model.apply(STARTED)
    model.apply(delta("It is"))
    model.apply(
        OutputSlotEscalated(session_id="s", run_id="r", at=1.0, step=1, message=nudge, continuations=1)
    )
    model.apply(delta(" so."))
    _, live, _ = model.entries()
    assert [live] == entries_of_prompt("r", nudge)
    assert isinstance(live, NoticeEntry)
    assert "limit of its length" in live.sentence
    assert entries_of_prompt("r", UserMessage(text="Go on.", origin="runtime")) == []


@given(
    reads=st.lists(st.tuples(st.integers(1, 100), st.booleans()), max_size=30),
    most=st.integers(5, 60),
)
def test_however_one_reads_on_every_message_stands_in_its_place_or_in_a_gap(
    reads: list[tuple[int, bool]], most: int
):
    model = TranscriptModel()
    model.show_page(stored(91, 100), {})
    for position, forget in reads:
        gap = model.gap_at(position)
        if gap is not None:
            first, last = page_around(position, gap, size=10)
            assert gap[0] <= first <= position <= last <= gap[1]
            model.fill_gap(first, last, stored(first, min(100, last + 1)), {})
            row = model.row_at(position)
            assert model.entry(row) == PromptEntry(run_id=f"r{position}", text=f"message {position}")
        if forget:
            model.forget_far_pages(position, most)
    shown: list[int] = []
    for place in positions(model):
        shown += range(place[0], place[1] + 1) if isinstance(place, tuple) else [place]
    assert shown == list(range(1, 101))
    gaps = [isinstance(place, tuple) for place in positions(model)]
    assert not any(one and other for one, other in pairwise(gaps))


# The view


@pytest.fixture
def view(app: QApplication, qtbot: QtBot) -> TranscriptView:
    view = TranscriptView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.mark.window
def test_only_rows_near_the_reader_are_drawn(view: TranscriptView):
    model = TranscriptModel()
    view.show_model(model)
    model.show_page(stored(1, 2_000), {})
    assert view.rows.drawn < 40
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    assert view.rows.drawn < 40
    view.show_model(None)


@pytest.mark.window
def test_what_was_only_moved_looks_like_painted_anew(view: TranscriptView, qtbot: QtBot):
    """While it streams, the view shifts what is on the screen and paints only what is new."""
    model = TranscriptModel()
    view.show_model(model)
    model.apply(STARTED)
    piece = "Some **words** in\na list:\n\n- one\n- two\n\n```py\nx = 1\n```\n\n"
    for number in range(60):
        model.apply(delta(piece[:: 1 if number % 2 else -1]))
        QApplication.processEvents()
    assert view.following
    view.raise_()
    area = view.viewport().geometry()

    def same() -> bool:
        screen = view.screen().grabWindow(int(view.winId())).toImage()
        return _pixels(screen.copy(area)) == _pixels(view.grab().toImage().copy(area))

    qtbot.waitUntil(same)
    view.show_model(None)


def _pixels(image: QImage) -> bytes:
    return bytes(image.convertToFormat(QImage.Format.Format_RGB32).constBits())


@pytest.mark.window
def test_who_reads_further_up_is_not_moved_by_what_is_written_or_loaded(view: TranscriptView, qtbot: QtBot):
    model = TranscriptModel()
    view.show_model(model)
    model.show_page(stored(101, 200), {})
    view.verticalScrollBar().setValue(view.verticalScrollBar().value() - 700)
    row = view.row_at(200)
    shown, top = model.entry(row), view.top_of(row)

    def same_place() -> None:
        now = model.entries().index(shown)
        assert view.top_of(now) == top

    model.apply(STARTED)
    model.apply(delta("words " * 500))
    QApplication.processEvents()
    same_place()
    model.fill_gap(21, 100, stored(21, 101), {})
    same_place()
    model.forget_far_pages(150, most=100)
    QApplication.processEvents()
    same_place()
    assert not view.following
    view.show_model(None)


@pytest.mark.window
def test_a_selection_goes_across_rows_and_is_copied_as_plain_text(view: TranscriptView):
    model = TranscriptModel()
    view.show_model(model)
    model.show_page(stored(1, 3), {})
    start, end = (
        QPoint(x, view.top_of(row) + view.rows.height(row) // 2 + 6) for row, x in ((0, 2), (2, 600))
    )
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    QApplication.processEvents()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "message 1\nmessage 2\nmessage 3"
    view.show_model(None)
