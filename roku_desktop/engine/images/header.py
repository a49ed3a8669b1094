"""What kind of image some bytes are, and how large it is, told by their first bytes and never by a name.

Nothing is decoded: only the header is read. Pure; called by `folder.py`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

MediaType = Literal["image/png", "image/jpeg", "image/webp", "image/gif"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers of a frame, which has the size; the three others in the range are tables."""
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})


class ImageHeader(msgspec.Struct, frozen=True, kw_only=True):
    media_type: MediaType
    width_px: int
    height_px: int


def header_of(data: bytes) -> ImageHeader | None:
    """None where it is no image of the four kinds that all services take, or has no size."""
    media_type: MediaType
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        media_type, size = "image/png", (_big(data, 16, 4), _big(data, 20, 4))
    elif data.startswith((b"GIF87a", b"GIF89a")):
        media_type, size = "image/gif", (_little(data, 6, 2), _little(data, 8, 2))
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        media_type, size = "image/webp", _webp_size(data)
    elif data.startswith(_JPEG):
        media_type, size = "image/jpeg", _jpeg_size(data)
    else:
        return None
    width_px, height_px = size
    if not width_px or not height_px:
        return None
    return ImageHeader(media_type=media_type, width_px=width_px, height_px=height_px)


def _webp_size(data: bytes) -> tuple[int, int]:
    if len(data) < 30:
        return 0, 0
    match data[12:16]:
        case b"VP8 ":
            return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF
        case b"VP8L":
            bits = _little(data, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    return 0, 0


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the first frame, behind the segments before it (which may hold a thumbnail of their own)."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _FRAMES:
            return _big(data, place + 7, 2), _big(data, place + 5, 2)
        if marker == 0xFF:
            place += 1
        else:
            place += 2 if marker in _WITHOUT_LENGTH else 2 + _big(data, place + 2, 2)
    return 0, 0


def _big(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")


def _little(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "little")
