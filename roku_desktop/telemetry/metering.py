"""From the engine's events to measurements: which event moves which instrument, and by how much.

The one closed mapping; a new event does not pass the type check before it has its place here. Keeps,
per run, when its request went out and its words came in; nothing is measured per word. Pure: no
clock, no I/O. Called by the recorder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, assert_never

import msgspec

from roku_desktop.engine.compactions import ContextEvent
from roku_desktop.engine.errors import Failure
from roku_desktop.engine.events import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    ConfigReloaded,
    DiskLow,
    Event,
    FailedOver,
    MemoryHealthChanged,
    MemoryRecalled,
    ModelSwitched,
    PromptAccepted,
    RecoveryFailed,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    SessionChanged,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
    WindowReady,
)
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.approval_metering import ApprovalMeter
from roku_desktop.telemetry.context_metering import compaction_measured
from roku_desktop.telemetry.instruments import Instrument
from roku_desktop.telemetry.measurement import UNKNOWN_TOOL, KnowsTool, Measurement, attributes_of

AGENT_NAME: Final = "roku"
_BREAKER_VALUES: Final = {"closed": 0.0, "half_open": 1.0, "open": 2.0}
_NEVER_SENT: Final = frozenset({"BreakerOpen", "NoEligibleModel", "BudgetExceeded"})

Named = Mapping[str, str | int | None]

ServerOf = Callable[[str], tuple[str, int | None]]
"""A provider's host and port, by its name; an empty host where it is not known."""


class _Request(msgspec.Struct, kw_only=True):
    """A request on the wire. Times are Unix seconds."""

    provider: str
    model: str
    sent_at: float
    first_chunk_at: float | None = None
    last_chunk_at: float = 0.0
    chunks: int = 0


_HEALTH: Final = {"down": 0, "degraded": 1, "healthy": 2}


class Meter:
    """Measures what the engine says. `server_of` finds where a provider is, `tier_of` its risk tier."""

    def __init__(
        self, server_of: ServerOf, knows_tool: KnowsTool, tier_of: Callable[[str], str] = lambda _name: ""
    ) -> None:
        self._server_of = server_of
        self._tier_of = tier_of
        self._knows_tool = knows_tool
        self._requests: dict[str, _Request] = {}
        self._approvals = ApprovalMeter()

    def measure(self, event: Event) -> list[Measurement]:  # noqa: C901, PLR0912  # one case per event
        """Return what this event adds; most events, and each word of an answer, add nothing."""
        match event:
            case TextDelta() | ThinkingDelta():
                return self.chunk(event)
            case RequestSent():
                return self._sent(event)
            case AnswerCompleted():
                return self._answered(event)
            case AttemptFailed():
                return self._failed(event)
            case RetryScheduled():
                return _retry(event)
            case FailedOver():
                return [_hop(event)]
            case ToolFinished():
                return self._tool(event)
            case TurnFinished():
                return [*self._turn(event), *self._approvals.ended(event)]
            case BreakerChanged():
                return _breaker(event)
            case PromptAccepted():
                return _recovery(event) if event.resumed else []
            case RecoveryFailed():
                named = {table.WHAT: "pending run"}
                return [*_recovery(event), _one(table.RECOVERY_FAILURES, event.at, named)]
            case StepStarted():
                named = {table.RISK: self._tier_of(event.provider), table.REASON: "chosen"}
                return [_one(table.ROUTING_DECISIONS, event.at, named)]
            case ModelSwitched():
                named = {table.TO: event.provider, table.REASON: "chosen", table.INITIATOR: "person"}
                return [_one(table.LLM_FAILOVER, event.at, named)]
            case ConfigReloaded():
                outcome = "refused" if event.problem else "applied"
                return [_one(table.CONFIG_RELOADS, event.at, {table.OUTCOME: outcome})]
            case WindowReady():
                named = {table.FROZEN: str(event.frozen).lower()}
                return [_value(table.APP_STARTUP, event.at, event.startup_s, named)]
            case ApprovalRequested():
                return self._approvals.measure(event, self._name_of(event.request.call.name))
            case ApprovalDecided() | ApprovalExpired() | ApprovalResolved():
                return self._approvals.measure(event, "")
            case ContextEvent():
                return compaction_measured(event, self._of_request)
            case MemoryRecalled():
                return _recalled(event)
            case MemoryHealthChanged():
                named = {table.BACKEND: event.backend}
                return [_value(table.MEMORY_HEALTH, event.at, _HEALTH[event.after], named)]
            case (
                ResponseStarted()
                | ToolStarted()
                | ToolsAnswered()
                | BudgetNear()
                | SessionChanged()
                | DiskLow()
            ):
                return []
            case _:
                assert_never(event)

    def chunk(self, event: TextDelta | ThinkingDelta) -> list[Measurement]:
        """As `measure`, for the events of which a turn has hundreds."""
        request = self._requests.get(event.run_id)
        if request is None:
            return []
        request.chunks += 1
        request.last_chunk_at = event.at
        if request.first_chunk_at is not None:
            return []
        request.first_chunk_at = event.at
        named = self._of_request(request.provider, request.model)
        return [_value(table.TIME_TO_FIRST_CHUNK, event.at, event.at - request.sent_at, named)]

    def _sent(self, event: RequestSent) -> list[Measurement]:
        self._requests[event.run_id] = _Request(provider=event.provider, model=event.model, sent_at=event.at)
        return [_one(table.LLM_REQUESTS, event.at, _of_model(event.provider, event.model))]

    def _answered(self, event: AnswerCompleted) -> list[Measurement]:
        request = self._requests.pop(event.run_id, None)
        message, at = event.message, event.at
        if request is None:
            return []
        of_model = _of_model(request.provider, request.model)
        of_request = self._of_request(request.provider, request.model, response_model=message.model)
        measured = [
            _one(table.LLM_SUCCESSES, at, of_model),
            _value(table.OPERATION_DURATION, at, at - request.sent_at, of_request),
        ]
        if request.first_chunk_at is not None and request.chunks > 1:
            mean_s = (request.last_chunk_at - request.first_chunk_at) / (request.chunks - 1)
            measured.append(_value(table.TIME_PER_OUTPUT_CHUNK, at, mean_s, of_request))
        usage = message.usage
        for kind, tokens in (("input", usage.input_tokens), ("output", usage.output_tokens)):
            if tokens:
                named = {**of_request, table.TOKEN_TYPE: kind}
                measured.append(_value(table.TOKEN_USAGE, at, tokens, named))
        if usage.cache_read_tokens:
            measured.append(_value(table.LLM_TOKENS_CACHED, at, usage.cache_read_tokens, of_model))
        if event.cost_usd:
            measured.append(_value(table.LLM_COST, at, event.cost_usd, of_model))
        return measured

    def _failed(self, event: AttemptFailed) -> list[Measurement]:
        request = self._requests.pop(event.run_id, None)
        if event.failure.kind == "BreakerOpen":
            return [_one(table.BREAKER_REJECTIONS, event.at, {table.PROVIDER: event.provider})]
        measured = [] if request else self._sent_in_vain(event)
        sent_at = request.sent_at if request else event.at
        return [
            *measured,
            *self._request_failed(event.provider, event.model, event.failure, event.at, event.at - sent_at),
        ]

    def _sent_in_vain(self, event: AttemptFailed) -> list[Measurement]:
        """A request that never reached the wire (no connection) counts as one."""
        return [_one(table.LLM_REQUESTS, event.at, _of_model(event.provider, event.model))]

    def _request_failed(
        self, provider: str, model: str, failure: Failure, at: float, duration_s: float
    ) -> list[Measurement]:
        of_model = {
            **_of_model(provider, model),
            table.ERROR_TYPE: failure.kind,
            table.HTTP_STATUS: failure.status,
        }
        of_request = {**self._of_request(provider, model), table.ERROR_TYPE: failure.kind}
        return [
            _one(table.LLM_FAILURES, at, of_model),
            _value(table.OPERATION_DURATION, at, duration_s, of_request),
        ]

    def _turn(self, event: TurnFinished) -> list[Measurement]:
        at, of_model = event.at, _of_model(event.provider, event.model)
        measured = [
            _one(table.TURN_COUNT, at, {table.OUTCOME: event.outcome}),
            _value(table.TURN_DURATION, at, event.duration_s, of_model),
            _value(table.AGENT_DURATION, at, event.duration_s, {table.AGENT: AGENT_NAME}),
        ]
        if event.ttft_s is not None:
            measured.append(_value(table.TURN_TTFT, at, event.ttft_s, of_model))
        overhead_s = event.first_token.engine_overhead_s
        if overhead_s is not None:
            measured.append(_value(table.TURN_ENGINE_OVERHEAD, at, overhead_s, of_model))
        request = self._requests.pop(event.run_id, None)
        if request is not None:  # it ended while an answer came in
            failure = event.failure or Failure(kind="Cancelled", message="")
            duration_s = max(at - request.sent_at, 0.0)
            measured += self._request_failed(request.provider, request.model, failure, at, duration_s)
        if event.failure is not None and event.failure.kind == "NoEligibleModel":
            measured.append(_one(table.NO_ELIGIBLE_MODEL, at, {table.REASON: event.failure.kind}))
        return measured

    def _name_of(self, tool: str) -> str:
        return tool if self._knows_tool(tool) else UNKNOWN_TOOL

    def _tool(self, event: ToolFinished) -> list[Measurement]:
        result = event.result
        tool = self._name_of(event.call.name)
        named = {table.TOOL: tool, table.OUTCOME: result.outcome, table.RISK: event.tier}
        measured = [_one(table.TOOL_CALLS, event.at, named)]
        if result.outcome != "refused":  # one that was refused never ran
            timed = {table.TOOL: tool, table.ERROR_TYPE: "" if result.outcome == "ok" else result.outcome}
            measured.append(_value(table.TOOL_DURATION, event.at, result.elapsed_ms / 1000, timed))
        return measured

    def _of_request(
        self, provider: str, model: str, *, response_model: str = ""
    ) -> dict[str, str | int | None]:
        address, port = self._server_of(provider)
        return {
            table.OPERATION: "chat",
            table.PROVIDER: provider,
            table.REQUEST_MODEL: model,
            table.RESPONSE_MODEL: response_model,
            table.SERVER_ADDRESS: address,
            table.SERVER_PORT: port,
        }


def _recalled(event: MemoryRecalled) -> list[Measurement]:
    named = {table.BACKEND: event.backend}
    fallback = [_one(table.MEMORY_FALLBACKS, event.at, named)] if event.fell_back else []
    return [_value(table.MEMORY_RECALL_DURATION, event.at, event.duration_s, named), *fallback]


def _retry(event: RetryScheduled) -> list[Measurement]:
    named = {table.PROVIDER: event.provider, table.ERROR_TYPE: event.reason}
    return [
        _one(table.LLM_RETRIES, event.at, named),
        _value(table.LLM_RETRY_WAIT, event.at, event.wait_s, named),
    ]


def _hop(event: FailedOver) -> Measurement:
    named = {
        table.FROM: event.from_provider,
        table.TO: event.to_provider,
        table.REASON: event.reason,
        table.INITIATOR: event.initiator,
    }
    return _one(table.LLM_FAILOVER, event.at, named)


def _breaker(event: BreakerChanged) -> list[Measurement]:
    changed = {table.PROVIDER: event.provider, table.FROM: event.before, table.TO: event.after}
    return [
        _one(table.BREAKER_TRANSITIONS, event.at, changed),
        _value(table.BREAKER_STATE, event.at, _BREAKER_VALUES[event.after], {table.PROVIDER: event.provider}),
    ]


def _recovery(event: PromptAccepted | RecoveryFailed) -> list[Measurement]:
    return [_one(table.RECOVERY_ATTEMPTS, event.at, {table.WHAT: "pending run"})]


def _of_model(provider: str, model: str) -> dict[str, str | int | None]:
    return {table.PROVIDER: provider, table.REQUEST_MODEL: model}


def _one(instrument: Instrument, at: float, named: Named) -> Measurement:
    return _value(instrument, at, 1.0, named)


def _value(instrument: Instrument, at: float, value: float, named: Named) -> Measurement:
    return Measurement(instrument=instrument, at=at, value=value, attributes=attributes_of(named))
