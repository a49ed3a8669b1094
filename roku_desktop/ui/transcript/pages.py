"""Which messages of a session are loaded, and which rows of the transcript they take.

The stored messages lie in spans, one behind the other: a span is a page of loaded messages or a
gap, which takes one row. What happens live comes behind them and is no span's. Pure; called by
`model.py`.
"""

from __future__ import annotations

import msgspec


class PageSpan(msgspec.Struct):
    """Messages from position `first` to `last`, both included, on `rows` rows.

    `starts` says for each message of a loaded page on which of its rows it begins.
    """

    first: int
    last: int
    rows: int
    loaded: bool
    starts: tuple[int, ...] = ()

    def holds(self, position: int) -> bool:
        return self.first <= position <= self.last

    def distance_to(self, position: int) -> int:
        return max(self.first - position, position - self.last, 0)

    @property
    def messages(self) -> int:
        return self.last - self.first + 1


def gap(first: int, last: int) -> PageSpan:
    return PageSpan(first, last, rows=1, loaded=False)


class Pages:
    """The spans of one session, by position. Positions of messages count from 1 without a hole."""

    def __init__(self) -> None:
        self._spans: list[PageSpan] = []

    def start_over(self, first: int, last: int, rows: int, starts: tuple[int, ...] = ()) -> None:
        """The newest messages are loaded; all before them are a gap."""
        older = [gap(1, first - 1)] if first > 1 else []
        self._spans = [*older, PageSpan(first, last, rows, loaded=True, starts=starts)]

    def clear(self) -> None:
        self._spans = []

    @property
    def rows(self) -> int:
        return sum(span.rows for span in self._spans)

    @property
    def last(self) -> int:
        """The position of the newest stored message that is shown or lies in a gap, 0 without any."""
        return self._spans[-1].last if self._spans else 0

    @property
    def loaded_messages(self) -> int:
        return sum(span.messages for span in self._spans if span.loaded)

    def span_at(self, position: int) -> PageSpan | None:
        return next((span for span in self._spans if span.holds(position)), None)

    def row_of(self, span: PageSpan) -> int:
        """The first row of a span."""
        return sum(one.rows for one in self._spans[: self._spans.index(span)])

    def row_at(self, position: int) -> int:
        """The row where a message begins; the nearest one if it shows nothing.

        One behind all that was stored is of the running turn, which begins behind the last span.
        """
        span = self.span_at(position)
        if span is None:
            return self.rows
        place = position - span.first
        within = span.starts[place] if place < len(span.starts) else 0
        return self.row_of(span) + min(within, max(0, span.rows - 1))

    def fill(self, hole: PageSpan, page: PageSpan) -> None:
        """Put a page into a gap that holds it; what is left of the gap stays, on either side."""
        before = [gap(hole.first, page.first - 1)] if hole.first < page.first else []
        after = [gap(page.last + 1, hole.last)] if page.last < hole.last else []
        place = self._spans.index(hole)
        self._spans[place : place + 1] = [*before, page, *after]

    def farthest(self, position: int) -> PageSpan | None:
        """The loaded page that lies farthest from `position`. The newest one stays: it is no candidate."""
        pages = [span for span in self._spans if span.loaded and span.rows][:-1]
        return max(pages, key=lambda span: span.distance_to(position), default=None)

    def neighbours(self, span: PageSpan) -> tuple[PageSpan | None, PageSpan | None]:
        """The gaps right before and right behind it."""
        place = self._spans.index(span)
        before = self._spans[place - 1] if place else None
        after = self._spans[place + 1] if place + 1 < len(self._spans) else None
        return (
            before if before is not None and not before.loaded else None,
            after if after is not None and not after.loaded else None,
        )

    def drop(self, page: PageSpan) -> PageSpan:
        """Make a page a gap, together with the gaps beside it; returns that gap."""
        before, after = self.neighbours(page)
        place = self._spans.index(before or page)
        merged = gap((before or page).first, (after or page).last)
        gone = [span for span in (before, page, after) if span is not None]
        self._spans[place : place + len(gone)] = [merged]
        return merged
