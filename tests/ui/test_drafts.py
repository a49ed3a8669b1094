"""What was written and not sent is there again: in each session, after a quit and after a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.ui.drafts import MAX_KEPT_CHARS, PREFERENCE, Drafts
from tests.support.labs import Lab
from tests.support.windows import drawn, opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def kept_by(drafts: Drafts, kept: list[str | None]) -> Drafts:
    """Another one, that took up what the first has kept."""
    drafts.keep_now()
    again = Drafts(kept.append)
    again.load(kept[-1])
    return again


def test_drafts_are_taken_up_as_they_were(app: object):
    kept: list[str | None] = []
    drafts = Drafts(kept.append)
    drafts.put("a", "one")
    drafts.put("", "שלום 🙂\n\0")
    again = kept_by(drafts, kept)
    assert again.all() == {"a": "one", "": "שלום 🙂\n\0"}
    again.forget("a")
    again.put("", "")
    assert kept_by(again, kept).all() == {}
    assert kept[-1] is None


def test_nothing_is_written_where_nothing_changed(app: object):
    kept: list[str | None] = []
    drafts = Drafts(kept.append)
    drafts.load(None)
    drafts.put("a", "one")
    drafts.put("a", "")
    drafts.keep_now()
    assert kept == []


def test_what_is_unreadable_is_left_out(app: object):
    drafts = Drafts(lambda _text: None)
    drafts.load("[1, 2")
    assert drafts.all() == {}


def test_one_that_is_too_long_for_the_disk_costs_no_other(app: object):
    kept: list[str | None] = []
    drafts = Drafts(kept.append)
    drafts.put("long", "x" * (MAX_KEPT_CHARS + 1))
    drafts.put("short", "y")
    assert kept_by(drafts, kept).all() == {"short": "y"}
    assert len(drafts.of("long")) == MAX_KEPT_CHARS + 1


def test_a_draft_is_there_after_a_quit_and_goes_when_it_is_sent(qt_run: Run, home: Path):
    async def write() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.type("half a thought")
        async with opened_window(home, Lab("lab")) as opened:
            assert opened.window.composer.text == "half a thought"
            opened.send(", whole")
            await opened.until_idle()
            assert opened.window.composer.text == ""
            first = opened.conversation.session_id
            opened.type("more")
            opened.conversation.new()
            assert opened.window.composer.text == ""
        async with opened_window(home, Lab("lab")) as opened:
            assert opened.window.composer.text == ""
            opened.conversation.open(first)
            await opened.until(lambda: opened.conversation.state == "idle")
            assert opened.window.composer.text == "more"

    qt_run(write())


def test_a_draft_is_on_disk_a_moment_after_the_last_key(qt_run: Run, home: Path):
    """So that a kill takes no more than that moment."""

    async def write() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.type("not sent")
            opened.steering._drafts.keep_now()  # the timer's moment
            await opened.bridge.finish()
            assert await opened.engine.preference(PREFERENCE) == '{"":"not sent"}'
            opened.send("")
            await opened.until_idle()
            assert await opened.engine.preference(PREFERENCE) is None

    qt_run(write())


def test_what_is_typed_before_everything_is_open_stands_behind_what_was_kept(qt_run: Run, home: Path):
    async def write() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.type("kept")
        async with opened_window(home, Lab("lab")) as opened:
            opened.window.composer.set_text("typed")
            opened.steering._ready = False
            opened.steering._drafts.put("", "kept")
            opened.steering._take_up_draft()
            await drawn()
            assert opened.window.composer.text == "kept\ntyped"

    qt_run(write())
