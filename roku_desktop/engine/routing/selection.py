"""Which model answers: a person's choice, the pin, or the default. No I/O; called by the service.

Failover, candidates and the breaker come with part 3; here exactly one model is chosen.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from roku_desktop.engine.errors import ConfigurationError, ProviderPinned
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import EMBEDDED_PROVIDER, LlmSettings


class ModelChoice(msgspec.Struct, frozen=True):
    """A provider and a model of it; empty strings = not chosen."""

    provider: str = ""
    model: str = ""


NO_CHOICE: Final = ModelChoice()


def choose(settings: LlmSettings, asked: ModelChoice, *remembered: ModelChoice) -> ModelChoice:
    """The choice for the next request; its model may still be empty where the provider names none.

    `asked` is what a person says now, `remembered` earlier choices, nearest first (the session's,
    then the person's default). Raises `ProviderPinned` if `asked` goes against the pin.
    """
    provider = _provider(settings, asked, remembered)
    for choice in (asked, *remembered):
        if choice.model and choice.provider in ("", provider):
            return ModelChoice(provider, choice.model)
    known = settings.providers.get(provider)
    return ModelChoice(provider, known.primary_model if known else "")


def _provider(settings: LlmSettings, asked: ModelChoice, remembered: Collection[ModelChoice]) -> str:
    if settings.pin is not None:
        refuse_against_pin(settings, asked.provider)
        return settings.pin.provider
    for choice in (asked, *remembered):
        if choice.provider:
            return choice.provider
    configured = (name for name, known in settings.providers.items() if known.configured)
    return next(configured, EMBEDDED_PROVIDER)


def refuse_against_pin(settings: LlmSettings, provider: str) -> None:
    """Raise `ProviderPinned` where `provider` is named and is not the pinned one."""
    pin = settings.pin
    if pin is not None and provider and provider != pin.provider:
        raise ProviderPinned(
            said(
                "The provider is pinned to {provider} ({source}), so it can't be switched to {other}.",
                provider=pin.provider,
                source=pin.source,
                other=provider,
            )
        )


def refuse_unknown(provider: str, known: Collection[str]) -> None:
    """Raise `ConfigurationError` where no provider has that name."""
    if provider not in known:
        raise ConfigurationError(
            said(
                "There is no provider called {provider!r}. Known here: {known}. Add it to runtime.toml as "
                "[runtime.llm.providers.{provider}], or choose one of these.",
                provider=provider,
                known=", ".join(sorted(known)),
            )
        )
