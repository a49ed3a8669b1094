"""Context windows of hosted models, by the maintained list that also has their prices (`genai-prices`).

Only the list that is installed is read, nothing is fetched. Called by the registry.
"""

from __future__ import annotations

import asyncio
from typing import Final

from roku_desktop.engine.settings import ProviderSettings

_LISTED_BY_NAME: Final = frozenset({"anthropic", "openai", "openrouter"})


async def listed_window(settings: ProviderSettings, model: str) -> int | None:
    """The window in tokens; None for what is not on the list, as all that runs on this machine."""
    if settings.kind == "local":
        return None
    vendor = settings.name if settings.name in _LISTED_BY_NAME else None
    if vendor is None and not settings.base_url:
        return None
    return await asyncio.to_thread(_look_up, model, vendor, settings.base_url)


def _look_up(model: str, vendor: str | None, base_url: str) -> int | None:
    """The first call imports the list, which takes about 0.15 s: call it in a thread."""
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, found = get_snapshot().find_provider_model(model, None, vendor, None if vendor else base_url)
    except (LookupError, ValueError):
        return None
    return found.context_window
