"""Every instrument of the program, in one table: name, kind, unit, attributes, meaning.

The recorder may only use what stands here; the documentation page, the panel, the Prometheus page and
the OTLP export are made from it, so none of them can disagree with it. Pure data.

Standard names come first: those of OpenTelemetry's GenAI conventions (status Development, in a
repository of their own; compared in November 2026, when its newest draft began to call
`gen_ai.client.operation.*` `gen_ai.client.inference.*`). What has no standard name is `roku.*`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Kind = Literal["counter", "gauge", "histogram"]

SECONDS: Final = tuple(0.01 * 2**step for step in range(14))
"""0.01, 0.02 … 81.92 s: the boundaries that the GenAI conventions ask for."""
AGENT_SECONDS: Final = tuple(0.1 * 2**step for step in range(13))
"""0.1, 0.2 … 409.6 s: a turn with tools."""
SHORT_SECONDS: Final = tuple(0.001 * 2**step for step in range(14))
"""1 ms … 8.192 s: what this program itself takes, whose target is 50 ms."""
TOKENS: Final = tuple(float(4**step) for step in range(14))
"""1, 4, 16 … 67108864 tokens."""


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """`unit` is UCUM's spelling; a histogram's `boundaries` are upper bounds, in that unit."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    attributes: tuple[str, ...] = ()
    boundaries: tuple[float, ...] = ()


# Attributes
OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
TOKEN_TYPE: Final = "gen_ai.token.type"  # noqa: S105  # the name of an attribute
TOOL: Final = "gen_ai.tool.name"
AGENT: Final = "gen_ai.agent.name"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"
ERROR_TYPE: Final = "error.type"
HTTP_STATUS: Final = "http.response.status_code"
FROM: Final = "roku.from"
TO: Final = "roku.to"
REASON: Final = "roku.reason"
INITIATOR: Final = "roku.initiator"
OUTCOME: Final = "roku.outcome"
RISK: Final = "roku.risk_tier"
DECISION: Final = "roku.decision"
SOURCE: Final = "roku.source"
WHAT: Final = "roku.what"
LAYER: Final = "roku.layer"
BACKEND: Final = "roku.backend"
FROZEN: Final = "roku.frozen"
SIGNAL: Final = "roku.signal"

_ASKED: Final = (OPERATION, PROVIDER, REQUEST_MODEL, SERVER_ADDRESS, SERVER_PORT)
_ANSWERED: Final = (*_ASKED, RESPONSE_MODEL)
_REQUEST: Final = (*_ANSWERED, ERROR_TYPE)
_MODEL: Final = (PROVIDER, REQUEST_MODEL)


def _counter(name: str, meaning: str, *attributes: str, unit: str = "1") -> Instrument:
    return Instrument(name=name, kind="counter", unit=unit, meaning=meaning, attributes=attributes)


def _gauge(name: str, meaning: str, *attributes: str, unit: str = "1") -> Instrument:
    return Instrument(name=name, kind="gauge", unit=unit, meaning=meaning, attributes=attributes)


def _histogram(
    name: str,
    meaning: str,
    *attributes: str,
    unit: str = "s",
    boundaries: tuple[float, ...] = SECONDS,
) -> Instrument:
    return Instrument(
        name=name, kind="histogram", unit=unit, meaning=meaning, attributes=attributes, boundaries=boundaries
    )


OPERATION_DURATION: Final = _histogram(
    "gen_ai.client.operation.duration", "A request to a model, from the wire to its end.", *_REQUEST
)
TIME_TO_FIRST_CHUNK: Final = _histogram(
    "gen_ai.client.operation.time_to_first_chunk",
    "A request on the wire to its first content; streamed answers only.",
    *_ASKED,
)
TIME_PER_OUTPUT_CHUNK: Final = _histogram(
    "gen_ai.client.operation.time_per_output_chunk",
    "Mean time between the chunks of one answer; one sample per answer.",
    *_ANSWERED,
)
TOKEN_USAGE: Final = _histogram(
    "gen_ai.client.token.usage",
    "Tokens of an answer, as the provider counts them.",
    *_ANSWERED,
    TOKEN_TYPE,
    unit="{token}",
    boundaries=TOKENS,
)
TOOL_DURATION: Final = _histogram("gen_ai.execute_tool.duration", "A tool's run.", TOOL, ERROR_TYPE)
AGENT_DURATION: Final = _histogram(
    "gen_ai.invoke_agent.duration", "A turn, from the prompt to its end.", AGENT, boundaries=AGENT_SECONDS
)
LLM_REQUESTS: Final = _counter(
    "roku.llm.requests", "Requests sent to models, each attempt counted.", *_MODEL, unit="{request}"
)
LLM_SUCCESSES: Final = _counter(
    "roku.llm.successes", "Requests that brought a whole answer.", *_MODEL, unit="{request}"
)
LLM_FAILURES: Final = _counter(
    "roku.llm.failures",
    "Requests that failed, by class of the failure; Cancelled is a person's stop.",
    *_MODEL,
    ERROR_TYPE,
    HTTP_STATUS,
    unit="{request}",
)
LLM_RETRIES: Final = _counter(
    "roku.llm.retries", "Requests sent again.", PROVIDER, ERROR_TYPE, unit="{retry}"
)
LLM_RETRY_WAIT: Final = _histogram(
    "roku.llm.retry_wait", "The wait before a request is sent again.", PROVIDER, ERROR_TYPE
)
LLM_FAILOVER: Final = _counter(
    "roku.llm.failover", "Changes to another provider.", FROM, TO, REASON, INITIATOR, unit="{hop}"
)
LLM_TOKENS_CACHED: Final = _counter(
    "roku.llm.tokens.cached", "Input tokens read from the provider's cache.", *_MODEL, unit="{token}"
)
LLM_COST: Final = _counter("roku.llm.cost", "Cost of answers whose price is known.", *_MODEL, unit="USD")
BREAKER_STATE: Final = _gauge("roku.breaker.state", "0 closed, 1 half-open, 2 open.", PROVIDER)
BREAKER_TRANSITIONS: Final = _counter(
    "roku.breaker.transitions", "Changes of a breaker's state.", PROVIDER, FROM, TO, unit="{transition}"
)
BREAKER_REJECTIONS: Final = _counter(
    "roku.breaker.rejections",
    "Requests that an open breaker kept from being sent.",
    PROVIDER,
    unit="{request}",
)
ROUTING_DECISIONS: Final = _counter(
    "roku.routing.decisions",
    "Models chosen for a step, and why.",
    RISK,
    REASON,
    unit="{decision}",
)
NO_ELIGIBLE_MODEL: Final = _counter(
    "roku.routing.no_eligible_model",
    "Steps for which no model could be asked.",
    REASON,
    unit="{decision}",
)
TURN_DURATION: Final = _histogram(
    "roku.turn.duration", "A turn, from the prompt to its end.", *_MODEL, boundaries=AGENT_SECONDS
)
TURN_TTFT: Final = _histogram("roku.turn.ttft", "Enter to the first text of the answer.", *_MODEL)
TURN_ENGINE_OVERHEAD: Final = _histogram(
    "roku.turn.engine_overhead",
    "The part of the first text's time that is this program's, not the network's.",
    *_MODEL,
    boundaries=SHORT_SECONDS,
)
TURN_COUNT: Final = _counter("roku.turn.count", "Turns that ended, by how.", OUTCOME, unit="{turn}")
TOOL_CALLS: Final = _counter(
    "roku.tool.calls", "Tool calls that have their result.", TOOL, OUTCOME, RISK, unit="{call}"
)
APPROVAL_REQUESTED: Final = _counter(
    "roku.approval.requested", "Calls that asked for an approval.", TOOL, unit="{approval}"
)
APPROVAL_DECIDED: Final = _counter(
    "roku.approval.decided", "Approvals decided.", DECISION, SOURCE, unit="{approval}"
)
APPROVAL_PENDING: Final = _gauge(
    "roku.approval.pending", "Approvals that wait for a decision.", unit="{approval}"
)
APPROVAL_WAIT: Final = _histogram(
    "roku.approval.wait", "From the request to the decision.", DECISION, boundaries=AGENT_SECONDS
)
RECOVERY_ATTEMPTS: Final = _counter(
    "roku.recovery.attempts", "Sessions, runs and approvals found at a start or resumed.", WHAT, unit="{item}"
)
RECOVERY_FAILURES: Final = _counter(
    "roku.recovery.failures", "Those of them that could not be loaded.", WHAT, unit="{item}"
)
COMPACTION_COUNT: Final = _counter(
    "roku.compaction.count", "Compactions, by layer.", LAYER, OUTCOME, unit="{compaction}"
)
COMPACTION_DURATION: Final = _histogram("roku.compaction.duration", "A compaction.", LAYER)
COMPACTION_TOKENS_FREED: Final = _histogram(
    "roku.compaction.tokens_freed",
    "Tokens a compaction saved, estimated.",
    LAYER,
    unit="{token}",
    boundaries=TOKENS,
)
COMPACTION_VALIDATION_FAILURES: Final = _counter(
    "roku.compaction.validation_failures",
    "Summaries that would have lost what must survive.",
    LAYER,
    unit="{compaction}",
)
MEMORY_HEALTH: Final = _gauge("roku.memory.health", "0 down, 1 degraded, 2 healthy.", BACKEND)
MEMORY_FALLBACKS: Final = _counter(
    "roku.memory.fallbacks", "Recalls that another backend answered.", BACKEND, unit="{recall}"
)
MEMORY_RECALL_DURATION: Final = _histogram(
    "roku.memory.recall.duration", "A recall.", BACKEND, boundaries=SHORT_SECONDS
)
STORAGE_BYTES: Final = _gauge("roku.storage.bytes", "Bytes under the home folder.", WHAT, unit="By")
STORAGE_EVICTED: Final = _counter(
    "roku.storage.evicted", "Bytes given back by caps and ages.", WHAT, unit="By"
)
CONFIG_RELOADS: Final = _counter(
    "roku.config.reloads", "Changes of runtime.toml that were read.", OUTCOME, unit="{reload}"
)
APP_STARTUP: Final = _histogram("roku.app.startup", "Start of the process to the first prompt ready.", FROZEN)
PROCESS_MEMORY: Final = _gauge("process.memory.usage", "Resident memory of the process.", unit="By")
PROCESS_CPU: Final = _counter("process.cpu.time", "Processor time of the process.", "cpu.mode", unit="s")
TELEMETRY_DROPPED: Final = _counter(
    "roku.telemetry.dropped", "Telemetry that did not reach its collector.", SIGNAL, REASON, unit="{item}"
)

INSTRUMENTS: Final[tuple[Instrument, ...]] = tuple(
    value for value in tuple(globals().values()) if isinstance(value, Instrument)
)
"""All of them, in the order of this page."""

BY_NAME: Final = {instrument.name: instrument for instrument in INSTRUMENTS}
