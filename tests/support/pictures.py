"""Images made here, so that tests need no files."""

from __future__ import annotations

import struct
import zlib


def png(width_px: int = 4, height_px: int = 3, shade: int = 200) -> bytes:
    """A whole PNG of one grey."""
    rows = (b"\0" + bytes([shade]) * width_px) * height_px
    head = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def gif(width_px: int = 4, height_px: int = 3) -> bytes:
    """The head of a GIF, which is all that is read here."""
    return b"GIF89a" + struct.pack("<HH", width_px, height_px) + b"\0\0\0;"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
