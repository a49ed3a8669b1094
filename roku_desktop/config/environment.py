"""The layer of the environment: `ROKU_RUNTIME__SECTION__FIELD`, in any case.

Owns the names of variables and how their text becomes a value; bounds are judged in `config.decode`.
Called by `config.layers`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from roku_desktop.config.entries import Entry, shown
from roku_desktop.config.file import secret_advice
from roku_desktop.config.schema import Key, canonical, name_in_variable
from roku_desktop.config.secrets import is_secret_name, is_secret_value
from roku_desktop.engine.errors import ConfigurationError

PREFIX = "ROKU_RUNTIME__"

_WHOLE = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_MAX_DIGITS = 400


def entries(environ: Mapping[str, str], provider_names: Iterable[str]) -> list[Entry]:
    """Return the values set by variables, ordered by name. An empty variable counts as not set.

    `provider_names` are those of the file: a variable can't spell their case or their hyphens.
    Raises `ConfigurationError` for secrets, and where two variables set the same key.
    """
    names = {name_in_variable(name): name for name in provider_names}
    found: dict[tuple[str, ...], Entry] = {}
    for variable in sorted(environ):
        value = environ[variable].strip()
        if not variable.upper().startswith(PREFIX) or not value:
            continue
        entry = _entry(variable, value, names)
        twin = found.setdefault(entry.path, entry)
        if twin is not entry:
            raise ConfigurationError(f"{twin.where} and {variable} set the same key: remove one of them.")
    return list(found.values())


def typed(entry: Entry, key: Key) -> object:
    """Return the text of a variable as the type its key has, or the text itself where it isn't one."""
    text = str(entry.value)
    if key.shape == "integer":
        return int(text) if _WHOLE.fullmatch(text) and len(text) <= _MAX_DIGITS else text
    if key.shape == "number":
        number = float(text) if _NUMBER.fullmatch(text) and len(text) <= _MAX_DIGITS else math.nan
        return number if math.isfinite(number) else text
    if key.shape == "switch":
        return {"true": True, "false": False}.get(text.lower(), text)
    if key.shape in ("texts", "levels"):
        return _texts(entry, text)
    return text


def _entry(variable: str, value: str, names: Mapping[str, str]) -> Entry:
    segments = tuple(segment.lower() for segment in variable[len(PREFIX) :].split("__"))
    if not all(segments):
        raise ConfigurationError(
            f"{variable[:60]} is no complete name: write {PREFIX}SECTION__FIELD, two underscores between."
        )
    path = canonical(segments)
    if path[:2] == ("llm", "providers") and len(path) > 2:
        path = (*path[:2], names.get(name_in_variable(path[2]), path[2]), *path[3:])
    if is_secret_value(variable):
        raise ConfigurationError("The name of an environment variable looks like a key itself: unset it.")
    if is_secret_name(path[-1], value) or is_secret_value(value):
        raise ConfigurationError(
            f"The environment variable {variable} looks like a secret, which the configuration never holds: "
            f"unset it and {secret_advice(path)}"
        )
    return Entry(
        path=path,
        value=value,
        layer="environment",
        place=f"The environment variable {variable}",
        where=variable,
        written_as=variable,
    )


def _texts(entry: Entry, text: str) -> object:
    """Read `a, b` or a list as TOML writes it."""
    if not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    import tomllib

    try:
        value: object = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        raise entry.refusal(f"{shown(text)} is no list: write a, b or ['a', 'b'].") from None
    return value
