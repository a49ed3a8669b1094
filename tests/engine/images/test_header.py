"""What kind of image bytes are, and how large, by their first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QImage, QImageWriter

from roku_desktop.engine.images.header import header_of
from tests.support.pictures import gif, png


def encoded(form: str, quality: int = 80) -> bytes:
    image = QImage(37, 21, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, form.encode())
    writer.setQuality(quality)
    assert writer.write(image)
    return bytes(buffer.data().data())


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(37, 21), "image/png"),
        (gif(37, 21), "image/gif"),
        (encoded("PNG"), "image/png"),
        (encoded("JPG"), "image/jpeg"),
        (encoded("WEBP"), "image/webp"),
        (encoded("WEBP", 100), "image/webp"),
    ],
)
def test_each_kind_is_told_with_its_size(data: bytes, media_type: str) -> None:
    header = header_of(data)
    assert header is not None
    assert (header.media_type, header.width_px, header.height_px) == (media_type, 37, 21)


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"BM" + b"x" * 60, b"%PDF-1.7", png()[:20], b"\xff\xd8\xff\xe0"]
)
def test_anything_else_is_no_image(data: bytes) -> None:
    assert header_of(data) is None


@given(
    some.sampled_from([encoded("JPG"), encoded("WEBP"), png(), gif(), b""]),
    some.integers(0, 80),
    some.binary(),
)
def test_broken_bytes_never_break_the_reader(whole: bytes, kept: int, rest: bytes) -> None:
    header = header_of(whole[:kept] + rest)
    assert header is None or (header.width_px > 0 and header.height_px > 0)
