"""From the merged entries of all layers to `EngineSettings`, with the source of each value.

Owns which value goes into which struct and the rules that span several keys outside providers
(those are in `config.providers`). Called by `config.layers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from roku_desktop.config.configuration import Row, Source, UnknownKey
from roku_desktop.config.decode import Value, decode
from roku_desktop.config.entries import Entry, shown
from roku_desktop.config.providers import build_pin, build_providers
from roku_desktop.config.schema import KEYS, TABLES, dotted, pattern_of
from roku_desktop.config.unknown import unknown_key
from roku_desktop.engine import settings as engine
from roku_desktop.engine.errors import ConfigurationError


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """All values that were given, by canonical path, and what else was met on the way.

    `mentions` holds for each provider name the first entry that names it.
    """

    values: Mapping[tuple[str, ...], Value]
    sources: Mapping[tuple[str, ...], Source]
    entries: Mapping[tuple[str, ...], Entry]
    mentions: Mapping[str, Entry]
    unknown: tuple[UnknownKey, ...]

    def below(self, *table: str) -> dict[str, Value]:
        """Return the values that stand directly in a table."""
        return {path[-1]: value for path, value in self.values.items() if path[:-1] == table}


def merge(*layers: Iterable[Entry]) -> dict[tuple[str, ...], Entry]:
    """Lay the layers over each other: a later one wins, the order of the first mention stays."""
    return {entry.path: entry for layer in layers for entry in layer}


def decode_all(entries: Mapping[tuple[str, ...], Entry]) -> Decoded:
    """Judge each entry. Raises `ConfigurationError` for the first that is wrong."""
    values: dict[tuple[str, ...], Value] = {}
    sources: dict[tuple[str, ...], Source] = {}
    mentions: dict[str, Entry] = {}
    unknown: list[UnknownKey] = []
    for path, entry in entries.items():
        if path[:2] == ("llm", "providers") and len(path) > 2:
            mentions.setdefault(path[2], entry)
        pattern = pattern_of(path)
        if key := KEYS.get(pattern):
            values[path], sources[path] = decode(entry, key)
        elif pattern in TABLES:
            _require_table(entry)
        else:
            _refuse_table_in_place_of_value(entry, pattern)
            unknown.append(unknown_key(entry))
    return Decoded(values=values, sources=sources, entries=entries, mentions=mentions, unknown=tuple(unknown))


def build_settings(decoded: Decoded) -> engine.EngineSettings:
    """Fill the structs. Raises `ConfigurationError` where values don't fit together."""
    for_all = decoded.below("llm", "resilience")
    hosted = msgspec.structs.replace(engine.Resilience(), **for_all)
    local = msgspec.structs.replace(engine.LOCAL_RESILIENCE, **for_all)
    providers = build_providers(decoded.values, decoded.entries, decoded.mentions, hosted=hosted, local=local)
    llm = msgspec.structs.replace(
        engine.LlmSettings(),
        providers=providers,
        pin=build_pin(decoded.values, decoded.entries, providers),
        local_resilience=local,
        thinking_budget_tokens=decoded.values.get(("llm", "thinking_budget_tokens")),
    )
    sections = {
        name: msgspec.structs.replace(default, **decoded.below(name)) for name, default in _sections().items()
    }
    return msgspec.structs.replace(engine.EngineSettings(llm=llm), **sections)


def rows_and_sources(
    settings: engine.EngineSettings, decoded: Decoded
) -> tuple[tuple[Row, ...], dict[str, Source]]:
    """List every key with its value in force and where it came from, providers in their order."""
    rows: list[Row] = []
    sources: dict[str, Source] = {}
    for path, value in _in_force(settings, decoded):
        source = decoded.sources.get(path, Source())
        sources[dotted(path)] = source
        rows.append(Row(key=dotted(path), value=value, source=str(source)))
    return tuple(rows), sources


def _in_force(
    settings: engine.EngineSettings, decoded: Decoded
) -> Iterable[tuple[tuple[str, ...], str | float | list[str] | None]]:
    for pattern in KEYS:
        if pattern[0] == "llm" and "*" not in pattern:
            yield pattern, _value_at(decoded, pattern)
    for name in settings.llm.providers:
        yield from _provider_in_force(settings.llm.providers[name], decoded)
    for pattern in KEYS:
        if pattern[0] != "llm":
            yield pattern, _value_at(decoded, pattern)


def _provider_in_force(
    provider: engine.ProviderSettings, decoded: Decoded
) -> Iterable[tuple[tuple[str, ...], str | float | list[str] | None]]:
    table = ("llm", "providers", provider.name)
    for pattern in KEYS:
        if pattern[:-1] == ("llm", "providers", "*"):
            value = getattr(provider, pattern[-1])
            yield (*table, pattern[-1]), list(value) if isinstance(value, tuple) else value
    for name, value in decoded.below(*table, "resilience").items():
        yield (*table, "resilience", name), _plain(value)


def _value_at(decoded: Decoded, path: tuple[str, ...]) -> str | float | list[str] | None:
    return _plain(decoded.values.get(path, KEYS[path].default))


def _plain(value: object) -> str | float | list[str] | None:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    assert value is None or isinstance(value, str | int | float)
    return value


def _sections() -> dict[str, engine.Settings]:
    defaults = engine.EngineSettings()
    return {
        field.name: getattr(defaults, field.name)
        for field in msgspec.structs.fields(engine.EngineSettings)
        if field.name != "llm"
    }


def _require_table(entry: Entry) -> None:
    if entry.value == {} and entry.layer == "file":
        return
    if entry.layer == "environment":
        raise ConfigurationError(
            f"{entry.place} names a whole section: add __ and the name of one of its fields."
        )
    name = dotted(entry.path)
    raise entry.refusal(f"{name} is {shown(entry.value)}, but must be a table, written as [{name}].")


def _refuse_table_in_place_of_value(entry: Entry, pattern: tuple[str, ...]) -> None:
    for end in range(1, len(pattern)):
        if key := KEYS.get(pattern[:end]):
            raise entry.refusal(f"{dotted(entry.path[:end])} is a table, but must be {key.allowed}.")
