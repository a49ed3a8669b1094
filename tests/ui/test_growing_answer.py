"""An answer that grew piece by piece looks like the same answer drawn at once."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QPalette, QTextCharFormat
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.transcript.answer_document import AnswerDocument
from roku_desktop.ui.transcript.entries import AnswerEntry
from roku_desktop.ui.transcript.row_look import Look

_PIECES = st.lists(
    st.one_of(
        st.text(alphabet="ab *`~#->|1[x]\n", min_size=1, max_size=12),
        st.sampled_from(
            [
                "some words that are long enough ",
                "\n```diff\n+a\n-b\n",
                "```\n",
                "\n- [ ] do",
                "\n| a | b |",
                "汉字",
            ]
        ),
    ),
    min_size=1,
    max_size=12,
)


def drawn(*texts: str) -> list[object]:
    """Every block and stretch of the answer after it was shown with each of the texts in turn."""
    row = AnswerDocument(AnswerEntry(run_id="r", text=texts[0], growing=True), Look(QPalette()), 600)
    for text in texts[1:]:
        row.update(AnswerEntry(run_id="r", text=text, growing=True))
    shown: list[object] = [row.above, row.height_px]
    block = row.document.begin()
    while block.isValid():
        ranges = block.textFormats()
        stretches = [(part.start, part.length, QTextCharFormat(part.format)) for part in ranges]
        shown.append((block.text(), block.blockFormat(), stretches))
        block = block.next()
    return shown


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=_PIECES)
@example(pieces=["|", "\n", "```\n", "```"])  # code behind a table is opened, and ends again
def test_any_cut_of_the_stream_looks_like_the_whole(app: QApplication, pieces: list[str]):
    grown = ["".join(pieces[: count + 1]) for count in range(len(pieces))]
    assert drawn(*grown) == drawn(grown[-1])
