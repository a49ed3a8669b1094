"""What of a person's images goes on a wire, and the words in place of what does not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from roku_desktop.engine.messages import ImageRef, UserMessage, with_image_note

NO_IMAGES: Final[Mapping[str, str]] = MappingProxyType({})


def sent_images(message: UserMessage, data: Mapping[str, str]) -> Iterator[tuple[ImageRef, str]]:
    """Yield each image that is sent, with its bytes in base64."""
    for image in message.images:
        if image.file in data:
            yield image, data[image.file]


def text_beside(message: UserMessage, data: Mapping[str, str]) -> str:
    """What is sent beside them: the text, after a note of the images that the model does not get."""
    unseen = tuple(image for image in message.images if image.file not in data)
    return with_image_note(message.sent_text, unseen, "attached, which you can't see")


def data_url(image: ImageRef, data: str) -> str:
    return f"data:{image.media_type};base64,{data}"
