"""Which model answers: what a person asks for, the pin, the session's choice, the default."""

from __future__ import annotations

import pytest

from roku_desktop.engine.errors import ConfigurationError, ProviderPinned
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice, choose, refuse_unknown
from roku_desktop.engine.settings import EMBEDDED_PROVIDER, LlmSettings, Pin, ProviderSettings


def provider(name: str, *, configured: bool) -> ProviderSettings:
    return ProviderSettings(
        name=name, kind="openai-chat", primary_model=f"{name}-model", configured=configured
    )


BUILTIN = {"openai": provider("openai", configured=False), "embedded": provider("embedded", configured=False)}
CONFIGURED = {"lab": provider("lab", configured=True), **BUILTIN}
PIN = Pin(provider="lab", source="runtime.toml:3")


def test_without_any_choice_the_embedded_model_answers() -> None:
    choice = choose(LlmSettings(providers=BUILTIN), NO_CHOICE)
    assert choice == ModelChoice(EMBEDDED_PROVIDER, "embedded-model")


def test_the_first_configured_provider_is_the_default() -> None:
    assert choose(LlmSettings(providers=CONFIGURED), NO_CHOICE) == ModelChoice("lab", "lab-model")


def test_what_is_asked_for_wins_over_what_is_remembered() -> None:
    settings = LlmSettings(providers=CONFIGURED)
    choice = choose(settings, ModelChoice("openai", "x"), ModelChoice("lab", "y"))
    assert choice == ModelChoice("openai", "x")


def test_a_remembered_model_is_not_carried_over_to_another_provider() -> None:
    settings = LlmSettings(providers=CONFIGURED)
    assert choose(settings, ModelChoice("openai"), ModelChoice("lab", "y")) == ModelChoice(
        "openai", "openai-model"
    )


def test_a_model_alone_goes_to_the_remembered_provider() -> None:
    settings = LlmSettings(providers=CONFIGURED)
    assert choose(settings, ModelChoice("", "z"), ModelChoice("openai", "y")) == ModelChoice("openai", "z")


def test_a_pin_refuses_another_provider_and_says_where_it_stands() -> None:
    settings = LlmSettings(providers=CONFIGURED, pin=PIN)
    with pytest.raises(ProviderPinned, match=r"runtime\.toml:3"):
        choose(settings, ModelChoice("openai"))


def test_a_pin_wins_over_what_a_session_remembers() -> None:
    settings = LlmSettings(providers=CONFIGURED, pin=PIN)
    assert choose(settings, NO_CHOICE, ModelChoice("openai", "y")) == ModelChoice("lab", "lab-model")


def test_a_pinned_provider_may_be_asked_for_another_of_its_models() -> None:
    settings = LlmSettings(providers=CONFIGURED, pin=PIN)
    assert choose(settings, ModelChoice("lab", "other")) == ModelChoice("lab", "other")


def test_an_unknown_provider_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(ConfigurationError, match=r"'labb'.*lab, openai"):
        refuse_unknown("labb", ["openai", "lab"])
