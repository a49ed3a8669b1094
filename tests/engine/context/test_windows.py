"""How large a window is thought to be, and whom that costs a question."""

from __future__ import annotations

import asyncio
from typing import Any

from roku_desktop.engine.context.windows import (
    SHORT_TALK_TOKENS,
    SMALL_HOSTED_TOKENS,
    SMALL_LOCAL_TOKENS,
    ContextWindows,
)
from roku_desktop.engine.ports import ModelInfo
from roku_desktop.engine.providers.listed_windows import listed_window
from roku_desktop.engine.settings import ContextSettings, ProviderSettings
from tests.support.engines import ProvidersAtHand
from tests.support.labs import Lab, configured, settings_of

BIG = 50_000


class AskedLab(Lab):
    """Counts how often its models are listed."""

    asked = 0

    async def list_models(self) -> list[ModelInfo]:
        self.asked += 1
        return await super().list_models()


def windows(lab: Lab, **more: Any) -> ContextWindows:
    settings = settings_of(configured("a", **more), context=ContextSettings(window_tokens=100_000))
    return ContextWindows(settings, ProvidersAtHand(lab))


async def test_what_is_configured_holds_and_nobody_is_asked():
    lab = AskedLab("a", window_tokens=30_000)
    assert await windows(lab, context_window_tokens=9_000).tokens_of("a", "a-1", BIG) == 9_000
    assert lab.asked == 0


async def test_a_small_request_costs_no_question_and_a_large_one_costs_one():
    lab = AskedLab("a", window_tokens=30_000)
    known = windows(lab, base_url="https://api.example/v1")
    assert await known.tokens_of("a", "a-1", SMALL_HOSTED_TOKENS) == 100_000
    assert lab.asked == 0
    assert await known.tokens_of("a", "a-1", SMALL_HOSTED_TOKENS + 1) == 30_000
    assert await known.tokens_of("a", "a-1", 10) == 30_000
    assert lab.asked == 1


async def test_a_server_on_this_machine_is_asked_sooner_for_its_windows_are_small():
    lab = AskedLab("a", window_tokens=4_096)
    local = windows(lab, base_url="http://127.0.0.1:11434/v1")
    assert await local.tokens_of("a", "a-1", SMALL_LOCAL_TOKENS + 1) == 4_096


async def test_a_service_that_does_not_tell_has_the_window_of_the_settings():
    assert await windows(Lab("a")).tokens_of("a", "a-1", BIG) == 100_000


async def test_a_service_that_does_not_answer_is_waited_for_once_and_not_long():
    class Silent(AskedLab):
        async def list_models(self) -> list[ModelInfo]:
            self.asked += 1
            raise TimeoutError

    lab = Silent("a")
    known = windows(lab)
    assert [await known.tokens_of("a", "a-1", BIG) for _ in range(2)] == [100_000, 100_000]
    assert lab.asked == 1


async def test_a_window_that_was_exceeded_is_smaller_than_was_thought():
    known = windows(Lab("a", window_tokens=30_000))
    known.exceeded("a", "a-1", 20_000)
    assert await known.tokens_of("a", "a-1", BIG) == 18_000
    assert await known.tokens_of("a", "a-2", BIG) == 30_000


async def test_models_of_vendors_are_on_the_installed_list_and_those_of_this_machine_are_not():
    vendor = ProviderSettings(name="anthropic", kind="anthropic", base_url="https://api.anthropic.com")
    local = ProviderSettings(name="ollama", kind="local", base_url="http://127.0.0.1:11434/v1")
    listed, unknown, own = await asyncio.gather(
        listed_window(vendor, "claude-sonnet-4-5"),
        listed_window(vendor, "no-such-model"),
        listed_window(local, "qwen3"),
    )
    assert listed is not None
    assert listed >= 200_000
    assert (unknown, own) == (None, None)


async def test_nobody_is_asked_before_the_first_words_of_a_short_conversation():
    known = windows(Lab("a", window_tokens=4_096), base_url="http://127.0.0.1:1/v1")
    assert await known.tokens_of("a", "a-1", BIG, talk_tokens=SHORT_TALK_TOKENS) == 100_000
    assert await known.tokens_of("a", "a-1", BIG, talk_tokens=SHORT_TALK_TOKENS + 1) == 4_096
