"""Puts a new content into a file in one step: whole or not at all, readable by its owner alone.

Owns how `runtime.toml` is written safely. Called by `config.migration` and `config.editing`. Blocks.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

UTF8_MARK = b"\xef\xbb\xbf"


def as_written(text: str, original: bytes) -> bytes:
    """Give the text back the byte order mark and the line ends that the original had."""
    mark = UTF8_MARK if original.startswith(UTF8_MARK) else b""
    line_end = b"\r\n" if b"\r\n" in original else b"\n"
    return mark + text.encode().replace(b"\n", line_end)


def replace_content(
    file: Path, content: bytes, *, before: Callable[[contextlib.ExitStack], None] = lambda _undo: None
) -> None:
    """Write the new file aside, then replace in one step. Raises `OSError`; the file is then as it was.

    `before` is called in between and says on the stack how it is undone. A link stays one: what it leads to
    is replaced.
    """
    file = file.resolve()
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    with contextlib.ExitStack() as undo:
        undo.callback(draft.unlink, missing_ok=True)
        write_new(draft, content)
        before(undo)
        draft.replace(file)
        undo.pop_all()
    sync_folder(file.parent)


def write_new(file: Path, content: bytes) -> None:
    """Write a file that doesn't exist yet, readable by its owner alone, and make it durable."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make the rename durable; Windows can't open folders and needs no such step."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
