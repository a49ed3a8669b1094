"""Configuration: code defaults, then `runtime.toml`, then the environment, then the hard caps.

The names others use. `load` builds a `Configuration` (settings for the engine, the source of each
value, warnings); `ConfigWatcher` follows the file while the program runs; `migrate` brings an older
file up to date; `SettingsDesk` is where a person changes it. Called by `app.py`, `cli/` and `ui/`; knows
nothing of how settings are used.
"""

from roku_desktop.config.configuration import Configuration, Row, Source, UnknownKey
from roku_desktop.config.desk import KeyringStatus, Keys, SettingsDesk
from roku_desktop.config.layers import load
from roku_desktop.config.migration import Migration, migrate
from roku_desktop.config.watch import ConfigWatcher

__all__ = [
    "ConfigWatcher",
    "Configuration",
    "KeyringStatus",
    "Keys",
    "Migration",
    "Row",
    "SettingsDesk",
    "Source",
    "UnknownKey",
    "load",
    "migrate",
]
