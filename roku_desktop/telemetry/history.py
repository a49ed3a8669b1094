"""Samples of the last weeks in memory, kept up by reading only what is new.

The rows on disk are the truth, written by every process of this home. A reader that looks each second
can't read all of them again, so it asks from a little before the newest sample it knows
(`next_since`) and puts what it gets in the place of that tail. The overlap catches rows whose batch
came late. Pure; the panel and the badge do the reading.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from roku_desktop.engine import Series
from roku_desktop.telemetry.window import WINDOW_S

OVERLAP_S: Final = 60.0
"""A row may reach the disk so long after its time; batches take milliseconds, a full disk longer."""
KEEP_S: Final = max(WINDOW_S.values())
_FORGET_AT_LEAST: Final = 256


class Track:
    """One series: `times` (Unix seconds, rising) and `values` beside them.

    `version` changes with every change of what is in it, so that whoever computes can tell.
    """

    def __init__(self, name: str, attributes: tuple[tuple[str, str], ...]) -> None:
        self.name = name
        self.attributes: Mapping[str, str] = dict(attributes)
        self.key = (name, attributes)
        self.times: list[float] = []
        self.values: list[float] = []
        self._points: list[tuple[float, float]] = []  # both, as storage gave them: `series` copies no sample
        self.version = 0

    def first_from(self, at: float) -> int:
        """Index of the first sample at that time or later."""
        return bisect_left(self.times, at)

    def replace_from(self, at: float, points: tuple[tuple[float, float], ...]) -> bool:
        """Put `points` where the samples from `at` on are; returns whether that changed anything."""
        first = self.first_from(at)
        if len(self.times) - first == len(points) and all(
            self.times[first + index] == when and self.values[first + index] == value
            for index, (when, value) in enumerate(points)
        ):
            return False
        self.times[first:] = [when for when, _ in points]
        self.values[first:] = [value for _, value in points]
        self._points[first:] = points
        self.version += 1
        return True

    def forget_before(self, at: float) -> None:
        first = self.first_from(at)
        if first >= _FORGET_AT_LEAST:  # seldom, because it moves all that follow
            del self.times[:first], self.values[:first], self._points[:first]
            self.version += 1

    def series(self) -> Series:
        return Series(name=self.name, attributes=self.key[1], points=tuple(self._points))


class History:
    """The samples of `names` over the longest window."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)
        self._tracks: dict[tuple[str, tuple[tuple[str, str], ...]], Track] = {}
        self._newest: float | None = None

    def next_since(self, now: float) -> float:
        """From when on to read next, in Unix seconds."""
        if self._newest is None:
            return now - KEEP_S
        return min(self._newest, now) - OVERLAP_S

    def take(self, rows: Iterable[Series], since: float, now: float) -> bool:
        """Take all rows from `since` on, as they were read; returns whether anything is new."""
        read = {(series.name, series.attributes): series for series in rows if series.name in self.names}
        changed = False
        for key, series in read.items():
            if key not in self._tracks:
                self._tracks[key] = Track(*key)
            changed |= self._tracks[key].replace_from(since, series.points)
            newest = series.points[-1][0]
            self._newest = newest if self._newest is None else max(self._newest, newest)
        for key, track in self._tracks.items():
            if key not in read:
                changed |= track.replace_from(since, ())
            track.forget_before(now - KEEP_S)
        return changed

    def of(self, name: str) -> list[Track]:
        """The series of one instrument, in a fixed order."""
        return sorted((track for track in self._tracks.values() if track.name == name), key=_key)

    def series(self, names: Collection[str]) -> list[Series]:
        """Those instruments' samples, as storage gives them."""
        return [track.series() for track in self._tracks.values() if track.name in names and track.times]

    def version(self, names: Collection[str]) -> int:
        """A number that grows when a sample of these instruments is added or gone."""
        return sum(track.version for track in self._tracks.values() if track.name in names)


def _key(track: Track) -> tuple[str, tuple[tuple[str, str], ...]]:
    return track.key
