"""The bridge's calls for images: attaching them, and showing those of a session. Decoding is done on threads.

Made by `archive.py` at its first use; used by `steering/images.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from roku_desktop.engine import Engine, ImageRef
from roku_desktop.ui.composing.image_files import (
    THUMBNAIL_PX,
    VIEWED_PX,
    AttachedImage,
    attached_file,
    attached_picture,
    is_image,
    scaled_image,
)
from roku_desktop.ui.language import tr

Work = Callable[[], Coroutine[object, object, None]]
Source = Path | QImage | ImageRef
Start = Callable[[Work], asyncio.Task[None]]


class PictureCalls(QObject):
    """Signals:
    attached: an `AttachedImage`, for the session with that id.
    thumbnail_loaded: an `ImageRef` and its small QImage.
    opened: an `ImageRef` and its QImage.
    problem_found: a sentence.
    """

    attached = Signal(str, object)
    thumbnail_loaded = Signal(object, object)
    opened = Signal(object, object)
    problem_found = Signal(str)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start

    def attach(
        self,
        session_id: str,
        sources: Sequence[Source],
        *,
        others: Callable[[Sequence[Path]], None] | None = None,
    ) -> None:
        """Make images of files, of the clipboard or of the session ready to go with a prompt.

        `others` is called with the files that are no images; without it they are a problem.
        """

        async def work() -> None:
            images = list(sources)
            if others is not None:
                rest = await asyncio.to_thread(_no_images, images)
                images = [source for source in images if source not in rest]
                if rest:
                    others(rest)
            for source in images:
                image = await self._ready(session_id, source)
                if image is not None:
                    self.attached.emit(session_id, image)
                elif not isinstance(source, QImage):
                    self.problem_found.emit(
                        tr("“{0}” is not an image that can be shown.").format(
                            source.name or tr("pasted image")
                        )
                    )

        self._start(work)

    async def _ready(self, session_id: str, source: Source) -> AttachedImage | None:
        if not isinstance(source, ImageRef):
            return await asyncio.to_thread(_attached, source)
        thumbnail = await self._picture(session_id, source, THUMBNAIL_PX)
        return None if thumbnail is None else AttachedImage(source, source.name, thumbnail)

    def load_thumbnail(self, session_id: str, image: ImageRef) -> None:
        async def load() -> None:
            self.thumbnail_loaded.emit(image, await self._picture(session_id, image, THUMBNAIL_PX))

        self._start(load)

    def open(self, session_id: str, image: ImageRef) -> None:
        """Load it as large as a window shows it."""

        async def load() -> None:
            picture = await self._picture(session_id, image, VIEWED_PX)
            if picture is None:
                self.problem_found.emit(tr("This image is no longer in the home folder."))
            else:
                self.opened.emit(image, picture)

        self._start(load)

    async def _picture(self, session_id: str, image: ImageRef, side_px: int) -> QImage | None:
        path = self._engine.image_path(session_id, image)
        return None if path is None else await asyncio.to_thread(scaled_image, path, side_px)


def _no_images(sources: Sequence[Source]) -> list[Path]:
    return [source for source in sources if isinstance(source, Path) and not is_image(source)]


def _attached(source: Path | QImage) -> AttachedImage | None:
    try:
        return attached_picture(source) if isinstance(source, QImage) else attached_file(source)
    except OSError:
        return None
