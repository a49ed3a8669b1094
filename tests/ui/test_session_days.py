"""Sessions stand under the day they were last used, as a person counts days."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from roku_desktop.ui.sessions.days import Days
from roku_desktop.ui.sessions.model import HEADING_ROLE, SUBTITLE_ROLE, SessionModel
from tests.ui.test_models import session

needs_zones = pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has one zone per machine")


def at(text: str) -> float:
    """A moment in this machine's time zone."""
    return datetime.fromisoformat(text).astimezone().timestamp()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("used", "heading", "moment"),
    [
        ("2026-11-24 23:59:59", "Today", "23:59"),
        ("2026-11-24 00:00", "Today", "00:00"),
        ("2026-11-23 23:59", "Yesterday", "23:59"),
        ("2026-11-23 00:00", "Yesterday", "00:00"),
        ("2026-11-22 23:59", "Previous 7 days", "Sunday"),
        ("2026-11-17 00:00", "Previous 7 days", "Tuesday"),
        ("2026-11-16 23:59", "November", "16 Nov"),
        ("2026-01-01 00:00", "January", "1 Jan"),
        ("2025-12-31 23:59", "December 2025", "31 Dec 2025"),
        ("2026-12-01 10:00", "Today", "10:00"),
    ],
)
def test_a_moment_has_the_heading_a_person_expects(used: str, heading: str, moment: str):
    days = Days(at("2026-11-24 14:00"))
    assert (days.heading(at(used)), days.moment(at(used))) == (heading, moment)


@needs_zones
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["of 23 hours", "of 25 hours"])
def test_a_day_on_which_the_clocks_change_is_one_day(berlin: None, day: str):
    days = Days(at(f"{day} 12:00"))
    assert days.heading(at(f"{day} 00:00")) == "Today"
    assert days.heading(at(f"{day} 00:00") - 1) == "Yesterday"
    assert days.heading(days.ends_at - 1) == "Today"
    assert Days(days.ends_at).today > days.today


def headings(model: SessionModel) -> list[str]:
    return [str(model.index(row).data(HEADING_ROLE)) for row in range(model.rowCount())]


def test_the_first_session_of_each_group_carries_its_heading(qtbot: QtBot):
    now = at("2026-11-24 14:00")
    model = SessionModel(now=lambda: now)
    hour, day = 3_600, 86_400
    ages = (9 * day, hour, 2 * hour, day, 3 * day, 4 * day, 30 * day)
    page = [session(str(age), now - age) for age in ages]
    page[0] = session("pinned", now - ages[0], pinned=True)
    model.add_page(page, complete=True)
    assert headings(model) == ["Pinned", "Today", "", "Yesterday", "Previous 7 days", "", "October"]


def test_a_session_that_moves_takes_no_heading_along(qtbot: QtBot):
    now = at("2026-11-24 14:00")
    model = SessionModel(now=lambda: now)
    model.add_page(
        [session("a", now - 60), session("b", now - 86_400), session("c", now - 90_000)], complete=True
    )
    model.upsert(session("c", now))
    assert headings(model) == ["Today", "", "Yesterday"]
    model.remove("b")
    assert headings(model) == ["Today", ""]


def test_at_midnight_today_becomes_yesterday(qtbot: QtBot):
    now = at("2026-11-24 23:59")
    model = SessionModel(now=lambda: now)
    model.add_page([session("a", now)], complete=True)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.begin_day()
    now += model.day_ends_in_s
    with qtbot.waitSignal(model.dataChanged):
        model.begin_day()
    assert headings(model) == ["Yesterday"]
    assert str(model.index(0).data(SUBTITLE_ROLE)).startswith("23:59")


def test_a_session_behind_the_pages_that_were_read_comes_with_its_own_page(qtbot: QtBot):
    model = SessionModel()
    model.add_page([session("a", 300.0), session("b", 200.0)], complete=False)
    model.upsert(session("d", 50.0))
    assert model.row_of("d") is None
    model.add_page([session("c", 100.0), session("d", 50.0)], complete=True)
    assert [model.session_at(row).session_id for row in range(4)] == ["a", "b", "c", "d"]
