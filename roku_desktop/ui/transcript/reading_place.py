"""Where a reader is in a transcript: at its end, or at a row that stands still whatever happens around it.

Pure arithmetic on rows and pixels; called by `view.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.rows import TranscriptRows

# The room above and below everything.
TOP_PX: Final = 28
END_PX: Final = 24
# So little of what stands above a message that was looked for is shown that the message comes first.
_REVEALED_PX: Final = 8

Gap = tuple[int, int]


class ReadingPlace:
    """Attributes:
    following: the reader is at the end, and the view moves with what is added.
    sought: in a gap, the position of the message that would be at the top of the view.
    """

    def __init__(self) -> None:
        self.following = True
        self.sought: int | None = None
        self._row, self._y = 0, 0  # the row that stands still, and where it begins in the viewport

    def go_to_end(self) -> None:
        self.following, self.sought = True, None

    def go_to_row(self, row: int, y: int) -> None:
        self.following = False
        self._row, self._y = row, y

    def go_to_message(self, rows: TranscriptRows, row: int, position: int, gap: Gap | None = None) -> None:
        """Be at the stored message of that position, which begins with `row` or lies in its `gap`."""
        if gap is None:
            self.go_to_row(row, y=_REVEALED_PX)
        else:
            share = (position - gap[0]) / (gap[1] - gap[0] + 1)
            self.go_to_row(row, y=-int(share * rows.height(row)))

    # The model's changes

    def rows_inserted(self, first: int, count: int) -> None:
        if self._row >= first:
            self._row += count

    def rows_removed(self, first: int, count: int) -> None:
        if self._row >= first + count:
            self._row -= count
        elif self._row >= first:
            self._row = max(0, first - 1)

    # The scroll bar

    def value(self, rows: TranscriptRows, height_px: int) -> int:
        """How far to scroll a view of that height to be there."""
        last = last_value(rows, height_px)
        if self.following or not len(rows):
            return last
        self._row = min(self._row, len(rows) - 1)
        return min(max(0, TOP_PX + rows.top(self._row) - self._y), last)

    def note(
        self, rows: TranscriptRows, value: int, height_px: int, gap_of: Callable[[int], Gap | None]
    ) -> None:
        """The reader is here now. The row at the top stands still; a gap only where nothing else is seen."""
        row = rows.row_at(value - TOP_PX)
        gap = gap_of(row)
        if gap is not None and row + 1 < len(rows) and TOP_PX + rows.top(row + 1) < value + height_px:
            row, gap = row + 1, None
        self._row, self._y = row, TOP_PX + rows.top(row) - value
        self.sought = None if gap is None else position_in_gap(gap, -self._y / max(1, rows.height(row)))


def last_value(rows: TranscriptRows, height_px: int) -> int:
    """The value of the scroll bar at the end."""
    return max(0, TOP_PX + rows.height_px + END_PX - height_px)


def missing_position(
    rows: TranscriptRows, value: int, height_px: int, gap_of: Callable[[int], Gap | None]
) -> int | None:
    """A message that is not loaded: in the middle of the view, or else within its height around it."""
    top, middle = value - TOP_PX, value - TOP_PX + height_px // 2
    near = range(rows.row_at(top - height_px), rows.row_at(top + 2 * height_px) + 1)
    for row in (rows.row_at(middle), *near):
        gap = gap_of(row)
        if gap is not None:
            return position_in_gap(gap, (middle - rows.top(row)) / max(1, rows.height(row)))
    return None


def position_in_gap(gap: Gap, share: float) -> int:
    """The message that lies at a share of a gap's height."""
    first, last = gap
    return min(max(first, first + int(share * (last - first + 1))), last)
