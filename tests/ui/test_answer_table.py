"""Tables of answers: columns that fit and stay, in every part of a long table, and room around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPalette, QTextCursor
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.transcript.answer_document import AnswerDocument
from roku_desktop.ui.transcript.answer_table import fitted
from roku_desktop.ui.transcript.entries import AnswerEntry
from roku_desktop.ui.transcript.row_look import Look
from roku_desktop.ui.transcript.sections import Section, sections_of

WIDTH_PX = 600
HEAD = "| name | what it is | amount |\n|---|---|--:|\n"


def drawn(section: Section) -> AnswerDocument:
    entry = AnswerEntry(run_id="r", text=section.text, start=section.start)
    return AnswerDocument(entry, Look(QPalette()), WIDTH_PX)


def columns_of(row: AnswerDocument) -> list[float]:
    """Where the cells of the row's last table begin, and how wide it is."""
    cursor = QTextCursor(row.document)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock)
    table, layout = cursor.currentTable(), row.document.documentLayout()
    cells = [table.cellAt(0, column).firstCursorPosition().block() for column in range(table.columns())]
    return [
        *(layout.blockBoundingRect(cell).left() for cell in cells),
        layout.frameBoundingRect(table).width(),
    ]


def test_all_parts_of_a_long_table_have_the_same_columns(app: QApplication):
    rows = "".join(f"| {number} | {'word ' * (number % 40)} | {number**3} |\n" for number in range(150))
    parts = [drawn(section) for section in sections_of(HEAD + rows)]
    assert len(parts) >= 3
    assert all(columns_of(part) == columns_of(parts[0]) for part in parts)
    assert columns_of(parts[0])[-1] <= WIDTH_PX


def test_rows_that_stream_in_far_below_the_head_move_no_column(app: QApplication):
    text = HEAD + "".join(f"| {number} | a row | 1 |\n" for number in range(30))
    row = AnswerDocument(AnswerEntry(run_id="r", text=text, growing=True), Look(QPalette()), WIDTH_PX)
    before = columns_of(row)
    row.update(AnswerEntry(run_id="r", text=text + "| 31 | a much longer row than all before | 1 |\n"))
    assert columns_of(row) == before


@given(lines=st.integers(30, 60))
def test_no_section_ends_between_a_tables_head_and_the_line_that_aligns_it(lines: int):
    text = "- item\n" * lines + HEAD + "| a | b | c |\n"
    assert not any(section.text.endswith("amount |\n") for section in sections_of(text))


def test_what_follows_a_table_stands_apart_from_it(app: QApplication):
    def height(text: str) -> int:
        return drawn(next(sections_of(text))).height_px

    line_px = Look(QPalette()).line_height
    table = HEAD + "| a | b | 1 |\n"
    for following in ("text", "```\ncode\n```", "> quoted"):
        apart = height(table + following) - height(table) - height(following)
        assert apart > -0.2 * line_px  # a section's own room above its first line counts once


@given(
    widths=st.lists(st.floats(1, 5_000), min_size=1, max_size=24),
    room=st.floats(1, 2_000),
)
def test_columns_fit_and_only_the_widest_give(widths: list[float], room: float):
    taken = fitted(widths, room)
    assert sum(taken) <= max(room, 0) * 1.0001 or taken == widths
    assert all(given <= asked for given, asked in zip(taken, widths, strict=True))
    kept = [given for given, asked in zip(taken, widths, strict=True) if given == asked]
    cut = [given for given, asked in zip(taken, widths, strict=True) if given < asked]
    assert not cut or max(kept, default=0) <= min(cut) * 1.0001
