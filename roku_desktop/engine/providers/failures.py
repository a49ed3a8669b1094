"""From a vendor's failure to exactly one class of `engine.errors`.

Owns the reading of statuses, headers and error bodies of both wires, the sentence a person sees, and
the redaction of the provider's own words. Does no I/O; called by `chat` (an answer that is an error),
by the answer readers (an error in mid-stream) and nobody else. Failures of the connection itself are
translated in `transport`.

Vendors disagree with themselves (the same trouble comes as another status through a proxy), so the
words of the body are asked first and the status last.
"""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Mapping
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

MAX_SAYS_CHARACTERS: Final = 300
MIN_SECRET_CHARACTERS: Final = 6  # a made-up key like `x` for a local server would blank whole words

# What vendors call their failures, in `error.code` or `error.type`.
_BY_NAME: Final[dict[str, type[ProviderError]]] = {
    "insufficient_quota": QuotaExceeded,
    "billing_error": QuotaExceeded,
    "billing_not_active": QuotaExceeded,
    "billing_hard_limit_reached": QuotaExceeded,
    "context_length_exceeded": ContextWindowExceeded,
    "exceed_context_size_error": ContextWindowExceeded,
    "request_too_large": ContextWindowExceeded,
    "content_filter": ContentRefused,
    "content_policy_violation": ContentRefused,
    "overloaded_error": ServerOverloaded,
    "server_overloaded": ServerOverloaded,
    "engine_overloaded": ServerOverloaded,
    "unavailable_error": ServerOverloaded,
    "rate_limit_error": RateLimit,
    "rate_limit_exceeded": RateLimit,
    "authentication_error": AuthenticationFailed,
    "permission_error": AuthenticationFailed,
    "invalid_api_key": AuthenticationFailed,
    "timeout_error": Timeout,
    "not_found_error": InvalidRequest,
    "model_not_found": InvalidRequest,
}
# Names so broad that what the message says counts for more.
_BROAD_NAMES: Final[dict[str, type[ProviderError]]] = {
    "invalid_request_error": InvalidRequest,
    "api_error": ServerError,
    "server_error": ServerError,
}
_BY_STATUS: Final[dict[int, type[ProviderError]]] = {
    401: AuthenticationFailed,
    402: QuotaExceeded,
    403: AuthenticationFailed,
    407: ConnectionFailed,
    408: Timeout,
    # Too many bytes is cured by what cures too many tokens: a shorter conversation.
    413: ContextWindowExceeded,
    429: RateLimit,
    503: ServerOverloaded,
    529: ServerOverloaded,
}
_CONTEXT: Final = re.compile(
    r"maximum context length|context.?(length|window|size)|(prompt|input) is too long|too many input tokens",
    re.IGNORECASE,
)
_QUOTA: Final = re.compile(
    r"exceeded your current quota|credit balance is too low|insufficient (credits?|balance|funds)",
    re.IGNORECASE,
)
_CONTENT: Final = re.compile(r"content (management )?policy|content.?filter|was flagged", re.IGNORECASE)
_OVERLOADED: Final = re.compile(r"\boverloaded\b|loading model", re.IGNORECASE)

_SECRETS: Final = re.compile(
    r"""(?ix)
    \b(?:sk|pk|rk|xai|gsk|hf)[-_][A-Za-z0-9_*.\-]{6,}   # vendors' key shapes, masked ones too
    | \bAIza[A-Za-z0-9_\-]{20,}
    | (?<=bearer\s)[^\s"',;]+
    | (?<=api[-_]key:\s)[^\s"',;]+
    | \b[A-Za-z0-9_\-]{40,}                                 # any other long opaque word
    """
)


class WireFault(msgspec.Struct, frozen=True, kw_only=True):
    """What an error body says, whatever its shape. `code` may be a number that is a status."""

    message: str = ""
    names: tuple[str, ...] = ()
    status: int | None = None


class Redactor(msgspec.Struct, frozen=True):
    """Makes a provider's words safe to show: one short line without anything that looks like a key."""

    secret: str | None

    def __repr__(self) -> str:
        return "Redactor()"

    def clean(self, text: str) -> str:
        if self.secret and len(self.secret) >= MIN_SECRET_CHARACTERS:
            text = text.replace(self.secret, "…")
        text = " ".join(_SECRETS.sub("…", text).split())
        return text if len(text) <= MAX_SAYS_CHARACTERS else text[: MAX_SAYS_CHARACTERS - 1] + "…"


def fault_from_body(body: bytes) -> WireFault:
    """Read an error body: OpenAI's, Anthropic's, Ollama's, FastAPI's, or plain text."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
        return WireFault(message="" if text.startswith("<") else text)
    return fault_from_value(value)


def fault_from_value(value: object) -> WireFault:
    """The same for decoded JSON."""
    if isinstance(value, str):
        return WireFault(message=value)
    if not isinstance(value, dict):
        return WireFault()
    inner = value.get("error") or value.get("detail")
    if isinstance(inner, str | dict):
        return fault_from_value(inner)
    names = [value.get("code"), value.get("type")]
    numbers = [n for n in (value.get("code"), value.get("status")) if isinstance(n, int) and 400 <= n <= 599]
    message = value.get("message")
    return WireFault(
        message=message if isinstance(message, str) else "",
        names=tuple(name for name in names if isinstance(name, str)),
        status=numbers[0] if numbers else None,
    )


def error_from_response(
    *,
    provider: str,
    model: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: float,
    redactor: Redactor,
) -> ProviderError:
    """The error for an answer whose status is not 200. `now` is Unix seconds, for HTTP dates."""
    fault = fault_from_body(body)
    wait_s = retry_after_s(headers, now=now)
    kind = classify(fault, status, asks_to_wait=wait_s is not None)
    return _built(
        kind, fault, provider=provider, model=model, status=status, wait_s=wait_s, redactor=redactor
    )


def error_from_event(*, provider: str, model: str, body: bytes, redactor: Redactor) -> ProviderError:
    """The error for an error event inside a stream that began well."""
    fault = fault_from_body(body)
    kind = classify(fault, fault.status, asks_to_wait=False)
    return _built(
        kind, fault, provider=provider, model=model, status=fault.status, wait_s=None, redactor=redactor
    )


def classify(fault: WireFault, status: int | None, *, asks_to_wait: bool) -> type[ProviderError]:
    """The one class. `asks_to_wait`: the answer names a time to come back, so it is no empty account."""
    for name in fault.names:
        if (kind := _BY_NAME.get(name)) is not None:
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


def retry_after_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds to wait from now: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date.

    A date counts from the server's own `Date` where it sends one, so that a wrong clock here does
    not shorten the wait. None where nothing usable is said.
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    if (seconds := _number(said)) is not None:
        return seconds
    until = _http_date(said)
    if until is None:
        return None
    reference = _http_date(headers.get("date"))
    return max(until - (now if reference is None else reference), 0.0)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return max(value, 0.0) if math.isfinite(value) else None


def _http_date(text: str | None) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text or "").timestamp()
    except (ValueError, OverflowError):
        return None


def _built(
    kind: type[ProviderError],
    fault: WireFault,
    *,
    provider: str,
    model: str,
    status: int | None,
    wait_s: float | None,
    redactor: Redactor,
) -> ProviderError:
    return kind(
        _sentence(kind, provider, model, status, wait=_wait(wait_s), has_key=redactor.secret is not None),
        provider=provider,
        model=model,
        status=status,
        provider_says=redactor.clean(fault.message),
        retry_after_s=wait_s,
        phase="first_byte" if kind is Timeout else "",
    )


def _sentence(
    kind: type[ProviderError],
    provider: str,
    model: str,
    status: int | None,
    *,
    wait: str,
    has_key: bool,
) -> str:
    code = f" (HTTP {status})" if status is not None else ""
    if kind is AuthenticationFailed and not has_key:
        return f"{provider} wants an API key and none is set."
    if kind is InvalidRequest and status == 404:
        what = f"the model {model}" if model else "the list of models"
        return f"{provider} does not know {what}, or its base_url is not right."
    if kind is MalformedResponse:
        return f"{provider} answered with a redirect or without content{code}, which is not a model's answer."
    sentences: dict[type[ProviderError], str] = {
        RateLimit: f"{provider} is limiting requests{wait}.",
        ServerOverloaded: f"{provider} is overloaded at the moment{wait}.",
        ServerError: f"{provider} has a problem of its own{code}.",
        Timeout: f"{provider} gave up waiting before it could answer{code}.",
        ConnectionFailed: f"The proxy on the way to {provider} wants a login{code}.",
        AuthenticationFailed: f"{provider} does not accept this API key{code}.",
        QuotaExceeded: f"The credit at {provider} is used up.",
        ContextWindowExceeded: f"The conversation is longer than {model} can read.",
        ContentRefused: f"{provider} refused this request because of its content.",
        InvalidRequest: f"{provider} did not accept the request{code}.",
    }
    return sentences[kind]


def _wait(wait_s: float | None) -> str:
    return "" if wait_s is None else f"; it asks to wait {math.ceil(wait_s)} s"
