"""Every key that `runtime.toml` may hold: its shape, bounds, unit and meaning.

Owns the description; defaults and hard caps come from `engine.settings`. Used by `config.decode`
to judge values, by `config.unknown` to suggest names, and by the test of docs/configuration.md.
A path is written without the leading `runtime`; every provider lies under ("llm", "providers",
name), where "*" stands for the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

import msgspec

from roku_desktop.engine import settings as engine

SCHEMA_VERSION: Final = 1

Shape = Literal["integer", "number", "switch", "text", "texts", "levels", "choice", "url", "file", "proxy"]


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key. Bounds are inclusive; beyond `hard_cap` a value is cut instead of refused.

    `choices` are the texts that a choice, each of several texts, or each level, may be.
    """

    shape: Shape
    meaning: str
    unit: str = ""
    lower: float | None = None
    upper: float | None = None
    hard_cap: int | None = None
    choices: tuple[str, ...] = ()
    default: object = None

    @property
    def allowed(self) -> str:
        """What is allowed, as the end of a sentence."""
        return _ALLOWED[self.shape] + self._range + self._choices

    @property
    def _choices(self) -> str:
        return f"{_BEFORE_CHOICES.get(self.shape, '')}{', '.join(self.choices)}" if self.choices else ""

    @property
    def _range(self) -> str:
        if self.lower is None:
            return ""
        bounds = (
            f" from {self.lower:_} to {self.upper:_}" if self.upper is not None else f" from {self.lower:_}"
        )
        return f"{bounds} {self.unit}".rstrip()


_ALLOWED: Final[Mapping[Shape, str]] = {
    "integer": "a whole number",
    "number": "a number",
    "switch": "true or false",
    "text": "text in quotes",
    "texts": "a list of texts",
    "levels": 'a list of texts such as "engine.routing=debug"',
    "choice": "",
    "url": 'an address such as "http://127.0.0.1:8000"',
    "file": "the absolute path of a file",
    "proxy": 'an address such as "http://proxy.example:3128", without a password',
}

_BEFORE_CHOICES: Final[Mapping[Shape, str]] = {
    "choice": "one of ",
    "texts": " of ",
    "levels": " with one of ",
}

DAY_MS: Final = 86_400_000
DAY_S: Final = 86_400


def _whole(meaning: str, unit: str, lower: int, upper: int, hard_cap: int | None = None) -> Key:
    return Key(shape="integer", meaning=meaning, unit=unit, lower=lower, upper=upper, hard_cap=hard_cap)


def _one_of(choices: tuple[str, ...], meaning: str) -> Key:
    return Key(shape="choice", meaning=meaning, choices=choices)


def _seconds(meaning: str, upper: float = DAY_S) -> Key:
    return Key(shape="number", meaning=meaning, unit="s", lower=0.01, upper=upper)


def _usd(what: str) -> Key:
    meaning = f"most that {what} may cost, as far as prices are known; absent = no limit"
    return Key(shape="number", meaning=meaning, unit="US dollars", lower=0, upper=1_000_000)


def _tokens(what: str) -> Key:
    return _whole(f"most that {what} may use; absent = no limit", "tokens", 0, 10**12)


_RESILIENCE: Final = {
    "max_retries": _whole("retries of one request that may heal; 0 = never", "retries", 0, 100),
    "initial_backoff_ms": _whole("wait before the first retry, doubled each time", "ms", 0, DAY_MS),
    "max_backoff_ms": _whole("longest wait; a server that asks for more causes a failover", "ms", 0, DAY_MS),
    "failure_threshold": _whole("failures in a row that open the breaker; 0 = off", "failures", 0, 10_000),
    "cooldown_ms": _whole("how long an open breaker waits before one probe", "ms", 0, DAY_MS),
    "connect_timeout_s": _seconds("to reach the server", 3_600),
    "first_byte_timeout_s": _seconds("until the answer begins"),
    "idle_timeout_s": _seconds("without any byte"),
    "progress_timeout_s": _seconds("without content; pings don't count"),
    "stream_timeout_s": _seconds("for the whole answer"),
}

_PROVIDER: Final = {
    "kind": _one_of(get_args(engine.ProviderKind), "the protocol the service speaks"),
    "base_url": Key(
        shape="url", meaning="what the vendor's own SDK would be given: with /v1 except for anthropic"
    ),
    "primary_model": Key(
        shape="text", meaning="the model that is asked first; empty = what the service lists"
    ),
    "fallback_models": Key(shape="texts", meaning="models asked next, in order"),
    "context_window_tokens": _whole(
        "the model's window, where the service doesn't tell",
        "tokens",
        1,
        engine.HARD_MAX_CONTEXT_WINDOW_TOKENS,
        engine.HARD_MAX_CONTEXT_WINDOW_TOKENS,
    ),
    "max_output_tokens": _whole("longest answer", "tokens", 1, engine.HARD_MAX_CONTEXT_WINDOW_TOKENS),
    "risk_tier": _one_of(
        get_args(engine.RiskTier),
        "may it stand in for another provider: by itself, only if a person says so, never",
    ),
    "priority": _whole("who stands in first for another provider: the lowest", "", 0, 1_000),
    "region": Key(
        shape="text", meaning="where its data may be; only a provider of the same region stands in for it"
    ),
}

_SECTIONS: Final[Mapping[str, Mapping[str, Key]]] = {
    "loop": {
        "initial_step_budget": _whole("model calls in one turn", "calls", 1, 100_000),
        "initial_recovery_budget": _whole("failed tool calls in one turn", "calls", 0, 100_000),
    },
    "tools": {
        "default_max_bytes": _whole(
            "read from a file at once", "bytes", 1, engine.HARD_MAX_READ_BYTES, engine.HARD_MAX_READ_BYTES
        ),
        "max_dir_entries": _whole("entries listed of a folder", "entries", 1, 1_000_000),
        "max_glob_matches": _whole("matches of Glob and Find", "matches", 1, 1_000_000),
        "max_descendant_scan_entries": _whole("entries visited by one search", "entries", 1, 10_000_000),
        "shell_default_timeout_ms": _whole("a command may run, if the model says nothing", "ms", 1, DAY_MS),
        "shell_max_timeout_ms": _whole("a command may run, whatever the model says", "ms", 1, DAY_MS),
        "shell_environment": Key(
            shape="texts", meaning="environment variables that commands get beside the usual ones"
        ),
    },
    "memory": {
        "backend": _one_of(
            ("sqlite", "openviking"), "who finds what is remembered: its words, or a service, its meaning"
        ),
        "url": Key(shape="url", meaning="where OpenViking answers"),
        "recall": _whole(
            "memories that go with a prompt; 0 = none",
            "memories",
            0,
            engine.HARD_MAX_MEMORY_RECALL_TOP_K,
            engine.HARD_MAX_MEMORY_RECALL_TOP_K,
        ),
        "recall_top_k": _whole(
            "memories looked at for a prompt",
            "memories",
            1,
            engine.HARD_MAX_MEMORY_RECALL_TOP_K,
            engine.HARD_MAX_MEMORY_RECALL_TOP_K,
        ),
        "write_batch_size": _whole(
            "memories written at once",
            "memories",
            1,
            engine.HARD_MAX_MEMORY_WRITE_BATCH_SIZE,
            engine.HARD_MAX_MEMORY_WRITE_BATCH_SIZE,
        ),
        "write_back": Key(
            shape="switch",
            meaning="what you decide in a prompt is remembered for its workspace when the turn is over",
        ),
    },
    "context": {
        "window_tokens": _whole(
            "context window assumed where nothing better is known",
            "tokens",
            1,
            engine.HARD_MAX_CONTEXT_WINDOW_TOKENS,
            engine.HARD_MAX_CONTEXT_WINDOW_TOKENS,
        ),
        "mid_compact_percent": _whole(
            "of the window's room in use when the older half is sent as a digest", "percent", 10, 95
        ),
        "compact_percent": _whole(
            "of the window's room in use when the model is asked for a summary", "percent", 10, 95
        ),
        "session_summary": Key(
            shape="switch",
            meaning="the model summarises long conversations while nothing else is to do, ahead of need",
        ),
    },
    "network": {
        "ca_file": Key(shape="file", meaning="a further certificate authority (PEM), beside the system's"),
        "proxy": Key(shape="proxy", meaning="used instead of the system's proxy"),
    },
    "updates": {
        "feed": Key(
            shape="url",
            meaning="asked at each start and each day for a newer version; absent = nobody is asked",
        ),
    },
    "storage": {
        "run_detail_ttl_days": Key(
            shape="number",
            meaning="how long steps of finished runs are kept; messages stay",
            unit="days",
            lower=0,
            upper=36_500,
        ),
        "max_snapshots": _whole("copies of the database kept from before upgrades", "copies", 1, 1_000),
        "min_free_mb": _whole(
            "below that traces, the log and the like stop growing; 0 = never", "MB", 0, 10**6
        ),
    },
    "approvals": {
        "expire_after_days": Key(
            shape="number",
            meaning="after that a call that nobody decided on counts as refused",
            unit="days",
            lower=0,
            upper=36_500,
        ),
    },
    "budget": {
        **{
            f"{scope}_{unit}": key
            for scope, what in (
                ("request", "one question with all its steps"),
                ("session", "one session"),
                ("day", "one day, all sessions together"),
            )
            for unit, key in (("usd", _usd(what)), ("tokens", _tokens(what)))
        },
        "warn_percent": _whole("how much of a limit is used when a warning comes", "percent", 1, 100),
    },
    "telemetry": {
        "otlp_endpoint": Key(shape="url", meaning="the collector that telemetry is sent to; absent = none"),
        "otlp_protocol": _one_of(get_args(engine.OtlpProtocol), "how it is sent"),
        "otlp_signals": Key(
            shape="texts", meaning="what is sent: metrics, traces, logs", choices=engine.TELEMETRY_SIGNALS
        ),
        "prometheus_port": _whole("port on 127.0.0.1 of the page for Prometheus; 0 = none", "", 0, 65_535),
        "propagate": Key(
            shape="switch", meaning="requests to models and child processes are told the trace they belong to"
        ),
        "log_level": _one_of(get_args(engine.LogLevel), "from which level on the log is kept"),
        "log_levels": Key(
            shape="levels", meaning="other levels for parts of the program", choices=get_args(engine.LogLevel)
        ),
        "capture_content": Key(
            shape="switch", meaning="prompts, answers and what tools get and say are in traces and the log"
        ),
    },
}

_STRUCTS: Final[Mapping[tuple[str, ...], type[engine.Settings]]] = {
    ("llm", "resilience"): engine.Resilience,
    ("llm", "providers", "*"): engine.ProviderSettings,
    ("llm", "providers", "*", "resilience"): engine.Resilience,
    ("llm",): engine.LlmSettings,
    ("loop",): engine.LoopSettings,
    ("tools",): engine.ToolSettings,
    ("memory",): engine.MemorySettings,
    ("context",): engine.ContextSettings,
    ("network",): engine.NetworkSettings,
    ("updates",): engine.UpdateSettings,
    ("storage",): engine.StorageSettings,
    ("approvals",): engine.ApprovalSettings,
    ("budget",): engine.BudgetSettings,
    ("telemetry",): engine.TelemetrySettings,
}


def _all_keys() -> dict[tuple[str, ...], Key]:
    keys: dict[tuple[str, ...], Key] = {
        ("llm", "provider"): Key(shape="text", meaning="pins this provider: a person can't switch"),
        # 1 024 is the least that Anthropic's messages API takes.
        ("llm", "thinking_budget_tokens"): _whole(
            "what a model may spend on thinking; absent = no thinking", "tokens", 1_024, 1_000_000
        ),
        ("llm", "pin", "failover"): Key(
            shape="texts", meaning="providers the system may fail over to while pinned", default=()
        ),
    }
    keys |= {("llm", "resilience", name): key for name, key in _RESILIENCE.items()}
    keys |= {("llm", "providers", "*", name): key for name, key in _PROVIDER.items()}
    keys |= {("llm", "providers", "*", "resilience", name): key for name, key in _RESILIENCE.items()}
    keys |= {(section, name): key for section, names in _SECTIONS.items() for name, key in names.items()}
    defaults = _defaults()
    return {
        path: msgspec.structs.replace(key, default=defaults[path]) if path in defaults else key
        for path, key in keys.items()
    }


def _defaults() -> dict[tuple[str, ...], object]:
    """Return the default of each field that has one, as the structs of the engine say it."""
    return {
        (*table, name): default
        for table, struct in _STRUCTS.items()
        # msgspec aligns the defaults with the end of the fields; the required ones come first.
        for name, default in zip(
            reversed(struct.__struct_fields__), reversed(struct.__struct_defaults__), strict=False
        )
        if default is not msgspec.NODEFAULT
    }


KEYS: Final[Mapping[tuple[str, ...], Key]] = _all_keys()
"""Every key by its path."""

TABLES: Final = frozenset(path[:end] for path in KEYS for end in range(1, len(path)))
"""Every table by its path."""


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that is known without configuration; its table stands directly under [runtime.llm]."""

    kind: engine.ProviderKind
    base_url: str = ""
    primary_model: str = ""


VENDORS: Final[Mapping[str, Vendor]] = {
    "anthropic": Vendor(
        kind="anthropic", base_url="https://api.anthropic.com", primary_model="claude-sonnet-4-6"
    ),
    "openai": Vendor(kind="openai-chat", base_url="https://api.openai.com/v1", primary_model="gpt-5.4"),
    "openrouter": Vendor(
        kind="openai-chat",
        base_url="https://openrouter.ai/api/v1",
        primary_model="anthropic/claude-sonnet-4.6",
    ),
    engine.EMBEDDED_PROVIDER: Vendor(kind="local", primary_model=engine.EMBEDDED_MODEL),
}
"""Built-in providers; the models are in the price list that ships with the product."""


def pattern_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path as it is in `KEYS`: a provider's name becomes "*"."""
    if path[:2] == ("llm", "providers") and len(path) > 2:
        return ("llm", "providers", "*", *path[3:])
    return path


def canonical(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the one path of a key that may be written in two ways: a vendor's table moves to `providers`."""
    if path[:1] == ("llm",) and len(path) > 1 and path[1] in VENDORS:
        return ("llm", "providers", *path[1:])
    return path


def dotted(path: tuple[str, ...]) -> str:
    """Return a canonical path as a person would write it, `runtime.llm.anthropic.base_url` for instance."""
    if path[:2] == ("llm", "providers") and len(path) > 2 and path[2] in VENDORS:
        path = ("llm", *path[2:])
    return ".".join(("runtime", *(quoted(segment) for segment in path)))


def name_in_variable(provider: str) -> str:
    """Return a provider's name as it is written inside a variable: `my-lab` becomes `MY_LAB`."""
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in provider.upper())


def quoted(segment: str) -> str:
    """Return one key as TOML writes it; what can't be seen is made visible."""
    if segment and all(char.isascii() and (char.isalnum() or char in "_-") for char in segment):
        return segment
    return visible(segment)


def visible(text: str) -> str:
    """Return text in double quotes, with quotes, controls and characters that can't be seen escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else ascii(char)[1:-1] for char in escaped) + '"'
