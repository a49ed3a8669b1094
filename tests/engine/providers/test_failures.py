"""From what vendors say to one class, one wait, and words that are safe to show."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest

from roku_desktop.engine.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContentRefused,
    ContextWindowExceeded,
    InvalidRequest,
    ProviderError,
    QuotaExceeded,
    RateLimit,
    ServerError,
    ServerOverloaded,
)
from roku_desktop.engine.providers.failures import (
    Redactor,
    error_from_event,
    error_from_response,
    retry_after_s,
)

NOW = 1_800_000_000.0
KEY = "sk-canary-0123456789abcdef"


def refused(status: int, body: str | bytes, headers: dict[str, str] | None = None) -> ProviderError:
    return error_from_response(
        provider="lab",
        model="m-1",
        status=status,
        headers=headers or {},
        body=body.encode() if isinstance(body, str) else body,
        now=NOW,
        redactor=Redactor(KEY),
    )


def openai(message: str, code: object = None, kind: str | None = "invalid_request_error") -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def anthropic(message: str, kind: str) -> str:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}})


LONG = "This model's maximum context length is 8192 tokens."
SEEN: dict[str, tuple[int, str | bytes, type[ProviderError]]] = {
    "OpenAI, window": (400, openai(LONG, "context_length_exceeded"), ContextWindowExceeded),
    "Anthropic, window": (
        400,
        anthropic("prompt is too long", "invalid_request_error"),
        ContextWindowExceeded,
    ),
    "llama.cpp, window": (400, openai("too big", 400, "exceed_context_size_error"), ContextWindowExceeded),
    "vLLM, window": (
        400,
        json.dumps({"object": "error", "message": LONG, "code": 400}),
        ContextWindowExceeded,
    ),
    "OpenAI, quota": (429, openai("check your plan", "insufficient_quota"), QuotaExceeded),
    "Anthropic, credit": (
        400,
        anthropic("Your credit balance is too low", "invalid_request_error"),
        QuotaExceeded,
    ),
    "OpenAI, tokens per minute": (429, openai("context length too large (TPM)", None, "tokens"), RateLimit),
    "plain 429": (429, "slow down", RateLimit),
    "Azure, content": (400, openai("The response was filtered", "content_filter"), ContentRefused),
    "OpenRouter, moderation": (403, openai("Your input was flagged", 403, None), ContentRefused),
    "llama.cpp, loading": (503, openai("Loading model", 503, "unavailable_error"), ServerOverloaded),
    "OpenAI, overloaded": (500, openai("The model is overloaded", None, "server_error"), ServerOverloaded),
    "OpenAI, 500": (500, openai("The server had an error", None, "server_error"), ServerError),
    "Ollama, no model": (404, json.dumps({"error": "model 'nope' not found"}), InvalidRequest),
    "FastAPI": (422, json.dumps({"detail": [{"loc": ["body"], "msg": "required"}]}), InvalidRequest),
    "FastAPI, words": (404, json.dumps({"detail": "Not Found"}), InvalidRequest),
    "wrong key": (401, openai("Incorrect API key", "invalid_api_key"), AuthenticationFailed),
    "region": (403, openai("Country not supported", "unsupported_country"), AuthenticationFailed),
    "proxy": (407, "", ConnectionFailed),
    "teapot": (418, "[]", InvalidRequest),
    "Cloudflare": (522, "<html>", ServerError),
    "nothing": (500, b"", ServerError),
    "noise": (500, b"\xff\xfe\x00", ServerError),
    "deep": (500, b"[" * 100_000, ServerError),
    "nulls": (400, json.dumps({"error": {"message": None, "type": None, "code": None}}), InvalidRequest),
}


@pytest.mark.parametrize(("status", "body", "kind"), SEEN.values(), ids=SEEN)
def test_what_servers_say_has_one_class(status: int, body: str | bytes, kind: type[ProviderError]) -> None:
    error = refused(status, body)
    assert type(error) is kind
    assert error.status == status
    assert "lab" in str(error) or "m-1" in str(error)
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', ServerOverloaded),
        (b'{"type":"error","error":{"type":"api_error","message":"Internal"}}', ServerError),
        (b'{"error":{"code":502,"message":"Provider returned error"}}', ServerError),
        (b'{"error":{"code":429,"message":"Provider is busy"}}', RateLimit),
        (b'{"error":{"message":"bad","type":"invalid_request_error"}}', InvalidRequest),
        (b'{"error":"something broke"}', ServerError),
        (b"something broke", ServerError),
    ],
)
def test_error_events_have_one_class(body: bytes, kind: type[ProviderError]) -> None:
    error = error_from_event(provider="lab", model="m-1", body=body, redactor=Redactor(None))
    assert type(error) is kind
    assert error.provider_says


def test_a_quota_with_a_time_to_come_back_is_a_rate() -> None:
    body = '{"error":{"message":"You exceeded your current quota","code":429,"status":"RESOURCE_EXHAUSTED"}}'
    assert type(refused(429, body, {"retry-after": "30"})) is RateLimit
    assert type(refused(429, body)) is QuotaExceeded


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"retry-after": formatdate(NOW + 60, usegmt=True)}, 60.0),
        ({"retry-after": formatdate(NOW - 60, usegmt=True)}, 0.0),
        ({"retry-after": formatdate(NOW + 60, usegmt=True), "date": formatdate(NOW + 30, usegmt=True)}, 30.0),
    ],
)
def test_the_wait_is_read_in_every_form(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers, now=NOW) == wait_s


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        "Incorrect API key provided: sk-proj-abc***********xyz.",
        "header Authorization: Bearer abcdef012345 is wrong",
        "key gsk_abcdefghijklmnop0123",
        "token " + "a1B2" * 20,
    ],
)
def test_a_providers_words_never_show_a_key(said: str) -> None:
    clean = Redactor(KEY).clean(said)
    for secret in (KEY, "xyz.", "abcdef012345", "gsk_abc", "a1B2a1B2"):
        assert secret not in clean


def test_a_providers_words_are_one_short_line() -> None:
    clean = Redactor(None).clean("first\n\tsecond " + "word " * 1000)
    assert clean.startswith("first second word")
    assert len(clean) == 300


def test_a_placeholder_key_does_not_blank_out_words() -> None:
    assert Redactor("x").clean("max exceeded") == "max exceeded"


def test_the_key_is_not_in_the_redactors_repr() -> None:
    assert KEY not in repr(Redactor(KEY))
