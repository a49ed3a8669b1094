"""A line that is too long for one section is read as one line: nobody sees where it was cut."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.transcript.answer_document import AnswerDocument
from roku_desktop.ui.transcript.entries import AnswerEntry
from roku_desktop.ui.transcript.row_look import Look
from roku_desktop.ui.transcript.rows import TranscriptRows
from roku_desktop.ui.transcript.sections import sections_of

WIDTH_PX = 600
WORDS = ("the", "answer", "goes", "on", "with", "**many**", "words", "of", "length", "and", "`code`")
LONG = " ".join(WORDS[(index * index + index // 7) % len(WORDS)] for index in range(1_500))


def lines_of(documents: Sequence[tuple[int, AnswerDocument]]) -> dict[int, str]:
    """The text of each line by where its lower edge is, of documents whose rows begin there."""
    lines: dict[int, str] = {}
    for top, row in documents:
        block = row.document.begin()
        while block.isValid():
            layout, rect = block.layout(), row.document.documentLayout().blockBoundingRect(block)
            for index in range(layout.lineCount()):
                line = layout.lineAt(index)
                y = round(top + row.above + rect.top() + line.y() + line.height())
                text = block.text()[line.textStart() : line.textStart() + line.textLength()]
                near = next((known for known in lines if abs(known - y) <= 2), y)
                lines[near] = lines.get(near, "") + text
            block = block.next()
    return lines


def rows_of(text: str) -> TranscriptRows:
    entries = [AnswerEntry(run_id="r", text=part.text, start=part.start) for part in sections_of(text)]
    rows = TranscriptRows(entries.__getitem__, Look(QPalette()), WIDTH_PX)
    rows.insert(0, entries)
    return rows


def drawn(rows: TranscriptRows, row: int) -> AnswerDocument:
    document = rows.document(row)
    assert isinstance(document, AnswerDocument)
    return document


@pytest.mark.parametrize("mark", ["", "- ", "> ", "```\n"], ids=["text", "item", "quote", "code"])
def test_a_line_that_was_cut_wraps_like_a_whole_one(app: QApplication, mark: str):
    text = mark + LONG
    rows = rows_of(text)
    assert len(rows) > 3
    parts = [drawn(rows, row) for row in range(len(rows))]
    whole = AnswerDocument(AnswerEntry(run_id="r", text=text), Look(QPalette()), WIDTH_PX)
    cut = lines_of([(rows.top(row), part) for row, part in enumerate(parts)])
    assert [line.strip() for line in cut.values()] == [
        line.strip() for line in lines_of([(0, whole)]).values()
    ]
    assert abs(rows.height_px - whole.height_px) <= len(rows)


def test_a_panel_of_code_has_no_end_where_a_line_in_it_was_cut(app: QApplication):
    rows = rows_of(f"```\n{LONG}")
    parts = [drawn(rows, row) for row in range(len(rows))]
    assert [part.code_continues for part in parts] == [True] * (len(parts) - 1) + [False]
    assert [part.continues_code for part in parts] == [False] + [True] * (len(parts) - 1)


def test_the_last_part_alone_begins_where_the_one_before_would_end(app: QApplication):
    read, jumped_to = rows_of(LONG), rows_of(LONG)
    for row in range(len(read)):
        drawn(read, row)
    last = len(read) - 1
    assert drawn(jumped_to, last).above == drawn(read, last).above < 0
    assert drawn(jumped_to, last).height_px == drawn(read, last).height_px


def test_the_pointer_finds_both_parts_of_a_line_that_two_rows_share(app: QApplication):
    rows = rows_of(LONG)
    begins_px = drawn(rows, 1).document.begin().blockFormat().textIndent()
    assert 0 < begins_px < WIDTH_PX
    shared = rows.top(1) - 5
    assert rows.row_at_point(begins_px - 5, shared) == 0
    assert rows.row_at_point(begins_px + 5, shared) == 1
    assert rows.row_at_point(begins_px + 5, shared - 40) == 0


def test_a_part_that_grows_stays_beside_the_one_before(app: QApplication):
    *_, cut = sections_of(LONG)
    end = drawn(rows_of(LONG), 0).line_end
    entry = AnswerEntry(run_id="r", text=cut.text, start=cut.start, growing=True)
    whole = AnswerDocument(entry, Look(QPalette()), WIDTH_PX, begins_beside=end)
    first = AnswerEntry(run_id="r", text=cut.text[:40], start=cut.start, growing=True)
    grown = AnswerDocument(first, Look(QPalette()), WIDTH_PX, begins_beside=end)
    for length in range(41, len(cut.text), 7):
        grown.update(AnswerEntry(run_id="r", text=cut.text[:length], start=cut.start, growing=True))
    grown.update(entry)
    assert (grown.above, grown.height_px) == (whole.above, whole.height_px)
