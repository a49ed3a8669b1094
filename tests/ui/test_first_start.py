"""The first start: an answer is three ways away, nothing is sent before one is taken, and it comes once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine import ModelChoice
from roku_desktop.ui.first_start.page import FirstStart
from roku_desktop.ui.look.appearance import Appearance, Scheme, write
from roku_desktop.ui.steering.first_start import PREFERENCE
from tests.support.display import PictureTaker
from tests.support.windows import drawn
from tests.ui.conftest import Run
from tests.ui.test_settings import Opened, opened_settings

pytestmark = pytest.mark.window


async def shown_page(settings: Opened) -> FirstStart:
    await settings.opened.bridge.finish()
    steering = settings.opened.steering.first_start
    assert steering is not None
    assert steering.page is not None
    assert steering.page.isVisible()
    return steering.page


async def is_over(settings: Opened) -> bool:
    """The page is gone, and will not come again."""
    await settings.opened.bridge.finish()
    steering = settings.opened.steering.first_start
    assert steering is not None
    return steering.page is None and await settings.opened.engine.preference(PREFERENCE) == "done"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_new_home_offers_three_ways_and_writing_is_possible_at_once(
    qt_run: Run, home: Path, screenshot: PictureTaker, scheme: Scheme
):
    write(home / "appearance.json", Appearance(scheme=scheme))

    async def look() -> None:
        async with opened_settings(home) as settings:
            page = await shown_page(settings)
            assert [page.write.title, page.key.title] == ["Write now", "Use my key"]
            assert settings.opened.window.composer.edit.hasFocus()
            await drawn()
            screenshot(f"first-start-{scheme}")
            page.write.click()
            assert await is_over(settings)
            assert settings.opened.window.composer.edit.hasFocus()

    qt_run(look())


def test_it_is_put_away_with_the_keyboard_and_never_comes_again(qt_run: Run, home: Path):
    async def put_away() -> None:
        async with opened_settings(home) as settings:
            page = await shown_page(settings)
            page.later.setFocus()
            QTest.keyClick(page.later, Qt.Key.Key_Space)
            assert await is_over(settings)
        async with opened_settings(home) as settings:
            await settings.opened.bridge.finish()
            assert settings.opened.steering.first_start is not None
            assert settings.opened.steering.first_start.page is None

    qt_run(put_away())


def test_a_key_leads_to_its_window_and_then_to_the_choice_of_a_model(qt_run: Run, home: Path):
    async def key() -> None:
        async with opened_settings(home) as settings:
            page = await shown_page(settings)
            page.menu.actions()[0].trigger()
            entry = settings.steering.keys.entry
            assert entry.isVisible()
            assert entry.provider == "anthropic"
            assert page.isVisible()
            await settings.opened.bridge.finish()
            entry.stored.disconnect()  # it would be tried at its vendor's
            entry.line.setText("sk-ant-1234567")
            entry.save.click()
            entry.show_kept("anthropic")
            entry.show_result("anthropic", True, "anthropic answered.")
            entry.close()
            assert await is_over(settings)

    qt_run(key())


def test_a_server_that_was_found_is_chosen_with_a_click(qt_run: Run, home: Path):
    async def choose() -> None:
        async with opened_settings(home) as settings:
            page = await shown_page(settings)
            page.show_server("ollama", "qwen3")
            assert page.server.title == "Use Ollama"
            chosen: list[ModelChoice] = []
            steering = settings.opened.steering.first_start
            assert steering is not None
            page.server_wanted.disconnect()
            page.server_wanted.connect(lambda name: chosen.append(ModelChoice(name, "")))
            page.server.click()
            assert chosen == [ModelChoice("ollama", "")]

    qt_run(choose())


def test_where_a_provider_is_configured_nothing_is_asked(qt_run: Run, home: Path):
    (home / "runtime.toml").write_text(
        '[runtime.llm.providers.mylab]\nbase_url = "http://127.0.0.1:9/v1"\nprimary_model = "m"\n'
    )

    async def look() -> None:
        async with opened_settings(home) as settings:
            assert await is_over(settings)

    qt_run(look())


def test_a_prompt_that_is_sent_ends_it(qt_run: Run, home: Path):
    async def send() -> None:
        async with opened_settings(home) as settings:
            await shown_page(settings)
            session = await settings.opened.engine.create_session(home)
            settings.opened.conversation.open(session.session_id)
            await settings.opened.until(lambda: settings.opened.conversation.state == "idle")
            assert await is_over(settings)

    qt_run(send())
