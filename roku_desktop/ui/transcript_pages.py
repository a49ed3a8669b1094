"""Which messages of a session are loaded, and which rows of the transcript they take.

The stored messages lie in spans, one behind the other: a span is a page of loaded messages or a
gap, which takes one row. What happens live comes behind them and is no span's. Pure; called by
`transcript_model.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class PageSpan:
    """Messages from position `first` to `last`, both included, on `rows` rows."""

    first: int
    last: int
    rows: int
    loaded: bool

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

    def start_over(self, first: int, last: int, rows: int) -> None:
        """The newest messages are loaded; all before them are a gap."""
        older = [gap(1, first - 1)] if first > 1 else []
        self._spans = [*older, PageSpan(first, last, rows, loaded=True)]

    def clear(self) -> None:
        self._spans = []

    @property
    def rows(self) -> int:
        return sum(span.rows for span in self._spans)

    @property
    def loaded_messages(self) -> int:
        return sum(span.messages for span in self._spans if span.loaded)

    def span_at(self, position: int) -> PageSpan | None:
        return next((span for span in self._spans if span.holds(position)), None)

    def row_of(self, span: PageSpan) -> int:
        """The first row of a span."""
        return sum(one.rows for one in self._spans[: self._spans.index(span)])

    def row_at(self, position: int) -> int:
        """About the row where a message is shown; the nearest one if it shows nothing."""
        span = self.span_at(position)
        if span is None:
            return 0
        share = (position - span.first) / span.messages
        return self.row_of(span) + min(int(share * span.rows), max(0, span.rows - 1))

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
