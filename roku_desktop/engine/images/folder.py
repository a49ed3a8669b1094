"""ROKU_HOME/images/<session>: the images that people attached, as they were.

Owns their names, which are their content's digest, and what is taken at all. They last as long as their
session, whose deletion is `storage/folders`' business; a fork gets its own. Made by `app.py`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from roku_desktop.engine.disk_room import DiskRoom
from roku_desktop.engine.errors import ImageRefusedError, StorageError
from roku_desktop.engine.images.header import MediaType, header_of
from roku_desktop.engine.messages import Attachment, ImageRef
from roku_desktop.engine.sentences import said

MAX_IMAGES: Final = 8
MAX_IMAGE_BYTES: Final = 5 * 1024 * 1024 * 3 // 4
"""5 MiB in base64, which is what Anthropic counts; an image that a service refuses would be refused with
every later prompt of its session."""
MAX_SIDE_PX: Final = 8_000
_MIB: Final = 1024 * 1024
_ENDINGS: Final[dict[MediaType, str]] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
}


class ImageFolder:
    """All sessions' images of a home. `room` None = the disk has room."""

    def __init__(self, path: Path, room: DiskRoom | None = None) -> None:
        self._path = path
        self._room = room

    def path_of(self, session_id: str, image: ImageRef) -> Path:
        """Where it lies, if it still does."""
        return self._path / session_id / Path(image.file).name

    async def keep(self, session_id: str, images: Sequence[Attachment]) -> tuple[ImageRef, ...]:
        """Check and store a prompt's images. Raises `ImageRefusedError`, `StorageError`."""
        if len(images) > MAX_IMAGES:
            raise ImageRefusedError(
                said(
                    "A prompt takes at most {most} images, and these are {count}: send them in turn.",
                    most=MAX_IMAGES,
                    count=len(images),
                )
            )
        return await asyncio.to_thread(self._keep_all, session_id, images)

    async def base64_of(self, session_id: str, images: Sequence[ImageRef]) -> dict[str, str]:
        """The bytes by `ImageRef.file`; what is no longer there is left out."""
        return await asyncio.to_thread(self._read_all, session_id, images)

    def _keep_all(self, session_id: str, images: Sequence[Attachment]) -> tuple[ImageRef, ...]:
        taken = [self._taken(session_id, image) for image in images]
        fresh = [(ref, data) for ref, data in taken if data is not None]
        if fresh and self._room is not None and not self._room.has_room():
            raise StorageError(said("The disk is nearly full, so no image can be kept: make room first."))
        try:
            for ref, data in fresh:
                self._write(self.path_of(session_id, ref), data)
        except OSError as error:
            raise StorageError(
                said("The image can't be kept ({reason}).", reason=error.strerror or type(error).__name__)
            ) from None
        return tuple(dict.fromkeys(ref for ref, _ in taken))

    def _taken(self, session_id: str, image: Attachment) -> tuple[ImageRef, bytes | None]:
        match image:
            case ImageRef():
                if not self.path_of(session_id, image).is_file():
                    raise ImageRefusedError(
                        said("The image {name} is no longer there: attach it again.", name=image.described)
                    )
                return image, None
            case Path():
                data = _content(image)
                return checked(data, image.name), data
            case bytes():
                return checked(image, ""), image

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        if path.is_file():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f"{secrets.token_hex(8)}.tmp")
        try:
            with open(unfinished, "xb", opener=_private) as file:
                file.write(data)
            unfinished.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise

    def _read_all(self, session_id: str, images: Sequence[ImageRef]) -> dict[str, str]:
        found: dict[str, str] = {}
        for image in images:
            with contextlib.suppress(OSError):
                data = self.path_of(session_id, image).read_bytes()
                found[image.file] = base64.b64encode(data).decode()
        return found


def checked(data: bytes, name: str) -> ImageRef:
    """What is known of an image. Raises `ImageRefusedError` for what services do not take."""
    called = name or said("The pasted image")
    if len(data) > MAX_IMAGE_BYTES:
        raise ImageRefusedError(
            said(
                "{name} is too large for models: at most {most} MB, so make it smaller first.",
                name=called,
                most=f"{MAX_IMAGE_BYTES / _MIB:.2f}",
            )
        )
    header = header_of(data)
    if header is None:
        raise ImageRefusedError(said("{name} is not a PNG, JPEG, WebP or GIF image.", name=called))
    if max(header.width_px, header.height_px) > MAX_SIDE_PX:
        raise ImageRefusedError(
            said(
                "{name} is too large for models: at most {most} pixels a side, so make it smaller first.",
                name=called,
                most=MAX_SIDE_PX,
            )
        )
    return ImageRef(
        file=hashlib.sha256(data).hexdigest()[:32] + _ENDINGS[header.media_type],
        name=name,
        media_type=header.media_type,
        width_px=header.width_px,
        height_px=header.height_px,
        size_bytes=len(data),
    )


def _content(path: Path) -> bytes:
    """At most a byte more than is taken; a device or a pipe is never opened."""
    try:
        if path.exists() and not path.is_file():
            raise ImageRefusedError(said("{name} is not a file.", name=path.name or str(path)))
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except OSError as error:
        raise ImageRefusedError(
            said(
                "The image {path} can't be read ({reason}).",
                path=path,
                reason=error.strerror or type(error).__name__,
            )
        ) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
