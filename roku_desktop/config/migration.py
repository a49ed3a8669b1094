"""Brings a `runtime.toml` up to the current schema, keeping comments and unknown keys.

Owns the steps from one version to the next, and the safe replacement of the file: the old one stays
beside it as a `.bak` copy. Called by `cli config migrate`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from roku_desktop.config.file import Document, parse, read_bytes
from roku_desktop.config.layers import schema_version
from roku_desktop.config.schema import SCHEMA_VERSION
from roku_desktop.engine.errors import ConfigurationError

_UTF8_MARK = b"\xef\xbb\xbf"


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. `changes` are sentences; empty, with no `backup`, = nothing was to be done."""

    file: Path
    from_version: int
    to_version: int
    changes: tuple[str, ...] = ()
    backup: Path | None = None


def migrate(file: Path) -> Migration:
    """Rewrite the file for the current schema. Raises `ConfigurationError`; the file is then as it was."""
    content = read_bytes(file)
    if content is None:
        raise ConfigurationError(f"There is no {file}, so there is nothing to migrate.")
    document = parse(file, content)
    version = schema_version(document)
    if version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"{document.where(('schema_version',))}: schema_version {version} is newer than this program, "
            f"which knows {SCHEMA_VERSION}: the file was left as it is."
        )
    text, changes = document.text, []
    for step in _STEPS[version:]:
        text, change = step(text)
        changes.append(change)
    if not changes:
        return Migration(file=file, from_version=version, to_version=version)
    migrated = _as_written(text, content)
    _check(document, parse(file, migrated))
    backup = _replace(file.resolve(), content, migrated)
    return Migration(
        file=file, from_version=version, to_version=SCHEMA_VERSION, changes=tuple(changes), backup=backup
    )


def _add_schema_version(text: str) -> tuple[str, str]:
    return f"schema_version = 1\n{text}", "schema_version = 1 was added as the first line."


_STEPS: tuple[Callable[[str], tuple[str, str]], ...] = (_add_schema_version,)
"""The step at index n turns version n into n + 1."""


def _as_written(text: str, original: bytes) -> bytes:
    """Give the text back the byte order mark and the line ends the file had."""
    mark = _UTF8_MARK if original.startswith(_UTF8_MARK) else b""
    line_end = b"\r\n" if b"\r\n" in original else b"\n"
    return mark + text.encode().replace(b"\n", line_end)


def _check(old: Document, new: Document) -> None:
    """A step may add and rename, never lose: what was there must still be there. A bug otherwise."""
    for name, value in old.tree.items():
        assert repr(new.tree.get(name)) == repr(value), f"the migration lost {name}"


def _replace(file: Path, original: bytes, migrated: bytes) -> Path:
    """Write the new file aside, the backup, then replace in one step. Returns the path of the backup."""
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        with contextlib.ExitStack() as undo:
            _write_new(draft, migrated)
            undo.callback(draft.unlink)
            backup = _write_backup(file, original)
            undo.callback(backup.unlink)
            draft.replace(file)
            undo.pop_all()
        _sync_folder(file.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{file} can't be rewritten ({reason}): it was left as it is.") from None
    return backup


def _write_backup(file: Path, content: bytes) -> Path:
    """Copy to `runtime.toml.bak`, or to the next free number: an earlier backup is never overwritten."""
    for number in range(1, 1_000):
        backup = file.with_name(f"{file.name}.bak" if number == 1 else f"{file.name}.bak{number}")
        with contextlib.suppress(FileExistsError):
            _write_new(backup, content)
            return backup
    raise FileExistsError(17, "there are 999 backups already")


def _write_new(file: Path, content: bytes) -> None:
    """Write a file that doesn't exist yet, readable by its owner alone, and make it durable."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename durable; Windows can't open folders and needs no such step."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
