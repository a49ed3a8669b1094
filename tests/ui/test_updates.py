"""A newer version in the window: a sentence with a link, once; no request as long as no feed is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from roku_desktop.ui.settings.about_page import AboutPage
from roku_desktop.ui.transcript.link_question import LinkQuestion
from tests.support.fault_replies import json_reply
from tests.support.fault_server import FaultServer
from tests.support.windows import until
from tests.ui.conftest import Run
from tests.ui.test_settings import Opened, opened_settings

pytestmark = pytest.mark.window

PAGE = "https://example.org/releases/99"
FEED = ("updates", "feed")


def feed_server() -> FaultServer:
    feed = json_reply(200, {"version": "99.0", "url": PAGE, "notes": "Faster."})
    return FaultServer([], routes={"/feed.json": feed})


def told(settings: Opened) -> str:
    return settings.opened.window.notice.text


async def press(settings: Opened, label: str) -> None:
    (button,) = (one for one in settings.opened.window.notice.buttons if one.text() == label)
    button.click()
    await settings.opened.bridge.finish()


def test_nobody_is_asked_until_a_feed_is_named(qt_run: Run, home: Path):
    async def change() -> None:
        async with feed_server() as server, opened_settings(home) as settings:
            page = await settings.open("about")
            assert isinstance(page, AboutPage)
            assert server.gets == []
            assert page.release.isHidden()
            await settings.give(page, FEED, f"{server.url}/feed.json")
            await until(lambda: bool(told(settings)))
            assert told(settings) == "Roku Desktop 99.0 is there. Faster."
            assert page.release.text() == f"Roku Desktop 99.0 is there: {PAGE}"
            asked = len(server.gets)
            await settings.give(page, FEED, "")
            await settings.open("about")
            assert len(server.gets) == asked

    qt_run(change())


def test_a_version_is_told_once_and_its_page_shown_after_a_look_at_its_address(qt_run: Run, home: Path):
    async def start_twice() -> None:
        async with feed_server() as server:
            (home / "runtime.toml").write_text(f'[runtime.updates]\nfeed = "{server.url}/feed.json"\n')
            async with opened_settings(home) as settings:
                await until(lambda: bool(told(settings)))
                await press(settings, "Show page…")
                (question,) = (
                    one
                    for one in QApplication.topLevelWidgets()
                    if isinstance(one, LinkQuestion) and one.isVisible()
                )
                question.close()
                assert not settings.opened.window.notice.isVisible()
            async with opened_settings(home) as settings:
                await settings.opened.bridge.finish()
                assert len(server.gets) == 2
                assert not settings.opened.window.notice.isVisible()

    qt_run(start_twice())


def test_a_pause_holds_for_the_feed_too_and_a_broken_one_is_told_where_it_is_set(qt_run: Run, home: Path):
    async def look() -> None:
        async with FaultServer([]) as server:
            (home / "runtime.toml").write_text(f'[runtime.updates]\nfeed = "{server.url}/gone.json"\n')
            async with opened_settings(home) as settings:
                await settings.opened.bridge.finish()
                assert not settings.opened.window.notice.isVisible()
                page = await settings.open("about")
                assert isinstance(page, AboutPage)
                assert "status 404" in page.release.text()
                asked = len(server.gets)
                settings.opened.engine.pause.begin()
                settings.steering.calls.look_for_release()
                await settings.opened.bridge.finish()
                assert len(server.gets) == asked

    qt_run(look())
