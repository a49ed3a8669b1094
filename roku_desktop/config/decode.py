"""Judges one value: its type, its bounds, its hard cap.

Owns the rules of each shape. A value is taken as it is, cut to a hard cap and reported, or refused
with a sentence; nothing else happens to it. Called by `config.build`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from roku_desktop.config.configuration import Source
from roku_desktop.config.entries import Entry, shown
from roku_desktop.config.environment import typed
from roku_desktop.config.schema import Key, dotted
from roku_desktop.engine.errors import ConfigurationError

Value = bool | int | float | str | tuple[str, ...]


def decode(entry: Entry, key: Key) -> tuple[Value, Source]:
    """Return the value in the type of the settings, and its source. Raises `ConfigurationError`."""
    raw = typed(entry, key) if entry.layer == "environment" else entry.value
    match key.shape:
        case "integer":
            return _integer(entry, key, raw)
        case "number":
            return _number(entry, key, raw), entry.source
        case "text":
            return _text(entry, key, raw), entry.source
        case "texts":
            return _texts(entry, key, raw), entry.source
        case "levels":
            return _levels(entry, key, raw), entry.source
        case "choice":
            return _choice(entry, key, raw), entry.source
        case "switch":
            return _switch(entry, key, raw), entry.source
        case "url" | "proxy":
            return _address(entry, key, raw), entry.source
        case "file":
            return _file(entry, key, raw), entry.source
    assert_never(key.shape)


def _integer(entry: Entry, key: Key, raw: object) -> tuple[int, Source]:
    if isinstance(raw, bool) or not isinstance(raw, int) or (key.lower is not None and raw < key.lower):
        raise wrong(entry, key, raw)
    if key.hard_cap is not None and raw > key.hard_cap:
        source = Source(layer=entry.layer, where=entry.where, clamped_from=raw, clamped_to=key.hard_cap)
        return key.hard_cap, source
    if key.upper is not None and raw > key.upper:
        raise wrong(entry, key, raw)
    return raw, entry.source


def _number(entry: Entry, key: Key, raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise wrong(entry, key, raw)
    if (key.lower is not None and raw < key.lower) or (key.upper is not None and raw > key.upper):
        raise wrong(entry, key, raw)
    return float(raw)


def _text(entry: Entry, key: Key, raw: object, *, element: int | None = None) -> str:
    if not isinstance(raw, str):
        raise wrong(entry, key, raw, element=element)
    if not raw.isprintable():
        raise entry.refusal(
            f"{shown(raw)} contains characters that can't be seen: type it again by hand.", element=element
        )
    if raw != raw.strip():
        raise entry.refusal(f"{shown(raw)} begins or ends with a space: remove it.", element=element)
    return raw


def _texts(entry: Entry, key: Key, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise wrong(entry, key, raw)
    texts = tuple(_text(entry, key, item, element=index) for index, item in enumerate(raw))
    for index, text in enumerate(texts):
        if key.shape == "texts" and key.choices and text not in key.choices:
            raise wrong(entry, key, text, element=index)
        if not text:
            raise entry.refusal(f"{dotted(entry.path)} holds an empty text: remove it.", element=index)
        if text in texts[:index]:
            raise entry.refusal(f"{dotted(entry.path)} names {shown(text)} twice: remove one.", element=index)
    return texts


def _levels(entry: Entry, key: Key, raw: object) -> tuple[str, ...]:
    """Texts such as "engine.routing=debug", each part of the program once."""
    texts = _texts(entry, key, raw)
    parts: list[str] = []
    for index, text in enumerate(texts):
        part, _, level = (side.strip() for side in text.partition("="))
        if not part or level not in key.choices:
            raise wrong(entry, key, text, element=index)
        if part in parts:
            raise entry.refusal(
                f"{dotted(entry.path)} gives {shown(part)} two levels: remove one.", element=index
            )
        parts.append(part)
    return texts


def _switch(entry: Entry, key: Key, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise wrong(entry, key, raw)
    return raw


def _choice(entry: Entry, key: Key, raw: object) -> str:
    text = _text(entry, key, raw)
    if text not in key.choices:
        raise wrong(entry, key, raw)
    return text


def _address(entry: Entry, key: Key, raw: object) -> str:
    text = _text(entry, key, raw)
    if not text:
        return text
    try:
        parts = urlsplit(text)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, a broken IPv6 address
        is_valid = False
    if not is_valid or " " in text or parts.username is not None:
        raise wrong(entry, key, raw)
    if parts.query or parts.fragment:
        raise entry.refusal(f"{dotted(entry.path)} must end before the '?' or '#'.")
    return text


def _file(entry: Entry, key: Key, raw: object) -> str:
    text = _text(entry, key, raw)
    if not text:
        return text
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise wrong(entry, key, raw) from None
    if not path.is_absolute():
        raise wrong(entry, key, raw)
    return str(path)


def wrong(entry: Entry, key: Key, raw: object, *, element: int | None = None) -> ConfigurationError:
    """Return the error that says what was found and what is allowed."""
    return entry.refusal(f"{dotted(entry.path)} is {shown(raw)}, but must be {key.allowed}.", element=element)
