"""Everything that can happen, as a closed set of frozen values.

The loop yields them, the session stores each one and only then publishes it (`session.py`), the
faces and telemetry match on them and close their `match` with `assert_never`. Times are Unix
seconds (`at`) from the engine's clock; durations carry their unit in the name.

Deltas that arrive while the previous ones are being written are merged before they are stored, so
one `TextDelta` may hold the text of many chunks.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from roku_desktop.engine.compactions import (
    AutoCompactCircuitBreakerTripped,
    CacheBreakDetected,
    CompactComplete,
    CompactTriggered,
    DigestWritten,
    MicrocompactRan,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
    OutputSlotEscalated,
    ReactiveCompactTriggered,
)
from roku_desktop.engine.decisions import ApprovalRequest, Decision, Resolution
from roku_desktop.engine.errors import Failure
from roku_desktop.engine.event_base import EventBase
from roku_desktop.engine.messages import (
    AssistantMessage,
    StoredMessage,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)

Outcome = Literal["completed", "failed", "cancelled", "interrupted", "parked"]
BreakerPhase = Literal["closed", "open", "half_open"]
SessionChange = Literal["created", "renamed", "pinned", "planned", "deleted"]
RiskTier = Literal["safe", "requires_approval", "denied"]
Initiator = Literal["system", "person"]
BudgetScope = Literal["request", "session", "day"]
BudgetUnit = Literal["usd", "tokens"]
MemoryHealth = Literal["healthy", "degraded", "down"]


class PromptAccepted(EventBase, frozen=True, kw_only=True):
    """The prompt is on disk; the turn will start.

    `resumed`: an old run goes on under its own id. Its `message` is then a nudge of ours, or None
    where the history already ends with something to answer. A sub-agent's names the call it works for.
    """

    message: UserMessage | None
    resumed: bool = False
    parent_run_id: str = ""
    parent_call_id: str = ""


class StepStarted(EventBase, frozen=True, kw_only=True):
    """One round of the loop: a model is about to be asked. Steps count from 1 within a run.

    `estimated_tokens` is the input as estimated, uncorrected; what is counted will correct the next one.
    """

    step: int
    provider: str
    model: str
    estimated_tokens: int = 0


class RequestSent(EventBase, frozen=True, kw_only=True):
    """The request is on the wire. `attempt` counts from 1 within the step."""

    step: int
    provider: str
    model: str
    attempt: int = 1


class ResponseStarted(EventBase, frozen=True, kw_only=True):
    """The first byte of the answer's body arrived."""

    step: int
    provider: str


class AttemptFailed(EventBase, frozen=True, kw_only=True):
    """A request failed, or could not be made (a missing key). What is done about it follows."""

    step: int
    provider: str
    model: str
    attempt: int
    failure: Failure


class RetryScheduled(EventBase, frozen=True, kw_only=True):
    """The same model will be asked again: after `wait_s` seconds, at `until` (Unix seconds).

    `attempt` is the number of the attempt to come, `reason` the class of the failure before it.
    With an `alternative_provider`, `Engine.skip_wait` asks that one instead of waiting.
    """

    step: int
    provider: str
    model: str
    attempt: int
    wait_s: float
    until: float
    reason: str
    alternative_provider: str = ""
    alternative_model: str = ""


class FailedOver(EventBase, frozen=True, kw_only=True):
    """Another model goes on with the turn, nothing of an answer having been shown.

    `reason` is the class of the failure, `message` its sentence. `initiator`: the system, or a person
    who did not want to wait. A person's choice of a model is `ModelSwitched`. `left_alone_until` (Unix
    seconds) is when the provider's breaker lets a probe through, 0 where it is not open.
    """

    step: int
    from_provider: str
    from_model: str
    to_provider: str
    to_model: str
    reason: str
    message: str
    initiator: Initiator = "system"
    left_alone_until: float = 0.0


class TextDelta(EventBase, frozen=True, kw_only=True):
    step: int
    text: str


class ThinkingDelta(EventBase, frozen=True, kw_only=True):
    step: int
    text: str


class AnswerCompleted(EventBase, frozen=True, kw_only=True):
    """The stream ended with its terminal event; `message` is the whole answer.

    `cost_usd` is None where the model's price is unknown.
    """

    step: int
    message: AssistantMessage
    cost_usd: float | None = None


class ToolStarted(EventBase, frozen=True, kw_only=True):
    """A call was admitted and is about to run; durable before the tool starts.

    With an `approval_id` it is stored only if that approval holds for exactly this `digest` and was
    not used yet; else storing it fails and nothing runs.
    """

    step: int
    call: ToolCall
    tier: RiskTier
    approval_id: str = ""
    digest: str = ""


class ToolFinished(EventBase, frozen=True, kw_only=True):
    """A call has its result; `tier` says how it was classified (a refusal never started)."""

    step: int
    call: ToolCall
    tier: RiskTier
    result: ToolResult
    approval_id: str = ""


class ApprovalRequested(EventBase, frozen=True, kw_only=True):
    """A call waits for a person; with a `decision`, a rule has answered already."""

    step: int
    request: ApprovalRequest
    decision: Decision | None = None


class ApprovalDecided(EventBase, frozen=True, kw_only=True):
    """Somebody decided, here or in another process."""

    approval_id: str
    decision: Decision


class ApprovalExpired(EventBase, frozen=True, kw_only=True):
    """Nobody decided in time, which counts as a refusal."""

    approval_id: str


class ApprovalResolved(EventBase, frozen=True, kw_only=True):
    """A person said what becomes of a call whose outcome was unknown."""

    approval_id: str
    resolution: Resolution


class ToolsAnswered(EventBase, frozen=True, kw_only=True):
    """All calls of the answer have their results, in call order."""

    step: int
    message: ToolMessage


class FirstToken(msgspec.Struct, frozen=True, kw_only=True):
    """The way to a turn's first words, in seconds since the prompt was entered; None = not reached.

    `sent_s` and `first_byte_s` are those of the request that brought the words, `first_sent_s` that of
    the turn's first request: between the two lie retries and their waits.
    """

    accepted_s: float = 0.0
    first_sent_s: float | None = None
    sent_s: float | None = None
    first_byte_s: float | None = None
    first_words_s: float | None = None
    published_s: float | None = None
    painted_s: float | None = None

    @property
    def engine_overhead_s(self) -> float | None:
        """The share that is this program's: to the wire, and from the words to whoever reads them."""
        shown_s = self.painted_s if self.painted_s is not None else self.published_s
        if self.first_sent_s is None or self.first_words_s is None or shown_s is None:
            return None
        return self.first_sent_s + shown_s - self.first_words_s


class TurnFinished(EventBase, frozen=True, kw_only=True):
    """The end of a run.

    `appended` are the messages that closing had to add so that the history stays valid: the
    partial answer, results for calls that did not finish. `ttft_s` is prompt accepted → first
    text or thinking delta; `cost_usd` is None where the model's price is unknown.
    """

    outcome: Outcome
    failure: Failure | None = None
    appended: tuple[StoredMessage, ...] = ()
    usage: Usage = Usage()
    ttft_s: float | None = None
    duration_s: float = 0.0
    cost_usd: float | None = None
    provider: str = ""
    model: str = ""
    first_token: FirstToken = FirstToken()


class BudgetNear(EventBase, frozen=True, kw_only=True):
    """Most of a budget is used: `spent` of `limit`, in US dollars or tokens. Told once per turn."""

    scope: BudgetScope
    unit: BudgetUnit
    spent: float
    limit: float


class BreakerChanged(EventBase, frozen=True, kw_only=True):
    """A provider's circuit breaker changed its state; it belongs to no session.

    `until` (Unix seconds) is when the next probe may go, or 0. `reason` is the class of the failure
    that opened it, empty otherwise. `initiator` is a person where one reset it.
    """

    provider: str
    before: BreakerPhase
    after: BreakerPhase
    until: float = 0.0
    reason: str = ""
    initiator: Initiator = "system"


class ModelSwitched(EventBase, frozen=True, kw_only=True):
    """A person chose another provider or model. A system's failover is another event."""

    provider: str
    model: str


class SessionChanged(EventBase, frozen=True, kw_only=True):
    """A session was created, renamed, pinned or deleted; lists re-read it."""

    change: SessionChange
    title: str = ""


class ConfigReloaded(EventBase, frozen=True, kw_only=True):
    """`runtime.toml` changed on disk. With `problem` set, the last good configuration stays."""

    problem: str = ""
    warnings: tuple[str, ...] = ()


class DiskLow(EventBase, frozen=True, kw_only=True):
    """The home's disk has less room than is kept free, so what can wait stops growing; or again enough."""

    free_bytes: int
    kept_free_bytes: int
    is_over: bool = False


class WindowReady(EventBase, frozen=True, kw_only=True):
    """The first prompt could be typed and sent, `startup_s` seconds after the process was created."""

    startup_s: float
    frozen: bool


class RecoveryFailed(EventBase, frozen=True, kw_only=True):
    """A run that should go on could not be loaded; `error` is the class of why. No session is known."""

    error: str


class MemoryRecalled(EventBase, frozen=True, kw_only=True):
    """What is remembered was looked through for a prompt: `count` memories came, in `duration_s` seconds.

    `backend` answered. `fell_back`: it stood in for the one that was meant to; `skipped`: none came in
    time, and the turn went on without.
    """

    backend: str
    count: int
    duration_s: float
    fell_back: bool = False
    skipped: bool = False


class MemoryHealthChanged(EventBase, frozen=True, kw_only=True):
    """The memory service got worse or better; it belongs to no session. `reason` is a sentence, or ""."""

    backend: str
    before: MemoryHealth
    after: MemoryHealth
    reason: str = ""


Incident = AttemptFailed | RetryScheduled | FailedOver
"""The trouble on the way to an answer, kept with its run."""

Event = (
    PromptAccepted
    | StepStarted
    | RequestSent
    | ResponseStarted
    | AttemptFailed
    | RetryScheduled
    | FailedOver
    | TextDelta
    | ThinkingDelta
    | AnswerCompleted
    | ToolStarted
    | ToolFinished
    | ToolsAnswered
    | ApprovalRequested
    | ApprovalDecided
    | ApprovalExpired
    | ApprovalResolved
    | TurnFinished
    | BudgetNear
    | BreakerChanged
    | ModelSwitched
    | SessionChanged
    | ConfigReloaded
    | DiskLow
    | WindowReady
    | RecoveryFailed
    | MicrocompactRan
    | MidCompactLayer1Ran
    | MidCompactLayer2Ran
    | CompactTriggered
    | ReactiveCompactTriggered
    | CompactComplete
    | DigestWritten
    | AutoCompactCircuitBreakerTripped
    | CacheBreakDetected
    | OutputSlotEscalated
    | MemoryRecalled
    | MemoryHealthChanged
)
