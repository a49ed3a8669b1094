"""What is selected in a transcript: from a place in one row to a place in the same or another one.

Places are (row, position in the row's document). Called by `view.py`.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QTextCursor, QTextDocument

from roku_desktop.ui.transcript.copying import Piece
from roku_desktop.ui.transcript.entries import GapEntry
from roku_desktop.ui.transcript.rows import TranscriptRows

Place = tuple[int, int]

# The rows that a selection of everything reaches from and to.
_BEFORE_ALL: Final = -1
_BEHIND_ALL: Final = 1 << 40


class TranscriptSelection:
    """Attributes:
    anchor: where it began, None while nothing is selected.
    head: where it ends, before or behind the anchor.
    """

    def __init__(self) -> None:
        self.anchor: Place | None = None
        self.head: Place = (0, 0)

    def clear(self) -> None:
        self.anchor = None

    def start(self, place: Place) -> None:
        self.anchor = self.head = place

    def select_around(self, place: Place, document: QTextDocument, unit: QTextCursor.SelectionType) -> None:
        """Select the word or the paragraph there."""
        cursor = QTextCursor(document)
        cursor.setPosition(place[1])
        cursor.select(unit)
        self.anchor, self.head = (place[0], cursor.selectionStart()), (place[0], cursor.selectionEnd())

    def select_all(self) -> None:
        """Also what will stand there later, above and below."""
        self.anchor, self.head = (_BEFORE_ALL, 0), (_BEHIND_ALL, 0)

    @property
    def is_empty(self) -> bool:
        return self.anchor is None or self.anchor == self.head

    def cursor(self, row: int, document: QTextDocument) -> QTextCursor | None:
        """What of a row is selected."""
        if self.anchor is None or self.is_empty:
            return None
        first, last = sorted((self.anchor, self.head))
        if not first[0] <= row <= last[0]:
            return None
        cursor = QTextCursor(document)
        end = document.characterCount() - 1
        cursor.setPosition(min(first[1], end) if row == first[0] else 0)
        cursor.setPosition(min(last[1], end) if row == last[0] else end, QTextCursor.MoveMode.KeepAnchor)
        return cursor if cursor.hasSelection() else None

    def entries(self, rows: TranscriptRows) -> list[Piece]:
        """The rows that it reaches into."""
        return [rows.entry(row) for row in self._rows(rows)]

    def pieces(self, rows: TranscriptRows) -> list[Piece]:
        """What is selected: text where it begins and ends, whole rows between, which need not be drawn."""
        ends = (self.anchor[0], self.head[0]) if self.anchor is not None else ()
        pieces: list[Piece] = []
        for row in self._rows(rows):
            if row not in ends or isinstance(rows.entry(row), GapEntry):
                pieces.append(rows.entry(row))
            elif cursor := self.cursor(row, rows.drawn_once(row).document):
                # Plain: what is pasted elsewhere carries neither our fonts nor our colours.
                pieces.append(cursor.selection().toPlainText())
        return pieces

    def _rows(self, rows: TranscriptRows) -> range:
        if self.anchor is None or self.is_empty:
            return range(0)
        first, last = sorted((self.anchor[0], self.head[0]))
        return range(max(0, first), min(last + 1, len(rows)))

    # The model's changes

    def rows_inserted(self, first: int, count: int) -> None:
        if self.anchor is not None:
            self.anchor, self.head = (
                (row + count if row >= first else row, position) for row, position in (self.anchor, self.head)
            )

    def rows_removed(self, first: int, count: int) -> None:
        """A selection that reached into what is gone is gone too."""
        if self.anchor is None:
            return
        if any(first <= row < first + count for row, _ in (self.anchor, self.head)):
            self.clear()
        else:
            self.rows_inserted(first, -count)
