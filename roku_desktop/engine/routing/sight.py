"""Which images of a conversation a model gets: none if it can't see, the newest of them if there are many.

Called by `route.py` before each attempt, because another model may have taken over, and by `turns.py`,
which refuses images that the chosen model can't see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from roku_desktop.engine.errors import ImageRefusedError, ProviderError
from roku_desktop.engine.images.folder import ImageFolder
from roku_desktop.engine.messages import Attachment, ImageRef, Message, UserMessage
from roku_desktop.engine.ports import Providers
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.sentences import said

MAX_SENT_IMAGES: Final = 20
MAX_SENT_BYTES: Final = 15 * 1024 * 1024
"""Of one request: Anthropic takes 32 MB with the rest, in base64, and makes its bound of the sides smaller
from the 21st image on."""
LISTING_TIMEOUT_S: Final = 2.0
"""For asking a provider what its models can do; without an answer they are assumed to see."""


class Sight:
    """`folder` None = this engine keeps no images."""

    def __init__(self, providers: Providers, folder: ImageFolder | None) -> None:
        self._providers = providers
        self._folder = folder

    async def keep(
        self, session_id: str, images: Sequence[Attachment], choice: ModelChoice
    ) -> tuple[ImageRef, ...]:
        """Store a prompt's images for that model. Raises `ImageRefusedError`, `StorageError`."""
        if not images:
            return ()
        if self._folder is None:
            raise ImageRefusedError(said("Images can't be attached here."))
        if await self.is_blind(choice):
            raise ImageRefusedError(
                said(
                    "{model} can't see images: choose a model that can, or ask without them.",
                    model=choice.model or choice.provider,
                )
            )
        return await self._folder.keep(session_id, images)

    async def is_blind(self, choice: ModelChoice) -> bool:
        """Whether its provider says that the model can't see."""
        try:
            async with asyncio.timeout(LISTING_TIMEOUT_S):
                listed = await self._providers.models(choice.provider)
        except (ProviderError, TimeoutError):
            return False
        return any(info.model == choice.model and info.supports_images is False for info in listed)

    async def of(
        self, session_id: str, messages: Sequence[Message], choice: ModelChoice
    ) -> Mapping[str, str]:
        """What `ChatRequest.images` is for that model."""
        images = newest_images(messages)
        if not images or self._folder is None or await self.is_blind(choice):
            return {}
        return await self._folder.base64_of(session_id, images)


def newest_images(messages: Sequence[Message]) -> list[ImageRef]:
    """As many as one request takes."""
    newest: dict[str, ImageRef] = {}
    size_bytes = 0
    for message in reversed(messages):
        for image in message.images if isinstance(message, UserMessage) else ():
            size_bytes += 0 if image.file in newest else image.size_bytes
            newest[image.file] = image
            if len(newest) > MAX_SENT_IMAGES or size_bytes > MAX_SENT_BYTES:
                del newest[image.file]
                return list(newest.values())
    return list(newest.values())


def asks_for_sight(messages: Sequence[Message]) -> bool:
    """Whether the question itself has images; older ones can be left out."""
    for message in reversed(messages):
        if isinstance(message, UserMessage) and message.origin == "person":
            return bool(message.images)
    return False
