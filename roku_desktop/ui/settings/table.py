"""Every setting: title, hint, kind, where it is kept. The one table that pages, search and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from roku_desktop.config.schema import KEYS, Key, Shape
from roku_desktop.ui.language import marked
from roku_desktop.ui.look.appearance import TEXT_PERCENTS
from roku_desktop.ui.settings.kinds import LOGIN_START, THINKING, Kind, PageName, Setting
from roku_desktop.ui.settings.memory_rows import MEMORY

_MONEY: Final = marked("What may be spent")
_STEPS: Final = marked("How far one turn may go")
_NO_LIMIT: Final = marked("no limit")


def _budget(scope: str, title: str, hint: str) -> tuple[Setting, Setting]:
    usd = Setting(
        page="defaults",
        path=("budget", f"{scope}_usd"),
        title=title,
        hint=hint,
        kind="number",
        unit=marked("US dollars"),
        absent=_NO_LIMIT,
        group=_MONEY,
    )
    tokens = msgspec.structs.replace(
        usd, path=("budget", f"{scope}_tokens"), hint="", kind="whole", unit=marked("tokens")
    )
    return usd, tokens


def _resilience(name: str, title: str, kind: Kind, unit: str) -> Setting:
    return Setting(
        page="advanced",
        path=("llm", "resilience", name),
        title=title,
        kind=kind,
        unit=unit,
        group=marked("When a provider is in trouble"),
    )


def _tools(name: str, title: str, unit: str) -> Setting:
    group = marked("How much tools read at once")
    return Setting(page="advanced", path=("tools", name), title=title, kind="whole", unit=unit, group=group)


_KINDS: Final[Mapping[Shape, Kind]] = {
    "integer": "whole",
    "number": "number",
    "text": "text",
    "texts": "texts",
    "levels": "texts",
    "choice": "choice",
    "url": "address",
    "proxy": "address",
    "file": "file",
    "switch": "switch",
}

SETTINGS: Final = (
    Setting(
        page="defaults",
        path=(THINKING,),
        title=marked("Thinking"),
        hint=marked("How much models are asked to think before they answer, from the next prompt on."),
        kind="choice",
        choices=(
            ("default", marked("As configured")),
            ("off", marked("Off")),
            ("low", marked("Low")),
            ("medium", marked("Medium")),
            ("high", marked("High")),
        ),
        kept="preference",
    ),
    Setting(
        page="defaults",
        path=("llm", "thinking_budget_tokens"),
        title=marked("Thinking as configured"),
        hint=marked("What a model may spend on thinking where “As configured” is chosen above."),
        kind="whole",
        unit=marked("tokens"),
        absent=marked("no thinking"),
    ),
    *_budget(
        "request",
        marked("One question"),
        marked("With all its steps. A request that would pass a limit is not sent."),
    ),
    *_budget("session", marked("One session"), marked("All its questions together.")),
    *_budget("day", marked("One day"), marked("All sessions together, from midnight on.")),
    Setting(
        page="defaults",
        path=("budget", "warn_percent"),
        title=marked("Warn at"),
        hint=marked("How much of a limit is used when a warning comes."),
        kind="whole",
        unit="%",
        group=_MONEY,
    ),
    Setting(
        page="defaults",
        path=("loop", "initial_step_budget"),
        title=marked("Steps"),
        hint=marked("How often the model may be asked for one answer."),
        kind="whole",
        group=_STEPS,
    ),
    Setting(
        page="defaults",
        path=("loop", "initial_recovery_budget"),
        title=marked("Failed tool calls"),
        hint=marked("After so many the turn ends and says why."),
        kind="whole",
        group=_STEPS,
    ),
    Setting(
        page="approvals",
        path=("approvals", "expire_after_days"),
        title=marked("Undecided calls expire after"),
        hint=marked("A call that nobody decided on by then counts as refused."),
        kind="number",
        unit=marked("days"),
    ),
    Setting(
        page="telemetry",
        path=("telemetry", "otlp_endpoint"),
        title=marked("Collector (OTLP)"),
        hint=marked("Where metrics and traces are sent. Without an address nothing leaves this computer."),
        kind="address",
        absent=marked("nothing is sent"),
    ),
    Setting(
        page="telemetry",
        path=("telemetry", "otlp_protocol"),
        title=marked("Protocol"),
        kind="choice",
        choices=(("http/protobuf", "HTTP (protobuf)"), ("grpc", "gRPC")),
    ),
    Setting(
        page="telemetry",
        path=("telemetry", "otlp_signals"),
        title=marked("What is sent"),
        kind="several",
        choices=(("metrics", marked("Metrics")), ("traces", marked("Traces")), ("logs", marked("Log"))),
    ),
    Setting(
        page="telemetry",
        path=("telemetry", "capture_content"),
        title=marked("With contents"),
        hint=marked(
            "Prompts, answers and what tools are given and say. Off, only figures and timings are kept."
        ),
        kind="switch",
    ),
    Setting(
        page="telemetry",
        path=("telemetry", "log_level"),
        title=marked("Log"),
        hint=marked("From which level on the log in the home is kept."),
        kind="choice",
        choices=tuple((level, level) for level in KEYS["telemetry", "log_level"].choices),
    ),
    Setting(
        page="telemetry",
        path=("telemetry", "prometheus_port"),
        title=marked("Page for Prometheus"),
        hint=marked("A port on this computer alone; 0 = no page."),
        kind="whole",
    ),
    Setting(
        page="storage",
        path=("storage", "run_detail_ttl_days"),
        title=marked("Steps of finished runs are kept"),
        hint=marked("Messages stay until you delete their session."),
        kind="number",
        unit=marked("days"),
    ),
    Setting(
        page="storage",
        path=("storage", "max_snapshots"),
        title=marked("Copies from before upgrades"),
        kind="whole",
        unit=marked("copies"),
    ),
    Setting(
        page="appearance",
        path=("language",),
        title=marked("Language"),
        hint=marked("What the command line and the log say stays English."),
        kind="choice",
        choices=(("system", marked("As the system")), ("en", "English"), ("zh_CN", "简体中文")),
        kept="look",
    ),
    Setting(
        page="appearance",
        path=("scheme",),
        title=marked("Theme"),
        kind="choice",
        choices=(
            ("system", marked("As the system")),
            ("light", marked("Light")),
            ("dark", marked("Dark")),
        ),
        kept="look",
    ),
    Setting(
        page="appearance",
        path=("text_percent",),
        title=marked("Text size"),
        hint=marked("On top of the size that the system says."),
        kind="choice",
        choices=tuple((str(percent), f"{percent} %") for percent in TEXT_PERCENTS),
        kept="look",
    ),
    Setting(
        page="appearance",
        path=("reduced_motion",),
        title=marked("Reduced motion"),
        hint=marked("Nothing blinks, and menus don't fade."),
        kind="switch",
        kept="look",
    ),
    Setting(
        page="desktop",
        path=("ui.keep_in_tray",),
        title=marked("When the window is closed"),
        hint=marked("On a desktop without a tray Roku always ends then."),
        kind="choice",
        choices=(("yes", marked("Roku stays in the tray")), ("no", marked("Roku ends"))),
        kept="preference",
    ),
    Setting(
        page="desktop",
        path=(LOGIN_START,),
        title=marked("Start at login"),
        hint=marked("Into the tray."),
        kind="switch",
        kept="session",
    ),
    Setting(
        page="desktop",
        path=("ui.quick_prompt_key",),
        title=marked("Key of the quick prompt"),
        hint=marked("In every program. The command `roku-desktop quick` does the same."),
        kind="choice",
        choices=(
            ("off", marked("No key")),
            *((keys, keys) for keys in ("Ctrl+Alt+Space", "Ctrl+Shift+Space", "Meta+Alt+Space", "F9")),
        ),
        kept="preference",
    ),
    Setting(
        page="desktop",
        path=("ui.notices_show_content",),
        title=marked("Titles in notifications"),
        hint=marked("The title of a session or a call, where anybody may read the screen."),
        kind="switch",
        kept="preference",
    ),
    Setting(
        page="network",
        path=("network", "proxy"),
        title=marked("Proxy"),
        hint=marked(
            "Used instead of the system's. One that needs a password belongs into the variable HTTPS_PROXY."
        ),
        kind="address",
        absent=marked("as the system says"),
    ),
    Setting(
        page="network",
        path=("network", "ca_file"),
        title=marked("Further certificate authority"),
        hint=marked("A PEM file, trusted beside those of the system. Certificates are always verified."),
        kind="file",
        absent=marked("the system's alone"),
    ),
    Setting(
        page="about",
        path=("updates", "feed"),
        title=marked("Release feed"),
        hint=marked("Asked for a newer version at each start and each day; you get a sentence and a link."),
        kind="address",
        absent=marked("none: nobody is asked"),
    ),
    Setting(
        page="advanced",
        path=("llm", "provider"),
        title=marked("Pinned provider"),
        hint=marked("Only this one answers; nobody can switch until the pin is removed."),
        absent=marked("none: people choose"),
        group=marked("Who may answer"),
    ),
    Setting(
        page="advanced",
        path=("llm", "pin", "failover"),
        title=marked("May stand in for it"),
        hint=marked("Names of providers with commas between, the first one first."),
        kind="texts",
        absent=marked("nobody"),
        group=marked("Who may answer"),
    ),
    _resilience("max_retries", marked("Retries of one request"), "whole", ""),
    _resilience("initial_backoff_ms", marked("Wait before the first retry"), "whole", "ms"),
    _resilience("max_backoff_ms", marked("Longest wait"), "whole", "ms"),
    _resilience("failure_threshold", marked("Failures that open the breaker"), "whole", ""),
    _resilience("cooldown_ms", marked("Then it is left alone for"), "whole", "ms"),
    _resilience("connect_timeout_s", marked("To reach the server"), "number", "s"),
    _resilience("first_byte_timeout_s", marked("Until the answer begins"), "number", "s"),
    _resilience("idle_timeout_s", marked("Without any byte"), "number", "s"),
    _resilience("progress_timeout_s", marked("Without content"), "number", "s"),
    _resilience("stream_timeout_s", marked("For the whole answer"), "number", "s"),
    _tools("default_max_bytes", marked("Bytes of a file"), marked("bytes")),
    _tools("max_dir_entries", marked("Entries of a folder"), ""),
    _tools("max_glob_matches", marked("Matches of a search by name"), ""),
    _tools("max_descendant_scan_entries", marked("Entries visited by one search"), ""),
    Setting(
        page="advanced",
        path=("context", "window_tokens"),
        title=marked("Context window"),
        hint=marked("Assumed where nothing better is known of a model."),
        kind="whole",
        unit=marked("tokens"),
        group=marked("How much tools read at once"),
    ),
    *MEMORY,
)


PREFERENCES: Final = tuple(setting.path[0] for setting in SETTINGS if setting.kept == "preference")


def all_settings() -> tuple[Setting, ...]:
    """The table, and behind it what nobody has given a title yet: every key can be changed."""
    known = {setting.path for setting in SETTINGS}
    others = [path for path in KEYS if path not in known and "*" not in path]
    return (*SETTINGS, *(_untitled(path, KEYS[path]) for path in others))


def settings_of(page: PageName) -> tuple[Setting, ...]:
    return tuple(setting for setting in all_settings() if setting.page == page)


def _untitled(path: tuple[str, ...], key: Key) -> Setting:
    """By its meaning, as the reference has it."""
    return Setting(
        page="advanced",
        path=path,
        title=".".join(path),
        hint=f"{key.meaning[:1].upper()}{key.meaning[1:]}.",
        kind=_KINDS[key.shape],
        unit=key.unit,
        choices=tuple((choice, choice) for choice in key.choices),
        group=marked("Others"),
    )
