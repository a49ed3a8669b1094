"""Where a text stands in a row that is drawn. Called by `view.py` and `row_painter.py`."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QTextCursor, QTextDocument

from roku_desktop.ui.transcript.row_document import RowDocument

# More in one row than this are not marked: nobody reads them one by one.
_MOST: Final = 400


def places_of(document: QTextDocument, sought: str) -> list[QTextCursor]:
    """All places, each as what is selected by its cursor."""
    places: list[QTextCursor] = []
    cursor = document.find(sought, 0) if sought else QTextCursor()
    while not cursor.isNull() and len(places) < _MOST:
        places.append(cursor)
        cursor = document.find(sought, cursor)
    return places


def place_in(row: RowDocument, sought: str, number: int) -> tuple[int, int, int]:
    """Where the place number `number` begins and ends, and where its line begins, in pixels of the row.

    The last one, if there are not so many; the row's start, if there is none.
    """
    places = places_of(row.document, sought)
    if not places:
        return 0, 0, 0
    place = places[min(number, len(places) - 1)]
    return place.selectionStart(), place.selectionEnd(), int(row.above + _line_top(row.document, place))


def _line_top(document: QTextDocument, cursor: QTextCursor) -> float:
    block = document.findBlock(cursor.selectionStart())
    line = block.layout().lineForTextPosition(cursor.selectionStart() - block.position())
    return document.documentLayout().blockBoundingRect(block).top() + (line.y() if line.isValid() else 0.0)
