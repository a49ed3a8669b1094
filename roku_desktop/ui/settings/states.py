"""What a setting is at the moment: its value, where that came from, whether it can be changed here.

Pure: from the configuration in force and the preferences, and from what a person typed to a value that
`runtime.toml` may hold. No widgets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from roku_desktop.config import Configuration
from roku_desktop.config.schema import KEYS, Key, dotted, pattern_of
from roku_desktop.ui.language import tr
from roku_desktop.ui.settings.kinds import KeyPath, Setting

Value = int | float | str | tuple[str, ...] | None


class NotAllowedError(Exception):
    """What was typed can't be the value; the message says what can."""


class SettingState(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is None where nothing is set; `source` is a sentence about it, "" for a default.

    `locked` = the environment decides. `own` = the person's file or preference sets it, so that it can be
    taken back.
    """

    value: Value
    source: str = ""
    locked: bool = False
    own: bool = False


def state_of(
    setting: Setting, configuration: Configuration, preferences: Mapping[str, str | None]
) -> SettingState:
    if setting.kept != "file":
        stored = preferences.get(setting.path[0])
        return SettingState(value=stored or _first_choice(setting), own=stored is not None)
    return state_at(setting.path, configuration)


def state_at(path: KeyPath, configuration: Configuration) -> SettingState:
    """The same of any key of `runtime.toml`."""
    key = dotted(path)
    found = next((row.value for row in configuration.rows if row.key == key), None)
    if found is None and KEYS[pattern_of(path)].default not in ("", (), None):
        found = KEYS[pattern_of(path)].default  # type: ignore[assignment]  # a default has its key's type
    value = tuple(found) if isinstance(found, list | tuple) else found
    source = configuration.source_of(key)
    match source.layer:
        case "default":
            return SettingState(value=value)
        case "environment":
            words = tr("Set by the variable {0}; unset it to change this here.").format(source.where)
            return SettingState(value=value, source=words, locked=True)
        case "file":
            words = tr("From {0}").format(source.where)
            if source.clamped_from is not None:
                words = tr("From {0}, cut from {1} to the limit {2}").format(
                    source.where, source.clamped_from, source.clamped_to
                )
            return SettingState(value=value, source=words, own=True)


def in_field(value: Value) -> str:
    """The value as a field shows it and `read` takes it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(path: KeyPath, typed: str) -> Value:
    """What was typed as a value for `runtime.toml`; None where nothing was. Raises `NotAllowedError`."""
    text, key = typed.strip(), KEYS[pattern_of(path)]
    if key.shape == "switch":
        return text == "yes"
    if not text:
        return None
    match key.shape:
        case "integer":
            return _whole(text, key)
        case "number":
            return _number(text, key)
        case "texts" | "levels":
            return tuple(dict.fromkeys(part for part in (one.strip() for one in text.split(",")) if part))
        case "url" | "proxy":
            if "://" not in text:
                raise NotAllowedError(tr("Type a whole address, such as http://127.0.0.1:8000."))
            return text
        case _:
            return text


def _whole(text: str, key: Key) -> int:
    try:
        number = int(text.replace("_", "").replace(",", "").replace(" ", ""))
    except ValueError:
        raise NotAllowedError(_range(key)) from None
    _require_in_range(number, key)
    return number


def _number(text: str, key: Key) -> float:
    try:
        number = float(text)
    except ValueError:
        raise NotAllowedError(_range(key)) from None
    _require_in_range(number, key)
    return number


def _require_in_range(number: float, key: Key) -> None:
    too_low = key.lower is not None and number < key.lower
    too_high = key.upper is not None and number > key.upper
    if too_low or too_high or not math.isfinite(number):
        raise NotAllowedError(_range(key))


def _range(key: Key) -> str:
    low, high = (f"{bound:,.10g}" if bound is not None else "" for bound in (key.lower, key.upper))
    if key.shape == "integer":
        return tr("Type a whole number from {0} to {1}.").format(low, high)
    return tr("Type a number from {0} to {1}.").format(low, high)


def _first_choice(setting: Setting) -> str | None:
    return setting.choices[0][0] if setting.choices else None
