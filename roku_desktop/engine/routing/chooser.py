"""Finds who answers the next turn and remembers what a person chose. Called by the service.

The rules are in `selection.py`; this adds what they need from storage and from the providers.
"""

from __future__ import annotations

from typing import Final, get_args

from roku_desktop.engine.errors import NoEligibleModel, ProviderError
from roku_desktop.engine.ports import Providers, Store
from roku_desktop.engine.records import Beginning
from roku_desktop.engine.routing.router import Router
from roku_desktop.engine.routing.selection import (
    NO_CHOICE,
    ModelChoice,
    choose,
    refuse_against_pin,
    refuse_unknown,
)
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import LlmSettings, Thinking

_DEFAULT: Final = "default_model"  # the preference that holds provider and model, a line each, or is not set

_THINKING: Final = "thinking"  # the preference that holds a `Thinking`, not set for the configuration's
# As many tokens as the efforts of services without a budget stand for (`providers/thinking.py`).
_THINKING_TOKENS: Final[dict[str, int | None]] = {"off": None, "low": 2_048, "medium": 8_192, "high": 24_576}


class ModelChooser:
    """The choice for each session. `settings` may be replaced at any time."""

    def __init__(self, settings: LlmSettings, *, store: Store, providers: Providers, router: Router) -> None:
        self.settings = settings
        self._router = router
        self._store = store
        self._providers = providers

    async def current(self, session_id: str = "") -> ModelChoice:
        """What would answer next there; the model is empty where only asking the provider would tell."""
        chosen = NO_CHOICE
        if session_id:
            summary = await self._store.session(session_id)
            chosen = ModelChoice(summary.provider, summary.model)
        default = _as_choice(await self._store.preference(_DEFAULT))
        return choose(self.settings, NO_CHOICE, chosen, default)

    async def for_turn(
        self, beginning: Beginning, asked: ModelChoice, *remembered: ModelChoice
    ) -> ModelChoice:
        """The model to begin with.

        Raises `ProviderPinned`, `ConfigurationError` for an unknown name, and, unless another one may
        stand in, `AuthenticationFailed` where a key is missing or `NoEligibleModel` where the provider
        has no model at all: then nothing needs to be stored.
        """
        await self._router.ready()
        refuse_against_pin(self.settings, asked.provider)
        await self._refuse_unknown(asked.provider)
        chosen = ModelChoice(beginning.summary.provider, beginning.summary.model)
        default = _as_choice(beginning.preferences.get(_DEFAULT))
        choice = choose(self.settings, asked, *remembered, chosen, default)
        try:
            await self._providers.provider(choice.provider)
            return choice if choice.model else await self._first_model(choice.provider)
        except ProviderError as error:
            if await self._router.has_stand_in(choice, error):
                return choice
            raise

    async def remember(self, choice: ModelChoice, session_id: str = "") -> None:
        """Keep a person's switch, for that session and as the default of new ones."""
        refuse_against_pin(self.settings, choice.provider)
        await self._refuse_unknown(choice.provider)
        if session_id:
            await self._store.choose_model(session_id, choice.provider, choice.model)
        default = f"{choice.provider}\n{choice.model}" if choice.provider else None
        await self._store.set_preference(_DEFAULT, default)

    async def thinking(self) -> Thinking:
        """How much models are asked to think, as a person chose it."""
        return _as_thinking(await self._store.preference(_THINKING))

    async def remember_thinking(self, thinking: Thinking) -> None:
        await self._store.set_preference(_THINKING, None if thinking == "default" else thinking)

    def thinking_budget_tokens(self, beginning: Beginning) -> int | None:
        """For the turn that begins so; None = none is asked for."""
        thinking = _as_thinking(beginning.preferences.get(_THINKING))
        if thinking == "default":
            return self.settings.thinking_budget_tokens
        return _THINKING_TOKENS[thinking]

    async def _refuse_unknown(self, provider: str) -> None:
        if provider and provider not in self.settings.providers:
            refuse_unknown(provider, [status.name for status in await self._providers.statuses()])

    async def _first_model(self, provider: str) -> ModelChoice:
        models = await self._providers.models(provider)
        if not models:
            raise NoEligibleModel(
                said("{provider} offers no model, and none is set as its primary_model.", provider=provider),
                provider=provider,
            )
        return ModelChoice(provider, models[0].model)


def _as_choice(stored: str | None) -> ModelChoice:
    provider, _, model = (stored or "").partition("\n")
    return ModelChoice(provider, model)


def _as_thinking(stored: str | None) -> Thinking:
    return next((known for known in get_args(Thinking) if known == stored), "default")
