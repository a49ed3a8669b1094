"""How a person wants the window to look: language, colours, size of text, motion. One small file in the home.

A file of its own, because the first paint needs it: `runtime.toml` and the database are read behind
the window that is already painted. Owns its shape and how it is read and written; `looks.py` applies it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

Language = Literal["system", "en", "zh_CN"]
Scheme = Literal["system", "light", "dark"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
SCHEMES: Final[tuple[Scheme, ...]] = get_args(Scheme)
TEXT_PERCENTS: Final = (100, 110, 125, 150, 175, 200)


class Appearance(msgspec.Struct, frozen=True, kw_only=True):
    """`text_percent` is of the system's own text size, from 100 to 200.

    `reduced_motion`: nothing blinks, and menus don't fade.
    """

    language: Language = "system"
    scheme: Scheme = "system"
    text_percent: int = 100
    reduced_motion: bool = False

    def with_text_percent(self, percent: int) -> Appearance:
        return msgspec.structs.replace(self, text_percent=max(100, min(200, percent)))


def read(file: Path) -> Appearance:
    """What is wanted there; a file that is absent or can't be understood wants nothing in particular."""
    try:
        wanted = msgspec.json.decode(file.read_bytes(), type=Appearance)
    except (OSError, msgspec.DecodeError):
        return Appearance()
    return wanted.with_text_percent(wanted.text_percent)


def write(file: Path, wanted: Appearance) -> None:
    """Replace the file as a whole, readable by its owner alone. Raises `OSError`."""
    new = file.with_name(f"{file.name}.new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(wanted)) + b"\n")
    new.replace(file)
