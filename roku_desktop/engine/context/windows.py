"""How large a model's context window is, as well as can be known: configured, listed or learned the hard way.

Asking costs time before a first word, so it is done once for each model, and only for a conversation that
could come near a small window. Shared by all turns of a process.
"""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.ports import Providers
from roku_desktop.engine.settings import EMBEDDED_PROVIDER, EngineSettings, ProviderSettings

LISTING_TIMEOUT_S: Final = 2.0
SMALL_HOSTED_TOKENS: Final = 6_000
SMALL_LOCAL_TOKENS: Final = 3_000
"""Requests up to this fit into any window there is; servers on this machine may have 4 096 tokens."""
SHORT_TALK_TOKENS: Final = 1_000
"""Of so short a conversation nothing would be left out, however small the window is."""
_LEARNED_SHARE: Final = 0.9


class ContextWindows:
    """Windows by provider and model, in tokens. `settings` may be replaced at any time."""

    def __init__(self, settings: EngineSettings, providers: Providers) -> None:
        self.settings = settings
        self._providers = providers
        self._asked: dict[tuple[str, str], int | None] = {}
        self._learned: dict[tuple[str, str], int] = {}

    async def tokens_of(
        self, provider: str, model: str, request_tokens: int, talk_tokens: int | None = None
    ) -> int:
        """The window of a model that is about to read so many tokens, `talk_tokens` of them conversation."""
        configured = self.settings.llm.providers.get(provider)
        known = configured.context_window_tokens if configured else None
        if known is None:
            known = self._asked.get((provider, model))
        if known is None and (talk_tokens is None or talk_tokens > SHORT_TALK_TOKENS):
            known = await self._asked_for(provider, model, configured, request_tokens)
        learned = self._learned.get((provider, model))
        window = known or self.settings.context.window_tokens
        return window if learned is None else min(window, learned)

    def exceeded(self, provider: str, model: str, tokens: int) -> None:
        """The provider refused so many tokens: its window is smaller than was thought."""
        self._learned[provider, model] = max(int(tokens * _LEARNED_SHARE), 1)

    async def _asked_for(
        self, provider: str, model: str, configured: ProviderSettings | None, request_tokens: int
    ) -> int | None:
        if (provider, model) not in self._asked:
            if request_tokens <= _small(provider, configured):
                return None
            local = _is_on_this_machine(configured)
            listed = None if local else await self._providers.listed_window(provider, model)
            self._asked[provider, model] = listed or await self._of_listing(provider, model)
        return self._asked[provider, model]

    async def _of_listing(self, provider: str, model: str) -> int | None:
        try:
            async with asyncio.timeout(LISTING_TIMEOUT_S):
                models = await self._providers.models(provider)
        except (ProviderError, TimeoutError):
            return None
        return next((info.context_window_tokens for info in models if info.model == model), None)


def _small(provider: str, configured: ProviderSettings | None) -> int:
    if provider == EMBEDDED_PROVIDER:
        return 0  # it knows without asking anybody
    return SMALL_LOCAL_TOKENS if _is_on_this_machine(configured) else SMALL_HOSTED_TOKENS


def _is_on_this_machine(configured: ProviderSettings | None) -> bool:
    """One that was found and not configured is."""
    if configured is None or configured.kind == "local":
        return True
    host = urlsplit(configured.base_url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
