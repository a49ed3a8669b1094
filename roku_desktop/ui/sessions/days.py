"""The headings of the session list, and the moments under them: which day was that, seen from today?

Pure: is given the time. Days are those of this machine's time zone, and may have 23 or 25 hours.
Used by `model.py`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QLocale

from roku_desktop.ui.language import tr
from roku_desktop.ui.wording import clock, when


class Days:
    """As seen at `now` (Unix seconds).

    Attributes:
        today: the day that it is.
        ends_at: when it is over (Unix seconds).
    """

    def __init__(self, now: float) -> None:
        self.today = datetime.fromtimestamp(now).astimezone().date()
        self.ends_at = _start_of(self.today + timedelta(days=1))
        self._now = now
        self._months: dict[float, str] = {}
        self._today_at, self._yesterday_at, self._week_at = (
            _start_of(self.today - timedelta(days=days)) for days in (0, 1, 7)
        )

    def heading(self, at: float) -> str:
        """The group of a moment (Unix seconds); one that lies ahead, by a wrong clock, is today's."""
        if at >= self._today_at:
            return tr("Today")
        if at >= self._yesterday_at:
            return tr("Yesterday")
        if at >= self._week_at:
            return tr("Previous 7 days")
        # A list of thousands asks for all of them whenever one row changes.
        known = self._months.get(at)
        if known is None:
            known = self._months[at] = self._month(at)
        return known

    def _month(self, at: float) -> str:
        day = datetime.fromtimestamp(at).astimezone()
        pattern = tr("MMMM", "a month") if day.year == self.today.year else tr("MMMM yyyy", "a month")
        return QLocale().toString(QDate(day.year, day.month, 1), pattern)

    def moment(self, at: float) -> str:
        """What its heading leaves open: the time, the day of the week, or the date."""
        moment = datetime.fromtimestamp(at).astimezone()
        if at >= self._yesterday_at:
            return clock(moment)
        if at >= self._week_at:
            return QLocale().toString(QDate(moment.year, moment.month, moment.day), "dddd")
        return when(at, self._now)


def _start_of(day: date) -> float:
    return datetime.combine(day, time()).astimezone().timestamp()
