"""What a setting is, and the pages they stand on. No widgets, no values: those are in `states.py`.

Settings of the program as such are kept in `runtime.toml` (their shape, bounds and defaults are those of
`config.schema`); how the window looks in a file of its own (`look/appearance.py`), what starts with the
person's session there (`login_start.py`), what else a person chose as a preference in the home.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from roku_desktop.ui.language import marked
from roku_desktop.ui.look.glyphs import Glyph

Kind = Literal["text", "texts", "whole", "number", "address", "file", "choice", "several", "switch"]
Kept = Literal["file", "preference", "look", "session"]
KeyPath = tuple[str, ...]
PageName = Literal[
    "providers",
    "defaults",
    "approvals",
    "telemetry",
    "storage",
    "appearance",
    "desktop",
    "network",
    "advanced",
    "about",
]


class SettingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """`words` find the page too, beside its settings."""

    name: PageName
    title: str
    glyph: Glyph
    words: str = ""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting.

    `path` is its key in `runtime.toml` without `runtime`, or the one name of what is kept elsewhere.

    Texts are English and are shown through `tr`. `absent` says what it means that nothing is set;
    `choices` are values with their titles.
    """

    page: PageName
    path: KeyPath
    title: str
    hint: str = ""
    kind: Kind = "text"
    unit: str = ""
    absent: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    kept: Kept = "file"
    group: str = ""


PAGES: Final = (
    SettingsPage(
        name="providers",
        title=marked("Providers and keys"),
        glyph="lamp",
        words=marked("provider, key, keyring, address, model, Anthropic, OpenAI, OpenRouter, Ollama"),
    ),
    SettingsPage(
        name="defaults",
        title=marked("Defaults and budgets"),
        glyph="session",
        words=marked("model, thinking, workspace, budget, limit, cost"),
    ),
    SettingsPage(
        name="approvals",
        title=marked("Approvals"),
        glyph="check",
        words=marked("rules, revoke, approve without asking"),
    ),
    SettingsPage(
        name="telemetry",
        title=marked("Telemetry"),
        glyph="export",
        words=marked("OTLP, OpenTelemetry, collector, Prometheus, metrics, traces, test"),
    ),
    SettingsPage(
        name="storage",
        title=marked("Storage"),
        glyph="folder",
        words=marked("disk, space, caps, delete, prune, home"),
    ),
    SettingsPage(
        name="appearance",
        title=marked("Appearance and language"),
        glyph="edit",
        words=marked("theme, dark, light, text size, motion, English, Chinese"),
    ),
    SettingsPage(
        name="desktop",
        title=marked("Tray and desktop"),
        glyph="down",
        words=marked("tray, close, login, start, quick prompt, shortcut, hotkey, notifications"),
    ),
    SettingsPage(
        name="network", title=marked("Network"), glyph="fork", words=marked("proxy, certificate, CA, TLS")
    ),
    SettingsPage(
        name="advanced",
        title=marked("Advanced"),
        glyph="tool",
        words=marked("retries, timeouts, breaker, pin, failover, tools, context"),
    ),
    SettingsPage(
        name="about",
        title=marked("About"),
        glyph="command",
        words=marked("version, licences, paths, home, log"),
    ),
)

LOGIN_START: Final = "login_start"
THINKING: Final = "ui.thinking"  # no preference by name: the engine keeps the choice
