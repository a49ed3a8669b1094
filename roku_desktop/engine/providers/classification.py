"""Which class of `engine.errors` a vendor's failure is: the words, names and statuses of all wires.

Owns the reading of error bodies and the tables from names, words and statuses to classes. Knows nothing
of sentences, headers or keys (`failures`, `waits`); called by `failures`.

Vendors disagree with themselves (the same trouble comes as another status through a gateway), and a
gateway speaks for many vendors, so there is one table for all: names first, then the words of the
message, and the status last.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from roku_desktop.engine.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContentRefused,
    ContextWindowExceeded,
    InvalidRequest,
    MalformedResponse,
    ProviderError,
    QuotaExceeded,
    RateLimit,
    ServerError,
    ServerOverloaded,
    Timeout,
)

# What vendors call their failures, in `error.code`, `error.type` or `error.status`, in lower case.
_BY_NAME: Final[dict[str, type[ProviderError]]] = {
    "insufficient_quota": QuotaExceeded,
    "insufficient_credits": QuotaExceeded,
    "billing_error": QuotaExceeded,
    "billing_not_active": QuotaExceeded,
    "billing_hard_limit_reached": QuotaExceeded,
    "exceeded_current_quota_error": QuotaExceeded,  # Moonshot
    "arrearage": QuotaExceeded,  # Alibaba
    "context_length_exceeded": ContextWindowExceeded,
    "context_window_exceeded": ContextWindowExceeded,
    "model_max_prompt_tokens_exceeded": ContextWindowExceeded,  # GitHub
    "exceed_context_size_error": ContextWindowExceeded,  # llama.cpp
    "request_too_large": ContextWindowExceeded,
    "string_above_max_length": ContextWindowExceeded,
    "content_filter": ContentRefused,
    "content_policy_violation": ContentRefused,
    "data_inspection_failed": ContentRefused,  # Alibaba
    "invalid_prompt": ContentRefused,  # OpenAI, for prompts that its usage policy forbids
    "overloaded_error": ServerOverloaded,
    "server_overloaded": ServerOverloaded,
    "engine_overloaded": ServerOverloaded,
    "engine_overloaded_error": ServerOverloaded,  # Moonshot, with status 429
    "service_tier_capacity_exceeded": ServerOverloaded,  # Mistral, with status 429
    "capacity_exceeded": ServerOverloaded,
    "unavailable_error": ServerOverloaded,
    "rate_limit_error": RateLimit,
    "rate_limit_exceeded": RateLimit,
    "rate_limit_reached_error": RateLimit,
    "rate_limited": RateLimit,
    "slow_down": RateLimit,  # OpenAI, with status 503
    "authentication_error": AuthenticationFailed,
    "permission_error": AuthenticationFailed,
    "invalid_api_key": AuthenticationFailed,
    "account_deactivated": AuthenticationFailed,
    "timeout_error": Timeout,
    "not_found_error": InvalidRequest,
    "model_not_found": InvalidRequest,
}
# Names so broad that what the message and the status say counts for more.
_BROAD_NAMES: Final[dict[str, type[ProviderError]]] = {
    "invalid_request_error": InvalidRequest,
    "badrequesterror": InvalidRequest,  # vLLM
    "api_error": ServerError,
    "server_error": ServerError,
    "resource_exhausted": RateLimit,  # Google, for rates and quotas alike
    "unavailable": ServerOverloaded,
}
_BY_STATUS: Final[dict[int, type[ProviderError]]] = {
    401: AuthenticationFailed,
    402: QuotaExceeded,
    403: AuthenticationFailed,
    407: ConnectionFailed,
    408: Timeout,
    409: ServerError,  # a conflict inside the service, which vendors' own SDKs repeat too
    # Too many bytes is cured by what cures too many tokens: a shorter conversation.
    413: ContextWindowExceeded,
    425: ServerOverloaded,
    429: RateLimit,
    451: ContentRefused,
    498: ServerOverloaded,  # Groq: no capacity left in this tier
    503: ServerOverloaded,
    511: ConnectionFailed,  # the network wants a login
    529: ServerOverloaded,
}
_CONTEXT: Final = re.compile(
    r"""(?ix)
    context.?(?:length|window|size|limit)                   # OpenAI, vLLM, llama.cpp, Ollama, LM Studio …
    | max(?:imum)?\s(?:prompt|model|input)\s(?:length|tokens) # xAI, vLLM
    | (?:prompt|input|request)\s(?:is\s)?too\s(?:long|large\sfor\smodel) # Anthropic, Bedrock, Ollama
    | too\smany\s(?:input\s)?tokens                         # Cohere
    | token\scount\b.{0,40}\bexceeds                        # Google, GitHub
    | exceeded\smodel\stoken\slimit                         # Moonshot
    | prompt\sexceeds\smax                                  # Zhipu
    | tokens.{0,12}max_new_tokens.{0,6}must\sbe             # TGI
    | n_keep:?\s*\d+\s*>=?\s*n_ctx                          # LM Studio
    """
)
_QUOTA: Final = re.compile(
    r"""(?ix)
    exceeded\syour\scurrent\squota
    | credit\sbalance\sis\stoo\slow
    | insufficient\s(?:credits?|balance|funds|quota)
    | (?:requires\smore|out\sof|used\sall\savailable)\scredits
    | (?:spend(?:ing)?|hard|key)\slimit\s(?:has\sbeen\s)?(?:reached|exceeded)
    | reached\s(?:your|its)\s(?:specified\sapi\susage\slimits|monthly\sspending\slimit)
    | check\syour\sbilling
    """
)
_CONTENT: Final = re.compile(
    r"content (management )?policy|content.?filter|usage policy|was flagged|flagged as potentially",
    re.IGNORECASE,
)
_OVERLOADED: Final = re.compile(
    r"\boverloaded\b|loading model|(at|over|no|exceeded) capacity|server busy", re.IGNORECASE
)
# Google says it with status 400.
_KEY: Final = re.compile(r"api.key (?:is )?(?:not valid|invalid|expired|not found)", re.IGNORECASE)
# What OpenRouter says itself where the cause is in what its upstream said.
_RELAYED: Final = "provider returned error"
_MAX_DEPTH: Final = 4


class WireFault(msgspec.Struct, frozen=True, kw_only=True):
    """What an error body says, whatever its shape. `status` is one that stands in the body.

    `retry_delay` is Google's wait, such as "34.07s".
    """

    message: str = ""
    names: tuple[str, ...] = ()
    status: int | None = None
    retry_delay: str = ""


def fault_from_body(body: bytes) -> WireFault:
    """Read an error body: OpenAI's, Anthropic's, Google's, Ollama's, FastAPI's, or plain text."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
        return WireFault(message="" if text.startswith("<") else text)
    return fault_from_value(value)


def fault_from_value(value: object, depth: int = 0) -> WireFault:
    """The same for decoded JSON."""
    if isinstance(value, list) and value:
        value = value[0]  # Google wraps its error in a list
    if isinstance(value, str):
        return WireFault(message=value)
    if not isinstance(value, dict) or depth > _MAX_DEPTH:
        return WireFault()
    inner = value.get("error") or value.get("detail") or value.get("errors")
    if isinstance(inner, str | dict | list) and inner:
        return _with_names_of(value, fault_from_value(inner, depth + 1))
    fault = _flat_fault(value, depth)
    if fault.message.lower() == _RELAYED and (upstream := _upstream(value)):
        relayed = fault_from_body(upstream.encode())
        return msgspec.structs.replace(
            fault, message=relayed.message or fault.message, names=(*relayed.names, *fault.names)
        )
    return fault


def _flat_fault(value: dict[str, object], depth: int = 0) -> WireFault:
    names = [value.get(key) for key in ("code", "type", "status")]
    numbers = [n for n in (value.get("code"), value.get("status")) if isinstance(n, int) and 400 <= n <= 599]
    message = value.get("message") or value.get("msg")
    if isinstance(message, dict | list):  # Mistral puts what FastAPI says in there
        message = fault_from_value(message, depth + 1).message
    return WireFault(
        message=message if isinstance(message, str) else "",
        names=tuple(name.lower() for name in names if isinstance(name, str)),
        status=numbers[0] if numbers else None,
        retry_delay=_retry_delay(value.get("details")),
    )


def _retry_delay(details: object) -> str:
    delays = [
        detail.get("retryDelay")
        for detail in (details if isinstance(details, list) else ())
        if isinstance(detail, dict)
    ]
    return next((delay for delay in delays if isinstance(delay, str)), "")


def _with_names_of(outer: dict[str, object], fault: WireFault) -> WireFault:
    """Where the error is bare text, its name may stand beside it: `{"error": "…", "code": "…"}`."""
    if fault.names or fault.status:
        return fault
    beside = _flat_fault(outer)
    return msgspec.structs.replace(
        fault, message=fault.message or beside.message, names=beside.names, status=beside.status
    )


def _upstream(value: dict[str, object]) -> str:
    metadata = value.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    return raw if isinstance(raw, str) else ""


def classify(fault: WireFault, status: int | None, *, asks_to_wait: bool) -> type[ProviderError]:
    """The one class. `asks_to_wait`: the answer names a time to come back, so it is no empty account."""
    for name in fault.names:
        kind = _BY_NAME.get(name)
        # A request larger than what a minute allows (Groq) does not heal by waiting.
        if kind is not None and not (kind is RateLimit and status == 413):
            return kind
    if (kind := _by_words(fault.message, status, asks_to_wait=asks_to_wait)) is not None:
        return kind
    if status is not None and (kind := _by_status(status)) is not None:
        return kind
    for name in fault.names:
        if (kind := _BROAD_NAMES.get(name)) is not None:
            return kind
    return ServerError


def _by_words(message: str, status: int | None, *, asks_to_wait: bool) -> type[ProviderError] | None:
    if _QUOTA.search(message) and not asks_to_wait:
        return QuotaExceeded
    if status in {400, None} and _KEY.search(message):
        return AuthenticationFailed
    if status == 429:  # "request too large … tokens per minute" is a rate, not a window
        return None
    if _CONTEXT.search(message):
        return ContextWindowExceeded
    if _CONTENT.search(message):
        return ContentRefused
    if status != 401 and _OVERLOADED.search(message):
        return ServerOverloaded
    return None


def _by_status(status: int) -> type[ProviderError] | None:
    if (kind := _BY_STATUS.get(status)) is not None:
        return kind
    if 300 <= status < 400 or status < 200 or 201 <= status < 300:
        return MalformedResponse
    if 400 <= status < 500:
        return InvalidRequest
    return ServerError if status >= 500 else None
