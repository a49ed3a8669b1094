"""Changes single values of `runtime.toml`, and leaves everything else as its person wrote it.

Owns how a change is written down: comments, order and unknown keys stay. What comes out is read again and
compared before it is used, so that a slip of the library loses nothing. Called by `config.desk`, in a
thread. tomlkit (20 ms) is imported with the first change.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roku_desktop.config.configuration import Configuration
from roku_desktop.config.file import parse, read_bytes
from roku_desktop.config.layers import load_content
from roku_desktop.config.replacing import as_written, replace_content
from roku_desktop.config.schema import SCHEMA_VERSION, VENDORS, dotted
from roku_desktop.engine.errors import ConfigurationError

if TYPE_CHECKING:
    from tomlkit.items import Item

KeyPath = tuple[str, ...]
"""A canonical path without `runtime`, as in `config.schema`; that of a table stands for all in it."""

NewValue = int | float | str | tuple[str, ...] | None
"""None takes the key, or the whole table, out of the file."""

Changes = Mapping[KeyPath, NewValue]


def change_file(file: Path, changes: Changes, environ: Mapping[str, str]) -> Configuration:
    """Write the changes and return what then is in force.

    Raises `ConfigurationError` where the file or a value is wrong, or nothing can be written; the file is
    then as it was.
    """
    content = read_bytes(file)
    changed = edited(file, content, changes)
    configuration = load_content(file, changed, environ)
    if changed != content:
        try:
            replace_content(file, changed)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigurationError(f"{file} can't be written ({reason}): nothing was changed.") from None
    return configuration


def edited(file: Path, content: bytes | None, changes: Changes) -> bytes:
    """Return the content with the changes. Raises `ConfigurationError` where it can't be understood."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    original = content if content is not None else f"schema_version = {SCHEMA_VERSION}\n".encode()
    document = parse(file, original)
    wanted = copy.deepcopy(document.tree)
    try:
        toml = tomlkit.parse(document.text)
        for path, value in changes.items():
            written = _as_in_file(document.tree, path)
            _put(wanted, written, list(value) if isinstance(value, tuple) else value)
            _put_item(toml, written, None if value is None else _item(value))
        text = toml.as_string()
        result = parse(file, as_written(text, original))
        faithful = repr(_without_empty(result.tree)) == repr(_without_empty(wanted)) or (
            _without_empty(result.tree) == _without_empty(wanted)
        )
    except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError):
        faithful = False
    if not faithful:
        names = ", ".join(dotted(path) for path in changes)
        raise ConfigurationError(
            f"{file} is written in a way that the program can't change {names} in: change it by hand."
        )
    return as_written(text, original)


def _as_in_file(tree: Mapping[str, Any], path: KeyPath) -> KeyPath:
    """A vendor's table may stand in two places: where it is, else directly under [runtime.llm]."""
    if path[:2] != ("llm", "providers") or len(path) < 3 or path[2] not in VENDORS:
        return ("runtime", *path)
    general = _at(tree, ("runtime", "llm", "providers"))
    if isinstance(general, dict) and path[2] in general:
        return ("runtime", *path)
    return ("runtime", "llm", *path[2:])


def _at(tree: Mapping[str, Any], path: KeyPath) -> object:
    found: object = tree
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _put(tree: dict[str, Any], path: KeyPath, value: object) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    if value is None:
        tree.pop(path[-1], None)
    else:
        tree[path[-1]] = value


def _put_item(toml: Any, path: KeyPath, item: Item | None) -> None:
    import tomlkit

    table = toml
    for depth, name in enumerate(path[:-1]):
        if name not in table:
            if item is None:
                return
            table[name] = tomlkit.table(is_super_table=depth < len(path) - 2)
        table = table[name]
    if item is not None:
        table[path[-1]] = item
    elif path[-1] in table:
        del table[path[-1]]


def _item(value: float | str | tuple[str, ...]) -> Item:
    import tomlkit

    return tomlkit.item(list(value) if isinstance(value, tuple) else value)


def _without_empty(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Tables that hold nothing say nothing, so whether one stays is not looked at."""
    lean = {name: _without_empty(item) if isinstance(item, dict) else item for name, item in tree.items()}
    return {name: item for name, item in lean.items() if item != {}}
