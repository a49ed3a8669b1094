"""From what vendors say to one class, one wait, and words that are safe to show."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
)
from roku_desktop.engine.sentences import spoken_duration

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
    "Groq, larger than a minute allows": (
        413,
        openai("Request too large for model `x` on tokens per minute (TPM)", "rate_limit_exceeded", "tokens"),
        ContextWindowExceeded,
    ),
    "Groq, no capacity": (498, openai("Flex tier capacity exceeded", "capacity_exceeded"), ServerOverloaded),
    "OpenAI, slow down": (503, openai("Slow down", "slow_down", "server_error"), RateLimit),
    "OpenAI, prompt against policy": (400, openai("Invalid prompt", "invalid_prompt"), ContentRefused),
    "OpenAI, billing": (429, openai("Your account is not active", "billing_not_active"), QuotaExceeded),
    "Moonshot, overloaded": (429, openai("busy", None, "engine_overloaded_error"), ServerOverloaded),
    "Moonshot, quota": (429, openai("no more", None, "exceeded_current_quota_error"), QuotaExceeded),
    "Mistral, capacity": (429, openai("full", None, "service_tier_capacity_exceeded"), ServerOverloaded),
    "DeepSeek, balance": (402, openai("Insufficient Balance", None, "unknown_error"), QuotaExceeded),
    "xAI, credits": (
        403,
        json.dumps({"code": "x", "error": "Your team has used all available credits."}),
        QuotaExceeded,
    ),
    "OpenRouter, key limit": (403, openai("Key limit exceeded (daily limit)", 403, None), QuotaExceeded),
    "OpenRouter, relayed window": (
        400,
        json.dumps(
            {
                "error": {
                    "message": "Provider returned error",
                    "code": 400,
                    "metadata": {"raw": openai(LONG, "context_length_exceeded"), "provider_name": "X"},
                }
            }
        ),
        ContextWindowExceeded,
    ),
    "Anthropic, limit of the month": (
        400,
        anthropic("You have reached your specified API usage limits.", "invalid_request_error"),
        QuotaExceeded,
    ),
    "Anthropic, output blocked": (
        400,
        anthropic("Output blocked by content filtering policy", "invalid_request_error"),
        ContentRefused,
    ),
    "Google, in a list": (
        400,
        json.dumps([{"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT"}}]),
        AuthenticationFailed,
    ),
    "Google, exhausted": (
        429,
        json.dumps({"error": {"code": 429, "message": "Resource exhausted", "status": "RESOURCE_EXHAUSTED"}}),
        RateLimit,
    ),
    "name beside bare text": (500, json.dumps({"error": "no", "code": "overloaded_error"}), ServerOverloaded),
    "conflict": (409, openai("conflict"), ServerError),
    "too early": (425, "", ServerOverloaded),
    "legal reasons": (451, "", ContentRefused),
    "captive portal": (511, "<html>", ConnectionFailed),
    "nested without end": (500, '{"error":' * 50 + "1" + "}" * 50, ServerError),
    "nulls": (400, json.dumps({"error": {"message": None, "type": None, "code": None}}), InvalidRequest),
}


@pytest.mark.parametrize(("status", "body", "kind"), SEEN.values(), ids=SEEN)
def test_what_servers_say_has_one_class(status: int, body: str | bytes, kind: type[ProviderError]) -> None:
    error = refused(status, body)
    assert type(error) is kind
    assert error.status == status
    assert "lab" in str(error) or "m-1" in str(error)
    assert str(error).endswith(".")


def test_what_mistral_wraps_into_its_message_is_said() -> None:
    detail = {
        "detail": [
            {"type": "extra_forbidden", "loc": ["body", "foo"], "msg": "Extra inputs are not permitted"}
        ]
    }
    body = json.dumps({"object": "error", "message": detail, "type": "invalid_request_error"})
    assert refused(422, body).provider_says == "Extra inputs are not permitted"


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


SPELLINGS = {
    "OpenAI": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001",
    "OpenAI, responses": "Your input exceeds the context window of this model.",
    "Anthropic": "prompt is too long: 200001 tokens > 200000 maximum",
    "Anthropic, with output": "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000",
    "llama.cpp": "the request exceeds the available context size, try increasing it",
    "llama.cpp, mid-stream": "Context size has been exceeded.",
    "vLLM": "The decoder prompt (length 5000) is longer than the maximum model length of 4096",
    "Ollama": "the input length exceeds the context length",
    "Ollama, newer": "prompt too long; exceeded max context length by 5 tokens",
    "LM Studio": "The number of tokens to keep is too high (n_keep: 4215 >= n_ctx: 4096).",
    "Google": "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
    "GitHub": "prompt token count of 130000 exceeds the limit of 128000",
    "xAI": "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    "Bedrock": "Input is too long for requested model.",
    "Mistral": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
    "Cohere": "too many tokens: total number of tokens in the prompt cannot exceed 4081",
    "Moonshot": "Invalid request: Your request exceeded model token limit: 262144",
    "TGI": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000",
    "Zhipu": "Prompt exceeds max length",
}


@pytest.mark.parametrize("message", SPELLINGS.values(), ids=SPELLINGS)
def test_a_window_that_is_too_small_is_understood_in_every_spelling(message: str) -> None:
    for body in (
        openai(message),
        anthropic(message, "invalid_request_error"),
        json.dumps({"error": message}),
    ):
        assert type(refused(400, body)) is ContextWindowExceeded
    event = json.dumps({"error": {"message": message, "type": "server_error"}}).encode()
    error = error_from_event(provider="lab", model="m-1", body=event, redactor=Redactor(None))
    assert type(error) is ContextWindowExceeded
    assert str(error) == "The conversation is longer than m-1 can read."


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens is too large: 100000. This model supports at most 4096 completion tokens.",
        "temperature must be a number",
        "Unsupported parameter: max_tokens",
    ],
)
def test_other_words_about_tokens_are_no_window(message: str) -> None:
    assert type(refused(400, openai(message))) is InvalidRequest


def test_a_rate_without_a_wait_is_read_from_the_reset_headers_and_nothing_else_is() -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}
    limited = refused(429, openai("slow down", "rate_limit_exceeded"), headers)
    assert limited.retry_after_s == 360
    assert str(limited) == "lab is limiting requests; it asks to wait 6 min."
    assert refused(500, "oops", headers).retry_after_s is None
    assert refused(429, openai("no", "insufficient_quota"), headers).retry_after_s is None
    assert refused(429, "slow down", headers | {"retry-after": "2"}).retry_after_s == 2


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (0.2, "1 s"), (120, "120 s"), (121, "3 min"), (7_201, "3 h"), (172_801, "3 days")],
)
def test_a_wait_is_never_said_shorter_than_it_is(seconds: float, said: str) -> None:
    assert spoken_duration(seconds) == said


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(KEY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "code", "type", "status", "detail", "metadata", "raw", "msg"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON_VALUES, st.integers(300, 999) | st.sampled_from([100, 204]), st.booleans())
def test_whatever_a_server_answers_is_one_class_and_one_safe_sentence(
    value: object, status: int, in_stream: bool
) -> None:
    body = json.dumps(value).encode()
    if in_stream:
        error = error_from_event(provider="lab", model="m-1", body=body, redactor=Redactor(KEY))
    else:
        error = refused(status, body)
    assert type(error) in ProviderError.__subclasses__()
    assert str(error).endswith(".")
    assert len(error.provider_says) <= 300
    assert KEY not in repr(error.failure())


def test_a_quota_with_a_time_to_come_back_is_a_rate() -> None:
    body = '{"error":{"message":"You exceeded your current quota","code":429,"status":"RESOURCE_EXHAUSTED"}}'
    assert type(refused(429, body, {"retry-after": "30"})) is RateLimit
    assert type(refused(429, body)) is QuotaExceeded


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
