"""A provider that may be replaced while it answers: its client closes when the last answer has ended.

Owns the count of answers under way, nothing else; the registry wraps every HTTP provider in one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from roku_desktop.engine.errors import AuthenticationFailed
from roku_desktop.engine.ports import ChatRequest, ModelInfo, Provider, ProviderItem


class LeasedProvider:
    """`Provider` around another one.

    `on_key_refused` is told when the server refuses the key, so that the next use reads it anew.
    """

    def __init__(self, inner: Provider, *, on_key_refused: Callable[[LeasedProvider], None]) -> None:
        self._inner = inner
        self._on_key_refused = on_key_refused
        self._answers_under_way = 0
        self._retired = False

    @property
    def is_answering(self) -> bool:
        return self._answers_under_way > 0

    @property
    def name(self) -> str:
        return self._inner.name

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
        self._answers_under_way += 1
        try:
            async with aclosing(self._inner.stream(request)) as items:
                async for item in items:
                    yield item
        except AuthenticationFailed:
            self._on_key_refused(self)
            raise
        finally:
            self._answers_under_way -= 1
            await self.close_if_idle()

    async def list_models(self) -> list[ModelInfo]:
        self._answers_under_way += 1
        try:
            return await self._inner.list_models()
        except AuthenticationFailed:
            self._on_key_refused(self)
            raise
        finally:
            self._answers_under_way -= 1
            await self.close_if_idle()

    def retire(self) -> None:
        """From now on close the client whenever no answer is under way.

        A turn that still holds this provider may go on asking.
        """
        self._retired = True

    async def aclose(self) -> None:
        """Close at once; answers under way break off."""
        await self._inner.aclose()

    async def close_if_idle(self) -> None:
        """Close the client of a retired provider, unless an answer is under way: it will do so itself."""
        if self._retired and not self.is_answering:
            await self._inner.aclose()
