"""Keys that this version doesn't know: found, named, and given a likely spelling.

They are kept and warned about, never refused: a file may be shared with a later version.
Called by `config.layers`.
"""

from __future__ import annotations

from collections.abc import Iterable

from roku_desktop.config.configuration import UnknownKey
from roku_desktop.config.entries import Entry
from roku_desktop.config.file import Document
from roku_desktop.config.schema import KEYS, TABLES, VENDORS, dotted, pattern_of, quoted


def unknown_key(entry: Entry) -> UnknownKey:
    """Describe the topmost unknown segment of an entry that is neither a key nor a table."""
    known = 0
    pattern = pattern_of(entry.path)
    while pattern[: known + 1] in TABLES:
        known += 1
    path = entry.path[: known + 1]
    suggestion = _suggestion(path, is_table=len(entry.path) > len(path))
    if entry.layer == "environment":
        return UnknownKey(key=entry.where, where=entry.where, suggestion=suggestion)
    return UnknownKey(key=dotted(path), where=entry.segment_wheres[known], suggestion=suggestion)


def unknown_top_level(document: Document) -> list[UnknownKey]:
    """Describe what stands beside `schema_version` and `runtime`."""
    known = ["schema_version", "runtime"]
    return [
        UnknownKey(key=quoted(name), where=document.where((name,)), suggestion=_top_level_suggestion(name))
        for name in document.tree
        if name not in known
    ]


def sentence(key: UnknownKey) -> str:
    """Return the warning for people."""
    place = "" if key.key == key.where else f"{key.where}: "
    hint = f" {key.suggestion}" if key.suggestion else ""
    return f"{place}{key.key} is not a key of this version, so it has no effect.{hint}"


def unique(keys: Iterable[UnknownKey]) -> tuple[UnknownKey, ...]:
    """Keep one for each key: a table of unknown keys is one finding."""
    first: dict[str, UnknownKey] = {}
    for key in keys:
        first.setdefault(key.key, key)
    return tuple(first.values())


def _suggestion(path: tuple[str, ...], *, is_table: bool) -> str:
    import difflib

    parent, name = path[:-1], path[-1]
    depth = len(parent)
    pattern = pattern_of((*parent, "*"))[:depth]
    siblings = {each[depth] for each in (*KEYS, *TABLES) if len(each) > depth and each[:depth] == pattern}
    if parent == ("llm",):
        siblings |= set(VENDORS)
    close = difflib.get_close_matches(name.lower(), sorted(siblings - {"*"}), n=1)
    if close:
        return f"Did you mean {quoted(close[0])}?"
    if parent == ("llm",) and is_table:
        return f"A further provider is written as [runtime.llm.providers.{quoted(name)}]."
    elsewhere = sorted({dotted(each) for each in KEYS if each[-1] == name and "*" not in each})
    return f"Did you mean {elsewhere[0]}?" if elsewhere else ""


def _top_level_suggestion(name: str) -> str:
    import difflib

    sections = {table[0] for table in TABLES}
    if name in sections:
        return f"Did you mean [runtime.{name}]?"
    close = difflib.get_close_matches(name.lower(), ["schema_version", "runtime"], n=1)
    return f"Did you mean {close[0]}?" if close else ""
