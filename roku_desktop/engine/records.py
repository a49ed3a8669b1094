"""What is kept about sessions and runs, as the faces see it. Written by `storage/`, read by all."""

from __future__ import annotations

import time
from typing import Literal

import msgspec

from roku_desktop.engine.compactions import ContextRecord
from roku_desktop.engine.errors import Failure
from roku_desktop.engine.events import BreakerPhase
from roku_desktop.engine.messages import Message, Usage

RunStatus = Literal["running", "completed", "failed", "cancelled", "interrupted", "parked"]
SessionState = Literal["idle", "running", "waiting", "interrupted", "failed"]


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the session list. `state` is that of the newest run; times are Unix seconds.

    `provider` and `model` are what a person chose for this session, empty = the default. `plan`: only
    read-only tools run. A sub-agent's has the call that began it as its parent, and stands in no list.
    """

    session_id: str
    title: str
    workspace: str
    created_at: float
    updated_at: float
    state: SessionState = "idle"
    pinned: bool = False
    plan: bool = False
    message_count: int = 0
    provider: str = ""
    model: str = ""
    parent_run_id: str = ""
    parent_call_id: str = ""


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn is told by storage before its prompt is taken: the session, what a person chose for
    good (by name), and whether there is anything that could be remembered."""

    summary: SessionSummary
    preferences: dict[str, str]
    has_memories: bool


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """All messages of a session, oldest first, and what is stored of how they are sent."""

    messages: list[Message]
    context: ContextRecord


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One turn. `steps` and `recoveries` are what of the budgets is used; `instance_id` names the
    process that owns a running one. `duration_s` is from when a person last sent it on its way to its
    end, like `ttft_s`; 0 until then."""

    run_id: str
    session_id: str
    status: RunStatus
    started_at: float
    instance_id: str
    provider: str = ""
    model: str = ""
    finished_at: float | None = None
    steps: int = 0
    recoveries: int = 0
    usage: Usage = Usage()
    ttft_s: float | None = None
    duration_s: float = 0.0
    cost_usd: float | None = None
    failure: Failure | None = None


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """A message that matches. `snippet` is plain text; `highlights` are (start, end) in it."""

    session_id: str
    session_title: str
    message_id: int
    position: int
    role: str
    created_at: float
    snippet: str
    highlights: tuple[tuple[int, int], ...] = ()


class ProviderStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as the faces list it.

    `origin`: `configured` in runtime.toml or the environment, `builtin` (a vendor that only needs a
    key), `discovered` on this machine, `embedded`. `key`: where its key comes from; `not needed`
    for servers that want none.
    """

    name: str
    kind: str
    base_url: str
    origin: Literal["configured", "builtin", "discovered", "embedded"]
    key: Literal["environment", "keyring", "missing", "not needed", "unknown"]
    primary_model: str = ""
    fallback_models: tuple[str, ...] = ()
    pinned: bool = False
    usable: bool = True
    problem: str = ""


class BreakerState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the circuit breaker of one provider stands; times are Unix seconds.

    `until`: open, when the next probe may go; half open, when a probe that hangs is given up.
    `failures` counts those in a row; `generation` grows whenever the breaker opens or probes.
    """

    phase: BreakerPhase = "closed"
    failures: int = 0
    generation: int = 0
    since: float = 0.0
    until: float = 0.0
    last_error: str = ""
    last_error_at: float = 0.0


class CostRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one model cost on one day (`2026-01-31`, local time).

    `cost_usd` sums the answers whose price is known; `unknown` counts the others.
    """

    day: str
    provider: str
    model: str
    answers: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unknown: int = 0


class ModelPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What a model costs: US dollars per million tokens."""

    input_usd: float
    output_usd: float


class SessionCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers of one session have used; `unknown` counts runs without a known price."""

    tokens: int = 0
    cost_usd: float = 0.0
    unknown: int = 0


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What the sub-agents of one run have used."""

    steps: int = 0
    tokens: int = 0
    cost_usd: float = 0.0


class StorageUse(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of one kind under the home. `cap_bytes` and `ttl_days` are None where nothing limits it;
    `prunable_bytes` is what the next prune would free, as well as can be known beforehand."""

    kind: str
    path: str
    size_bytes: int
    items: int = 0
    cap_bytes: int | None = None
    ttl_days: float | None = None
    prunable_bytes: int = 0


class Instructions(msgspec.Struct, frozen=True, kw_only=True):
    """A file of standing instructions. `problem` is a sentence where it, or part of it, is not used."""

    path: str
    text: str = ""
    problem: str = ""


MemoryScope = Literal["global", "workspace", "session"]


MemorySource = Literal["person", "model", "turn"]
"""Who kept it: a person, a model with a person's consent, or the program after a turn (`write_back`)."""


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be remembered beyond the conversation it came up in.

    `owner` is the workspace's path or the session's id, "" for `global`; `delivered` says whether the
    memory service, where one is used, has this text.
    """

    memory_id: str
    scope: MemoryScope
    owner: str
    text: str
    source: MemorySource
    created_at: float
    updated_at: float
    delivered: bool = False


class MemoryOwners(msgspec.Struct, frozen=True, kw_only=True):
    """Whose memories hold beside the global ones."""

    workspace: str
    session_id: str


class Recalled(msgspec.Struct, frozen=True, kw_only=True):
    """A memory that was found; `score` is the backend's own, more is better, 0 where it only is a new one."""

    memory: Memory
    score: float


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of a series: telemetry gives it its meaning, storage keeps it.

    `attributes` are names and values sorted by name; `at` is Unix seconds.
    """

    name: str
    attributes: tuple[tuple[str, str], ...]
    at: float
    value: float


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of one series within a time: `points` are (Unix seconds, value), oldest first."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    points: tuple[tuple[float, float], ...]


def local_day(at: float) -> str:
    """Return the person's own date of Unix seconds, `2026-01-31`."""
    return time.strftime("%Y-%m-%d", time.localtime(at))
