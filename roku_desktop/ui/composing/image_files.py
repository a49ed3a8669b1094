"""Images that are attached: told from other files by their first bytes, made fit for services, made small.

Decodes, so it is called on a thread (`pictures.py`), never on the loop's. Only files are read, no addresses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from roku_desktop.engine import Attachment

THUMBNAIL_PX: Final = 192
"""The longer side of what is shown in a strip or a row, for screens of two pixels a point."""
VIEWED_PX: Final = 2_400
_FIT_PX: Final = 2_048  # larger ones are made smaller by the services themselves
_FIT_BYTES: Final = 3_900_000  # what the engine takes (`engine/images/folder.py`), and a little less
_JPEG_QUALITY: Final = 88
_FIT_SIDE_PX: Final = 8_000
_SIGNATURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


class AttachedImage(msgspec.Struct, frozen=True, eq=False):
    """What goes with the prompt, what a person calls it ("" = it was pasted), and how it looks."""

    content: Attachment
    name: str
    thumbnail: QImage


def is_image(path: Path) -> bool:
    """Whether the file begins as an image that services take."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head.startswith(_SIGNATURES) or (head[:4] == b"RIFF" and head[8:] == b"WEBP")


def attached_file(path: Path) -> AttachedImage | None:
    """The file itself, or a smaller image where services would refuse its size; None = it is broken."""
    reader = QImageReader(str(path))
    size = reader.size()
    is_fit = path.stat().st_size <= _FIT_BYTES and max(size.width(), size.height()) <= _FIT_SIDE_PX
    thumbnail = scaled_image(path, THUMBNAIL_PX)
    if thumbnail is None:
        return None
    if is_fit:
        return AttachedImage(path, path.name, thumbnail)
    smaller = scaled_image(path, _FIT_PX)
    return AttachedImage(_encoded(smaller, "jpeg"), path.name, thumbnail) if smaller is not None else None


def attached_picture(picture: QImage) -> AttachedImage:
    """What was pasted; a screenshot stays exact if it can."""
    data = _encoded(picture, "png")
    if len(data) > _FIT_BYTES or max(picture.width(), picture.height()) > _FIT_SIDE_PX:
        data = _encoded(_within(picture, _FIT_PX), "jpeg")
    return AttachedImage(data, "", _within(picture, THUMBNAIL_PX))


def scaled_image(path: Path, side_px: int) -> QImage | None:
    """The image, no larger than that; None where it can't be decoded in 256 MB, which Qt allows."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side_px:
        reader.setScaledSize(
            size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        )
    image = reader.read()
    return None if image.isNull() else _within(image, side_px)


def _within(picture: QImage, side_px: int) -> QImage:
    if max(picture.width(), picture.height()) <= side_px:
        return picture
    return picture.scaled(
        side_px, side_px, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _encoded(picture: QImage, form: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(form.encode()))
    writer.setQuality(_JPEG_QUALITY if form == "jpeg" else -1)
    writer.write(picture)
    return bytes(buffer.data().data())
