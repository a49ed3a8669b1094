"""The layer of the file: reads `runtime.toml` and returns its values with their places.

Owns reading, syntax errors and the refusal of secrets. Doesn't know which keys exist: that is
`config.schema`. Called by `config.layers`, `config.watch` and `config.migration`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from roku_desktop.config.entries import Entry
from roku_desktop.config.positions import KeyPath, Places, Position, find_places
from roku_desktop.config.schema import canonical, name_in_variable, quoted
from roku_desktop.config.secrets import is_secret_name, is_secret_value, without_secrets
from roku_desktop.engine.errors import ConfigurationError

MAX_FILE_BYTES = 256 * 1024

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is valid TOML and holds no secret. `text` has newlines as line ends and no mark."""

    file: Path
    text: str
    tree: dict[str, Any]
    places: dict[KeyPath, Places]

    def place(self, path: KeyPath, *, of_value: bool = False) -> str:
        """Return "FILE, line L, column C" for a key, or for its value."""
        places = self.places.get(path)
        if places is None:
            return str(self.file)
        return place_in(self.file, places.value if of_value else places.key)

    def where(self, path: KeyPath) -> str:
        """Return "FILE:L", the short form of `config show`."""
        places = self.places.get(path)
        return f"{self.file}:{places.key.line}" if places else str(self.file)


def place_in(file: Path, position: Position) -> str:
    return f"{file}, line {position.line}, column {position.column}"


def read_bytes(file: Path) -> bytes | None:
    """Return the content of the file, None where there is none.

    Raises `ConfigurationError` where something else is in its place or it can't be read.
    """
    if str(file) == os.devnull:
        return b""
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ConfigurationError(f"{file} is a folder, but the configuration must be a file.")
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
            raise ConfigurationError(f"{file} is not an ordinary file, so it can't be the configuration.")
        if status.st_size > MAX_FILE_BYTES:
            raise ConfigurationError(
                f"{file} holds {status.st_size} bytes, and a configuration may have {MAX_FILE_BYTES}."
            )
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "the path is not valid"
        raise ConfigurationError(
            f"{file} can't be read ({reason}): correct its rights or its path."
        ) from None


def parse(file: Path, content: bytes) -> Document:
    """Read the bytes as TOML. Raises `ConfigurationError` with line and column, and for secrets."""
    import tomllib

    text = _decode(file, content)
    try:
        # With a line end, an error in the last line has a line; a lone CR must stay the error it is.
        tree = tomllib.loads(text if text.endswith("\r") else text + "\n")
        places = find_places(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_syntax_error(file, text, str(error))) from None
    except RecursionError:
        raise ConfigurationError(f"{file} is nested too deeply to be read.") from None
    except ValueError:  # Python's own limit on the digits of a whole number
        raise ConfigurationError(f"{file} holds a number with too many digits.") from None
    document = Document(file=file, text=text, tree=tree, places=places)
    _refuse_secrets(document)
    return document


def entries(document: Document) -> list[Entry]:
    """Return the values below [runtime], in the order of the file.

    Raises `ConfigurationError` where the same key is given in two ways.
    """
    runtime = document.tree.get("runtime", {})
    if not isinstance(runtime, dict):
        raise ConfigurationError(
            f"{document.place(('runtime',), of_value=True)}: runtime must be a table, written as [runtime.…]."
        )
    found: dict[tuple[str, ...], Entry] = {}
    written = sorted(_leaves(("runtime",), runtime), key=lambda leaf: _order(document, leaf[0]))
    for path, value in written:
        entry = _entry(document, path, value)
        twin = found.setdefault(entry.path, entry)
        if twin is not entry and value != {}:
            raise entry.refusal(
                f"{entry.written_as} is set twice: {twin.written_as} at {twin.where} is the same."
            )
    return list(found.values())


def _leaves(path: tuple[str, ...], table: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _leaves((*path, name), value)
        else:
            yield (*path, name), value


def _order(document: Document, path: tuple[str, ...]) -> tuple[int, int]:
    key = document.places[path].key
    return key.line, key.column


def _entry(document: Document, path: tuple[str, ...], value: object) -> Entry:
    count = len(value) if isinstance(value, list) else 0
    moved = canonical(path[1:])
    wheres = [document.where(path[: end + 1]) for end in range(1, len(path))]
    if len(moved) > len(wheres):  # a vendor's table, which now has "providers" above it
        wheres.insert(0, wheres[0])
    return Entry(
        path=moved,
        value=value,
        layer="file",
        place=document.place(path, of_value=True),
        where=document.where(path),
        written_as=".".join(quoted(segment) for segment in path),
        segment_wheres=tuple(wheres),
        element_places=tuple(document.place((*path, index)) for index in range(count)),
    )


def _decode(file: Path, content: bytes) -> str:
    if content.startswith(_UTF16_MARKS):
        raise ConfigurationError(f"{file} is stored as UTF-16: save it as UTF-8.")
    body = content.removeprefix(_UTF8_MARK)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        line_start = before.rfind("\n") + 1
        position = Position(before.count("\n") + 1, len(before) - line_start + 1)
        raise ConfigurationError(
            f"{place_in(file, position)}: the byte here is not UTF-8; save the file as UTF-8."
        ) from None
    return text.replace("\r\n", "\n")


def _syntax_error(file: Path, text: str, message: str) -> str:
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    reason, line, column = found.groups() if found else (message, None, None)
    position = Position(int(line), int(column)) if line and column else _end_of(text)
    return f"{place_in(file, position)}: {_in_our_words(reason)}"


def _in_our_words(reason: str) -> str:
    if "twice" in reason or "overwrite" in reason or "Duplicate" in reason:
        return "this key or table is set twice: remove one of the two."
    if "hex value" in reason or "Unescaped" in reason:
        return "a backslash has a meaning in double quotes: write a Windows path in 'single quotes'."
    return f"this is not valid TOML: {without_secrets(reason[:1].lower() + reason[1:])}."


def _end_of(text: str) -> Position:
    lines = text.rstrip("\n").split("\n")
    return Position(len(lines), len(lines[-1]) + 1)


def _refuse_secrets(document: Document) -> None:
    for path, value, named_secret in _walk((), document.tree, inherited=False):
        name = path[-1]
        if isinstance(name, str) and is_secret_value(name):
            raise _secret_error(document, path, "this key")
        if named_secret or is_secret_value(value):
            key = next(segment for segment in reversed(path) if isinstance(segment, str))
            raise _secret_error(document, path, quoted(key))


def _walk(path: KeyPath, value: object, *, inherited: bool) -> Iterator[tuple[KeyPath, object, bool]]:
    """Yield every value below, and whether its name or the name of a table around it calls it a secret."""
    if isinstance(value, dict):
        for name, item in value.items():
            inner = (*path, name)
            named = _is_named_secret(path, name, item)
            is_leaf = not isinstance(item, dict | list)
            # Below a table called "secrets" every text is one, a switch or a number is not.
            yield inner, item, is_leaf and item != "" and (named or (inherited and isinstance(item, str)))
            yield from _walk(inner, item, inherited=inherited or named)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index), item, inherited and isinstance(item, str) and item != ""
            yield from _walk((*path, index), item, inherited=inherited)


def _is_named_secret(path: KeyPath, name: str, value: object) -> bool:
    # A provider may be called "token" or "secret": there the table's name is the person's choice.
    if path == ("runtime", "llm", "providers") and isinstance(value, dict):
        return False
    return is_secret_name(name, value)


def _secret_error(document: Document, path: KeyPath, shown: str) -> ConfigurationError:
    return ConfigurationError(
        f"{document.place(path)}: {shown} looks like a secret, and secrets never stand in this file: "
        f"remove it and {secret_advice(_canonical_keys(path))}"
    )


def _canonical_keys(path: KeyPath) -> tuple[str, ...]:
    return canonical(tuple(segment for segment in path[1:] if isinstance(segment, str)))


def secret_advice(path: tuple[str, ...]) -> str:
    """Return where the secret at a canonical path belongs, as the end of a sentence."""
    if path[:1] == ("network",):
        return "set the variable HTTPS_PROXY instead."
    name = path[2] if path[:2] == ("llm", "providers") and len(path) > 3 else ""
    variable = name_in_variable(name) if name and not is_secret_value(name) else "<NAME>"
    return f"store the key in the system keyring with the app, or set the variable ROKU_{variable}_API_KEY."
