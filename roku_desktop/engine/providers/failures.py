"""From a vendor's failure to one error: its class, its sentence, its wait, and words safe to show.

Owns the sentence a person sees and the redaction of the provider's own words. Does no I/O; called by
`chat` (an answer that is an error, an error in mid-stream) and nobody else. The class comes from
`classification`, the wait from `waits`; failures of the connection itself are translated in `transport`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

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
from roku_desktop.engine.providers.classification import WireFault, classify, fault_from_body
from roku_desktop.engine.providers.connection_failures import PROXY_LOGIN_STEP
from roku_desktop.engine.providers.waits import duration_s, rate_reset_s, retry_after_s
from roku_desktop.engine.sentences import said

MAX_SAYS_CHARACTERS: Final = 300
MIN_SECRET_CHARACTERS: Final = 6  # a made-up key like `x` for a local server would blank whole words

_SECRETS: Final = re.compile(
    r"""(?ix)
    \b(?:sk|pk|rk|xai|gsk|hf)[-_][A-Za-z0-9_*.\-]{6,}   # vendors' key shapes, masked ones too
    | \bAIza[A-Za-z0-9_\-]{20,}
    | (?<=bearer\s)[^\s"',;]+
    | (?<=api[-_]key:\s)[^\s"',;]+
    | \b[A-Za-z0-9_\-]{40,}                                 # any other long opaque word
    """
)


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


def error_from_response(
    *,
    provider: str,
    model: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: float,
    redactor: Redactor,
    unversioned: bool = False,
) -> ProviderError:
    """The error for an answer whose status is not 200.

    `now` is Unix seconds, for HTTP dates. `unversioned`: the address lacks the /v1 that most servers want.
    """
    if (elsewhere := _elsewhere(headers)) and 300 <= status < 400:
        return MalformedResponse(
            said(
                "{provider} sends requests on to {elsewhere}; if that is right, set it as its base_url.",
                provider=provider,
                elsewhere=elsewhere,
            ),
            provider=provider,
            model=model,
            status=status,
        )
    fault = fault_from_body(body)
    wait_s = retry_after_s(headers, now=now)
    if wait_s is None:
        wait_s = duration_s(fault.retry_delay)
    kind = classify(fault, status, asks_to_wait=wait_s is not None)
    if unversioned and kind is InvalidRequest and status == 404 and not fault.names:
        # Whoever does not know the model says so in the words of the protocol, which nobody speaks here.
        return InvalidRequest(
            said(
                "{provider} has nothing at its base_url: check whether that needs /v1 at the end.",
                provider=provider,
            ),
            provider=provider,
            model=model,
            status=status,
            provider_says=redactor.clean(fault.message),
        )
    if wait_s is None and kind is RateLimit:
        wait_s = rate_reset_s(headers, now=now)
    return _built(
        kind, fault, provider=provider, model=model, status=status, wait_s=wait_s, redactor=redactor
    )


def _elsewhere(headers: Mapping[str, str]) -> str:
    """Which server a redirect names, without its path, which may hold anything."""
    try:
        target = urlsplit(headers.get("location", ""))
    except ValueError:
        return ""
    return f"{target.scheme}://{target.netloc.rpartition('@')[2]}" if target.netloc else ""


def error_from_event(*, provider: str, model: str, body: bytes, redactor: Redactor) -> ProviderError:
    """The error for an error event inside a stream that began well."""
    fault = fault_from_body(body)
    kind = classify(fault, fault.status, asks_to_wait=False)
    return _built(
        kind, fault, provider=provider, model=model, status=fault.status, wait_s=None, redactor=redactor
    )


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
        _sentence(kind, provider, model, status, wait_s=wait_s, has_key=redactor.secret is not None),
        provider=provider,
        model=model,
        status=status,
        provider_says=redactor.clean(fault.message),
        retry_after_s=wait_s,
        phase="first_byte" if kind is Timeout else "",
        next_step=PROXY_LOGIN_STEP if status == 407 else "",
    )


def _sentence(
    kind: type[ProviderError],
    provider: str,
    model: str,
    status: int | None,
    *,
    wait_s: float | None,
    has_key: bool,
) -> str:
    template = _special(kind, model, status, has_key=has_key) or (
        _TEMPLATES[kind] if wait_s is None else _TEMPLATES_WITH_WAIT.get(kind, _TEMPLATES[kind])
    )
    code = f" (HTTP {status})" if status is not None else ""
    wait = {} if wait_s is None else {"wait_s": wait_s}
    return said(template, provider=provider, model=model, code=code, **wait)


def _special(kind: type[ProviderError], model: str, status: int | None, *, has_key: bool) -> str:
    """Where more than the class is known."""
    if kind is AuthenticationFailed and not has_key:
        return said("{provider} wants an API key and none is set.")
    if kind is ConnectionFailed and status == 511:
        return said("The network on the way to {provider} wants a login{code}.")
    if kind is AuthenticationFailed and status == 403:
        return said("{provider} does not allow this with this API key{code}.")
    if kind is InvalidRequest and status == 404 and model:
        return said("{provider} does not know the model {model}, or its base_url is not right.")
    if kind is InvalidRequest and status == 404:
        return said("{provider} does not know the list of models, or its base_url is not right.")
    return ""


_TEMPLATES: Final[Mapping[type[ProviderError], str]] = {
    RateLimit: said("{provider} is limiting requests."),
    ServerOverloaded: said("{provider} is overloaded at the moment."),
    ServerError: said("{provider} has a problem of its own{code}."),
    Timeout: said("{provider} gave up waiting before it could answer{code}."),
    ConnectionFailed: said("The proxy on the way to {provider} wants a login{code}."),
    AuthenticationFailed: said("{provider} does not accept this API key{code}."),
    QuotaExceeded: said("The credit at {provider} is used up."),
    ContextWindowExceeded: said("The conversation is longer than {model} can read."),
    ContentRefused: said("{provider} refused this request because of its content."),
    InvalidRequest: said("{provider} did not accept the request{code}."),
    MalformedResponse: said(
        "{provider} answered with a redirect or without content{code}, which is not a model's answer."
    ),
}
_TEMPLATES_WITH_WAIT: Final[Mapping[type[ProviderError], str]] = {
    RateLimit: said("{provider} is limiting requests; it asks to wait {wait_s}."),
    ServerOverloaded: said("{provider} is overloaded at the moment; it asks to wait {wait_s}."),
}
