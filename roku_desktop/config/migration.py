"""Brings a `runtime.toml` up to the current schema, keeping comments and unknown keys.

Owns the steps from one version to the next, and the safe replacement of the file: the old one stays
beside it as a `.bak` copy. Called by `cli config migrate`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from roku_desktop.config.file import Document, parse, read_bytes
from roku_desktop.config.layers import schema_version
from roku_desktop.config.replacing import as_written, replace_content, write_new
from roku_desktop.config.schema import SCHEMA_VERSION
from roku_desktop.engine.errors import ConfigurationError


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
    migrated = as_written(text, content)
    _check(document, parse(file, migrated))
    backup = _replace(file.resolve(), content, migrated)
    return Migration(
        file=file, from_version=version, to_version=SCHEMA_VERSION, changes=tuple(changes), backup=backup
    )


def _add_schema_version(text: str) -> tuple[str, str]:
    return f"schema_version = 1\n{text}", "schema_version = 1 was added as the first line."


_STEPS: tuple[Callable[[str], tuple[str, str]], ...] = (_add_schema_version,)
"""The step at index n turns version n into n + 1."""


def _check(old: Document, new: Document) -> None:
    """A step may add and rename, never lose: what was there must still be there. A bug otherwise."""
    for name, value in old.tree.items():
        assert repr(new.tree.get(name)) == repr(value), f"the migration lost {name}"


def _replace(file: Path, original: bytes, migrated: bytes) -> Path:
    """Write the backup and the new file. Returns the path of the backup."""
    backups: list[Path] = []

    def back_up(undo: contextlib.ExitStack) -> None:
        backups.append(_write_backup(file, original))
        undo.callback(backups[0].unlink)

    try:
        replace_content(file, migrated, before=back_up)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"{file} can't be rewritten ({reason}): it was left as it is.") from None
    return backups[0]


def _write_backup(file: Path, content: bytes) -> Path:
    """Copy to `runtime.toml.bak`, or to the next free number: an earlier backup is never overwritten."""
    for number in range(1, 1_000):
        backup = file.with_name(f"{file.name}.bak" if number == 1 else f"{file.name}.bak{number}")
        with contextlib.suppress(FileExistsError):
            write_new(backup, content)
            return backup
    raise FileExistsError(17, "there are 999 backups already")
