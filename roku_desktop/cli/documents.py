"""A file that a command was told to write: readable by its owner alone, never a silent overwrite.

Called by `sessions export`. The document stands under its name only when it is whole.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from roku_desktop.engine.errors import ConfigurationError


@contextmanager
def new_document(name: str | None, *, replace: bool) -> Iterator[BinaryIO]:
    """Open the file to write to; stdout where no name is given, or `-`.

    Raises `ConfigurationError` where it exists and must not be replaced, or can't be written.
    """
    if name is None or name == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    file = Path(name).expanduser()
    if file.exists() and not replace:
        raise _exists(file)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with _create(draft) as document:
            yield document
        _put_in_place(draft, file, replace=replace)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{file} can't be written ({reason}): choose another place.") from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _create(draft: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(draft, flags, 0o600), "wb")


def _put_in_place(draft: Path, file: Path, *, replace: bool) -> None:
    """Give the draft its name; without `replace` a file that appeared meanwhile is kept."""
    if replace:
        draft.replace(file)
        return
    try:
        os.link(draft, file)
    except FileExistsError:
        raise _exists(file) from None
    except OSError:  # a file system without hard links
        draft.rename(file)


def _exists(file: Path) -> ConfigurationError:
    return ConfigurationError(f"{file} exists already: name another file, or replace it with --force.")
