"""What an answer cost, in US dollars, by a maintained price list (`genai-prices`).

Owns the choice of the list's entry; not the prices, and not their update: only the list that is
installed is read, nothing is fetched. The session calls `cost_usd` once per answer.

The cost is known or it is not: a model without a price gives None, never zero. Zero is only what
runs on this machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from roku_desktop.engine.messages import Usage
from roku_desktop.engine.ports import Price
from roku_desktop.engine.records import ModelPrice
from roku_desktop.engine.settings import EMBEDDED_PROVIDER, ProviderSettings

_LISTED_BY_NAME: Final = frozenset({"anthropic", "openai", "openrouter"})
"""Our names of vendors that are also the list's. They keep their prices behind another base_url."""

_PRICED_TOKENS: Final = 1_000
"""Few enough to stay below the sizes at which some models begin to cost more."""


class PriceList:
    """Prices of answers. `settings_of` finds a provider's settings by its name, or None."""

    def __init__(self, settings_of: Callable[[str], ProviderSettings | None]) -> None:
        self._settings_of = settings_of

    async def cost_usd(self, provider: str, model: str, usage: Usage) -> float | None:
        """Return what this usage cost, cache tiers counted; None where no price is known."""
        settings = self._settings_of(provider)
        if provider == EMBEDDED_PROVIDER or (settings is not None and settings.kind == "local"):
            return 0.0
        if provider in _LISTED_BY_NAME:
            return await asyncio.to_thread(_listed_cost_usd, model, usage, vendor=provider)
        if settings is None or not settings.base_url or _is_on_this_computer(settings.base_url):
            return None  # no vendor's address; loading the list to find that out takes 15 MB
        return await asyncio.to_thread(_listed_cost_usd, model, usage, base_url=settings.base_url)


def _is_on_this_computer(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _listed_cost_usd(
    model: str, usage: Usage, *, vendor: str | None = None, base_url: str | None = None
) -> float | None:
    """Look it up. The first call imports the list, which takes about 0.15 s: call it in a thread."""
    from genai_prices.data_snapshot import get_snapshot
    from genai_prices.types import Usage as ListUsage

    counted = ListUsage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        price = get_snapshot().calc(
            counted,
            model,
            provider_id=vendor,
            provider_api_url=base_url,
            genai_request_timestamp=None,
        )
    except (LookupError, ValueError):  # not listed, or a usage that contradicts itself
        return None
    if price.model_price.input_mtok is None or price.model_price.output_mtok is None:
        return None  # listed with a part of its prices only
    return float(price.total_price)


async def price_per_million(price: Price, provider: str, model: str) -> ModelPrice | None:
    """What a model costs for a million tokens in, and out; None where one of them is unknown."""
    told = await price(provider, model, Usage(input_tokens=_PRICED_TOKENS))
    answered = await price(provider, model, Usage(output_tokens=_PRICED_TOKENS))
    if told is None or answered is None:
        return None
    scale = 1_000_000 / _PRICED_TOKENS
    return ModelPrice(input_usd=round(told * scale, 6), output_usd=round(answered * scale, 6))
