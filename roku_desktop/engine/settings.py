"""What the engine can be told: frozen settings with their defaults, bounds and hard caps.

`roku_desktop.config` builds them from `runtime.toml` and the environment; the engine only reads
them. Figures come from the facts of the original system; a hard cap is a limit that no
configuration can exceed. Field names are the keys of `runtime.toml`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

HARD_MAX_READ_BYTES: Final = 256 * 1024
HARD_MAX_MEMORY_RECALL_TOP_K: Final = 64
HARD_MAX_MEMORY_WRITE_BATCH_SIZE: Final = 256
HARD_MAX_CONTEXT_WINDOW_TOKENS: Final = 2_000_000

ProviderKind = Literal["openai-chat", "openai-responses", "anthropic", "local"]

RiskTier = Literal["safe", "requires_approval", "denied"]
"""May a provider stand in for another: by itself, only if a person says so, never."""

OtlpProtocol = Literal["http/protobuf", "grpc"]
TELEMETRY_SIGNALS: Final = ("metrics", "traces", "logs")
LogLevel = Literal["debug", "info", "warning", "error", "off"]

Thinking = Literal["default", "off", "low", "medium", "high"]
"""How much a model is asked to think; `default` is what the configuration says."""

EMBEDDED_PROVIDER: Final = "embedded"
EMBEDDED_MODEL: Final = "SmolLM2-135M-Instruct"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all settings."""


class Resilience(Settings, frozen=True, kw_only=True):
    """How a provider's trouble is met.

    Five clocks watch one request. `connect_timeout_s`: names, TCP, TLS and a proxy's tunnel;
    `first_byte_timeout_s`: from the request's last byte to the answer's first; `idle_timeout_s`: no
    byte at all for that long; `progress_timeout_s`: no content, pings do not count;
    `stream_timeout_s`: the whole answer. The defaults are meant for a hosted service.
    """

    max_retries: int = 5
    initial_backoff_ms: int = 200
    max_backoff_ms: int = 30_000
    failure_threshold: int = 4
    cooldown_ms: int = 30_000
    connect_timeout_s: float = 10.0
    first_byte_timeout_s: float = 120.0
    idle_timeout_s: float = 60.0
    progress_timeout_s: float = 120.0
    stream_timeout_s: float = 300.0


# A model on a person's own machine reads a long prompt at a few hundred tokens a second and may write
# five a second: 32 000 tokens in and 8 000 out take less than these.
LOCAL_RESILIENCE: Final = Resilience(
    first_byte_timeout_s=600.0, idle_timeout_s=300.0, progress_timeout_s=600.0, stream_timeout_s=1_800.0
)


class ProviderSettings(Settings, frozen=True, kw_only=True):
    """One provider. `base_url` is what the vendor's own SDK would be given.

    `configured` is True where the person named it in runtime.toml or the environment, so that a
    built-in entry is never mistaken for a choice. Where providers stand in for one another, the lower
    `risk_tier` is asked first, then the lower `priority`, and one with a `region` is left for another of
    that region only.
    """

    name: str
    kind: ProviderKind
    base_url: str = ""
    primary_model: str = ""
    fallback_models: tuple[str, ...] = ()
    context_window_tokens: int | None = None
    max_output_tokens: int | None = None
    risk_tier: RiskTier = "safe"
    priority: int = 100
    region: str = ""
    needs_key: bool = True
    configured: bool = False
    resilience: Resilience = Resilience()


class Pin(Settings, frozen=True, kw_only=True):
    """A pinned provider: where the pin stands, and what the system may fail over to."""

    provider: str
    source: str
    failover: tuple[str, ...] = ()


class LlmSettings(Settings, frozen=True, kw_only=True):
    """Providers by name, in the order of the file (configured ones first).

    `local_resilience` holds for servers that were found on this machine and for the embedded model.
    """

    providers: dict[str, ProviderSettings] = {}
    pin: Pin | None = None
    local_resilience: Resilience = LOCAL_RESILIENCE
    thinking_budget_tokens: int | None = None


class LoopSettings(Settings, frozen=True, kw_only=True):
    """Budgets of one turn: model calls, and failed tool calls."""

    initial_step_budget: int = 200
    initial_recovery_budget: int = 5


class ToolSettings(Settings, frozen=True, kw_only=True):
    """Caps of the tools. `default_max_bytes` is clamped to `HARD_MAX_READ_BYTES`.

    `shell_environment` names variables that commands get beside the usual ones.
    """

    default_max_bytes: int = 65_536
    max_dir_entries: int = 200
    max_glob_matches: int = 200
    max_descendant_scan_entries: int = 8_000
    shell_default_timeout_ms: int = 30_000
    shell_max_timeout_ms: int = 600_000
    shell_environment: tuple[str, ...] = ()


MEMORY_KEY: Final = "openviking"
"""Under which name the memory service's key is kept."""


class MemorySettings(Settings, frozen=True, kw_only=True):
    """Long-term memory. `recall` memories go with a prompt, 0 turns it off; a backend is asked for
    `recall_top_k`, of which some may belong to other workspaces. `url` is where OpenViking is. `write_back`:
    what a person decides in a turn is remembered without being asked."""

    backend: Literal["sqlite", "openviking"] = "sqlite"
    url: str = "http://127.0.0.1:1933"
    recall: int = 3
    recall_top_k: int = 8
    write_batch_size: int = 64
    write_back: bool = False


class ContextSettings(Settings, frozen=True, kw_only=True):
    """When a conversation is shortened, in percent of its room in the model's window.

    `window_tokens`, clamped to `HARD_MAX_CONTEXT_WINDOW_TOKENS`, is for models whose window nobody knows.
    From `mid_compact_percent` on the older half goes as a digest, from `compact_percent` on as a summary by
    the model. `session_summary`: one is written ahead of need, while nothing else is to do.
    """

    window_tokens: int = 128_000
    mid_compact_percent: int = 60
    compact_percent: int = 75
    session_summary: bool = True


class NetworkSettings(Settings, frozen=True, kw_only=True):
    """`ca_file` adds a certificate authority to the system's; `proxy` overrides the system's proxy."""

    ca_file: str = ""
    proxy: str = ""


class UpdateSettings(Settings, frozen=True, kw_only=True):
    """`feed` is the address that is asked for a newer version; empty = nobody is asked."""

    feed: str = ""


class StorageSettings(Settings, frozen=True, kw_only=True):
    """What is kept under the home. `run_detail_ttl_days`: steps of finished runs; messages stay.

    With less than `min_free_mb` (MiB) free on the disk, what can wait stops growing.
    """

    run_detail_ttl_days: float = 90.0
    max_snapshots: int = 3
    min_free_mb: int = 256


class BudgetSettings(Settings, frozen=True, kw_only=True):
    """What may be spent: on one question with all its steps, in one session, in one day; None = no limit.

    A person is warned at `warn_percent` of a limit and stopped at it.
    """

    request_usd: float | None = None
    request_tokens: int | None = None
    session_usd: float | None = None
    session_tokens: int | None = None
    day_usd: float | None = None
    day_tokens: int | None = None
    warn_percent: int = 80


class ApprovalSettings(Settings, frozen=True, kw_only=True):
    """What nobody decided after `expire_after_days` counts as refused."""

    expire_after_days: float = 7.0


class TelemetrySettings(Settings, frozen=True, kw_only=True):
    """Where telemetry goes: a collector (OTLP), and a Prometheus page on this computer; 0 = no page.

    `propagate`: requests to models and child processes get a `traceparent` (W3C).
    `log_levels` are texts such as "engine.routing=debug". With `capture_content`, prompts, answers and
    what tools are given and say are in traces and in the log.
    """

    otlp_endpoint: str = ""
    otlp_protocol: OtlpProtocol = "http/protobuf"
    otlp_signals: tuple[str, ...] = TELEMETRY_SIGNALS
    prometheus_port: int = 0
    propagate: bool = True
    log_level: LogLevel = "info"
    log_levels: tuple[str, ...] = ()
    capture_content: bool = False


class EngineSettings(Settings, frozen=True, kw_only=True):
    """Everything the engine reads."""

    llm: LlmSettings = LlmSettings()
    loop: LoopSettings = LoopSettings()
    tools: ToolSettings = ToolSettings()
    memory: MemorySettings = MemorySettings()
    context: ContextSettings = ContextSettings()
    network: NetworkSettings = NetworkSettings()
    updates: UpdateSettings = UpdateSettings()
    storage: StorageSettings = StorageSettings()
    approvals: ApprovalSettings = ApprovalSettings()
    budget: BudgetSettings = BudgetSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
