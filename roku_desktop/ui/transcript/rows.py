"""The rows of a transcript: where each one lies, and the documents of those near the reader.

A row has a height, which is estimated from its entry until the row is drawn. Rows that are far away
keep nothing else. Lengths are whole pixels, so that scrolling moves pictures and not letters. Called
by `view.py`, which says what is near.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, assert_never

from roku_desktop.ui.transcript.answer_document import AnswerDocument
from roku_desktop.ui.transcript.entries import (
    AnswerEntry,
    CallEntry,
    CompactionEntry,
    Entry,
    GapEntry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    RecalledEntry,
    ThinkingEntry,
    TroubleEntry,
)
from roku_desktop.ui.transcript.line_end import LineEnd
from roku_desktop.ui.transcript.row_document import SHOWN_PROMPT_CHARS, RowDocument
from roku_desktop.ui.transcript.row_look import Look

# What a message that is not loaded takes on average, in lines. Wrong by much it moves the handle of
# the scroll bar while pages are loaded, and nothing else.
_LINES_OF_UNKNOWN_MESSAGE: Final = 4.5
# So many sections of one line are drawn as if they had never been cut. Each has to know where the one
# before ends, and nobody reads a line of more than 30 000 characters.
_JOINED_SECTIONS: Final = 16


class _Row:
    __slots__ = ("document", "height_px")

    def __init__(self, height_px: int) -> None:
        self.height_px = height_px
        self.document: RowDocument | None = None


class TranscriptRows:
    """Row numbers are the model's; the first row begins at 0.

    Attributes:
        unchanged_px: nothing above this place looks or lies otherwise than when it was last set to None;
            None while nothing has changed at all.
    """

    def __init__(self, entry_of: Callable[[int], Entry], look: Look, width_px: int) -> None:
        self._entry_of = entry_of
        self._look = look
        self._width_px = width_px
        self._rows: list[_Row] = []
        self._tops = [0]  # of the rows up to the first whose place is not known
        self._drawn: set[int] = set()
        self.unchanged_px: int | None = 0

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def look(self) -> Look:
        return self._look

    @property
    def width_px(self) -> int:
        return self._width_px

    def entry(self, row: int) -> Entry:
        return self._entry_of(row)

    # The model's changes

    def insert(self, first: int, entries: Sequence[Entry]) -> None:
        self._forget_tops(first)
        self._rows[first:first] = [_Row(self._estimate(entry)) for entry in entries]
        self._drawn = {row + len(entries) if row >= first else row for row in self._drawn}

    def remove(self, first: int, count: int) -> None:
        self._forget_tops(first)
        del self._rows[first : first + count]
        behind = first + count
        self._drawn = {
            row - count if row >= behind else row for row in self._drawn if not first <= row < behind
        }

    def change(self, row: int) -> None:
        """Its entry is another one now."""
        known, entry = self._rows[row], self._entry_of(row)
        if known.document is not None and type(known.document.entry) is type(entry):
            changed_px = known.document.update(entry)
            self._note_change(self.top(row) + changed_px)
            self._set_height(row, known.document.height_px)
        else:
            known.document = None
            self._drawn.discard(row)
            self._note_change(self.top(row))
            self._set_height(row, self._estimate(entry))

    def use(self, look: Look, width_px: int) -> None:
        """Draw all in other colours or another width from now on."""
        if look is self._look and width_px == self._width_px:
            return
        self._look, self._width_px = look, width_px
        for row, known in enumerate(self._rows):
            known.document = None
            known.height_px = self._estimate(self._entry_of(row))
        self._drawn.clear()
        self._forget_tops(0)

    # Places

    @property
    def height_px(self) -> int:
        return self.top(len(self._rows))

    def top(self, row: int) -> int:
        while len(self._tops) <= row:
            last = len(self._tops) - 1
            self._tops.append(self._tops[last] + self._rows[last].height_px)
        return self._tops[row]

    def height(self, row: int) -> int:
        return self._rows[row].height_px

    def row_at(self, y: int) -> int:
        """The row that covers a place; the nearest one outside of them."""
        self.top(len(self._rows))
        return min(max(0, bisect_right(self._tops, y) - 1), max(0, len(self._rows) - 1))

    def row_at_point(self, x: float, y: int) -> int:
        """The row whose text covers a place: two share a line where one goes on in the other's."""
        row = self.row_at(y)
        while row + 1 < len(self._rows) and _is_inside_line(self._entry_of(row + 1)):
            after = self.document(row + 1)
            line = after.document.begin().blockFormat()
            if y < self.top(row + 1) + after.above or x < line.leftMargin() + line.textIndent():
                break
            row += 1
        return row

    def between(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """The rows that lie there, each with the place where it begins."""
        row = self.row_at(top)
        while row < len(self._rows) and self.top(row) < bottom:
            yield row, self.top(row)
            row += 1

    # Documents

    def document(self, row: int) -> RowDocument:
        """The row's document, drawn now if it was not near; its height is exact from then on."""
        known = self._rows[row]
        if known.document is None:
            known.document = self._draw(row)
            self._drawn.add(row)
            if not isinstance(known.document.entry, GapEntry) and known.height_px != known.document.height_px:
                self._note_change(self.top(row))
                self._set_height(row, known.document.height_px)
        return known.document

    def drawn_once(self, row: int) -> RowDocument:
        """The row's document if there is one, else one that nobody keeps."""
        return self._rows[row].document or self._draw(row)

    def draw_between(self, top: int, bottom: int) -> bool:
        """Draw the rows between two places and let go of the others; returns whether any height changed."""
        if not self._rows:
            return False
        row = first = self.row_at(top)
        changed = False
        while row < len(self._rows) and self.top(row) < bottom:
            before = self._rows[row].height_px
            changed |= self.document(row) is not None and self._rows[row].height_px != before
            row += 1
        self._keep_only(first, row - 1)
        return changed

    def _draw(self, row: int) -> RowDocument:
        entry = self._entry_of(row)
        if isinstance(entry, AnswerEntry):
            return AnswerDocument(
                entry, self._look, self._width_px, begins_beside=self._end_of_line_before(row)
            )
        return RowDocument(entry, self._look, self._width_px)

    def _end_of_line_before(self, row: int) -> LineEnd | None:
        """Where the row before ends, if this one goes on in its last line."""
        parts = 0
        while parts <= row and _is_inside_line(self._entry_of(row - parts)):
            parts += 1
        if parts % _JOINED_SECTIONS == 0:
            return None
        before = self.drawn_once(row - 1)
        assert isinstance(before, AnswerDocument)
        return before.line_end

    def _keep_only(self, first: int, last: int) -> None:
        for row in [row for row in self._drawn if not first <= row <= last]:
            self._rows[row].document = None
            self._drawn.discard(row)

    @property
    def drawn(self) -> int:
        """How many documents there are."""
        return len(self._drawn)

    # Heights

    def _set_height(self, row: int, height_px: int) -> None:
        known = self._rows[row]
        if known.height_px != height_px:
            known.height_px = height_px
            del self._tops[row + 1 :]

    def _note_change(self, y: int) -> None:
        self.unchanged_px = y if self.unchanged_px is None else min(y, self.unchanged_px)

    def _forget_tops(self, first: int) -> None:
        """All rows from this one on lie elsewhere."""
        self._note_change(self.top(min(first, len(self._tops) - 1)))
        del self._tops[first + 1 :]

    def _estimate(self, entry: Entry) -> int:
        return round(self._lines_of(entry) * self._look.line_height)

    def _lines_of(self, entry: Entry) -> float:  # noqa: C901  one case per entry
        match entry:
            case PromptEntry(text=text):
                return 3.2 + (5.0 if entry.images else 0) + self._text_lines(text[:SHOWN_PROMPT_CHARS])
            case RecalledEntry(memories=memories):
                return 2.2 + (1.8 * len(memories) if entry.unfolded else 0)
            case CompactionEntry(text=text):
                return 2.7 + (self._text_lines(text) if entry.unfolded else 0)
            case AnswerEntry(text=text):
                return 0.8 + self._text_lines(text)
            case ThinkingEntry(text=text):
                return 2.7 + (self._text_lines(text) if entry.unfolded else 0)
            case CallEntry():
                return 4.0 if entry.detail or entry.doing else 2.7
            case NoticeEntry():
                return (3.0 if entry.next_step else 1.8) + (2.4 if entry.has_buttons else 0)
            case TroubleEntry():
                return 2.7
            case MetricsEntry():
                return 1.6
            case GapEntry(first=first, last=last):
                return (last - first + 1) * _LINES_OF_UNKNOWN_MESSAGE
            case _:
                assert_never(entry)

    def _text_lines(self, text: str) -> float:
        in_one_line = max(10.0, self._width_px / self._look.average_char_width)
        return 1.22 * (1 + text.count("\n") * 0.75 + len(text) / in_one_line)


def _is_inside_line(entry: Entry) -> bool:
    return isinstance(entry, AnswerEntry) and entry.start.inside_line
