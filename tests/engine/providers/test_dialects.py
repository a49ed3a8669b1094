"""What vendors do their own way: how they are asked to think, and where they tell whose key it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from roku_desktop.engine.errors import AuthenticationFailed, InvalidRequest, RateLimit
from roku_desktop.engine.messages import AssistantMessage, ToolCall, ToolMessage, ToolResult, UserMessage
from roku_desktop.engine.ports import RequestOnWire, SystemPrompt
from roku_desktop.engine.providers.dialects import Dialect, dialect_of, thinking_fields
from roku_desktop.engine.providers.openai_chat import OpenAIChatProvider, wire_messages
from tests.support.fault_server import FaultServer, Reply, json_reply, openai_error
from tests.support.fault_streams import openai_stream, sse
from tests.support.wires import OPENAI, answer, chat_request, collect, failure


@pytest.mark.parametrize(
    ("base_url", "model", "fields"),
    [
        ("https://api.openai.com/v1", "gpt-5.4", {"reasoning_effort": "medium"}),
        ("https://api.openai.com/v1", "gpt-4o", {}),
        ("https://openrouter.ai/api/v1", "anthropic/claude-sonnet-4.6", {"reasoning": {"max_tokens": 8_192}}),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "gemini-2.5-pro",
            {"reasoning_effort": "medium"},
        ),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.0-flash", {}),
        ("https://api.mistral.ai/v1", "mistral-small-latest", {"reasoning_effort": "high"}),
        ("https://api.mistral.ai/v1", "magistral-medium-latest", {}),
        ("https://api.mistral.ai/v1", "mistral-medium-3-5", {"reasoning_effort": "high"}),
        (
            "https://api.deepseek.com",
            "deepseek-flash",
            {"thinking": {"type": "enabled"}, "reasoning_effort": "medium"},
        ),
        ("https://api.z.ai/api/paas/v4", "glm-4.6", {"thinking": {"type": "enabled"}}),
        ("https://open.bigmodel.cn/api/paas/v4", "glm-5", {"thinking": {"type": "enabled"}}),
        ("https://api.moonshot.ai/v1", "kimi-k2.6", {}),
        ("https://api.moonshot.cn/v1", "kimi-k3", {"reasoning_effort": "high"}),
        ("https://api.groq.com/openai/v1", "openai/gpt-oss-120b", {"reasoning_effort": "medium"}),
        ("https://api.groq.com/openai/v1", "qwen/qwen3-32b", {}),
        (
            "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
            "qwen3-max",
            {"enable_thinking": True, "thinking_budget": 8_192},
        ),
        ("https://api.x.ai/v1", "grok-4.5", {"reasoning_effort": "medium"}),
        ("https://api.x.ai/v1", "grok-4.20-reasoning", {}),
        ("https://api.x.ai/v1", "grok-4-1-fast-reasoning", {}),
        ("https://llm.corp.example/v1", "anything", {"reasoning_effort": "medium"}),
        ("https://notopenrouter.ai/api/v1", "x", {"reasoning_effort": "medium"}),
        (
            "http://127.0.0.1:8000/v1",
            "qwen3",
            {"reasoning_effort": "medium", "chat_template_kwargs": {"enable_thinking": True}},
        ),
        ("http://[::1:8000/v1", "x", {"reasoning_effort": "medium"}),
    ],
)
def test_each_vendor_is_asked_to_think_in_its_own_words(
    base_url: str, model: str, fields: dict[str, Any]
) -> None:
    assert thinking_fields(dialect_of(base_url), model, 8_192) == fields
    assert thinking_fields(dialect_of(base_url), model, None) == {}


async def test_a_model_that_refuses_to_think_answers_without_and_is_not_asked_to_again() -> None:
    refused = openai_error(400, None, '"llama3.2" does not support thinking')
    async with OPENAI.serving(refused, Reply(openai_stream(["Hi"]))) as (server, provider):
        for _ in range(2):
            assert (await answer(provider, chat_request(thinking_budget_tokens=2_048))).message.text == "Hi"
    asked = ["reasoning_effort" in request.json() for request in server.requests]
    assert asked == [True, False, False]


async def test_asking_again_without_thinking_is_one_attempt_for_who_counts_them() -> None:
    """A second request of one attempt would be a request without an end in the figures and in the trace."""
    refused = openai_error(400, None, "Unrecognized request argument supplied: reasoning_effort")
    async with OPENAI.serving(refused, Reply(openai_stream(["Hi"]))) as (server, provider):
        kinds = [type(item) for item in await collect(provider, chat_request(thinking_budget_tokens=2_048))]
    assert len(server.requests) == 2
    assert kinds.count(RequestOnWire) == 1


async def test_a_model_that_is_refused_without_thinking_too_is_asked_for_it_the_next_time() -> None:
    refused = openai_error(400, None, "think: unknown")
    async with OPENAI.serving(refused, refused, Reply(openai_stream(["Hi"]))) as (server, provider):
        asking = chat_request(thinking_budget_tokens=2_048)
        await failure(provider, asking)
        assert (await answer(provider, asking)).message.text == "Hi"
    assert ["reasoning_effort" in request.json() for request in server.requests] == [True, False, True]


@pytest.mark.parametrize("thinks", ["a failure in mid-answer", "a model that is not known"])
async def test_what_is_no_refusal_of_thinking_is_not_asked_again(thinks: str) -> None:
    """What was shown already would be shown twice."""
    if thinks == "a failure in mid-answer":
        event = {"error": {"message": "unknown token", "type": "invalid_request_error", "code": 400}}
        reply = Reply((*openai_stream(["Hi"])[:2], sse(event)))
    else:
        reply = openai_error(404, "model_not_found", "unknown model")
    async with OPENAI.serving(reply, Reply(openai_stream(["Hi"]))) as (server, provider):
        failed, _ = await failure(provider, chat_request(thinking_budget_tokens=2_048))
    assert isinstance(failed, InvalidRequest)
    assert len(server.requests) == 1


@pytest.mark.parametrize("says", ["max_tokens is too large", ""])
async def test_a_request_that_is_refused_for_another_reason_is_not_made_again(says: str) -> None:
    async with OPENAI.serving(openai_error(400, None, says)) as (server, provider):
        await failure(provider, chat_request(thinking_budget_tokens=2_048))
    assert len(server.requests) == 1


class OpenRouter(OpenAIChatProvider):
    """The service at an address of this computer."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, max_output_tokens=4_096)
        self._dialect = dialect_of("https://openrouter.ai/api/v1")


@pytest.mark.parametrize(("budget", "limit"), [(None, 4_096), (2_048, 4_096), (8_192, 12_288)])
async def test_a_limit_of_output_leaves_room_beside_the_thinking(budget: int | None, limit: int) -> None:
    """Claude refuses one that does not, and would then be asked without thinking."""
    wire = replace(OPENAI, provider_class=OpenRouter)
    async with wire.serving(Reply(openai_stream(["Hi"]))) as (server, provider):
        await answer(provider, chat_request(thinking_budget_tokens=budget))
    assert server.requests[0].json()["max_tokens"] == limit


class PublicList(OpenAIChatProvider):
    """A service like OpenRouter at an address of this computer."""

    def _key_url(self) -> str:
        assert isinstance(self._dialect, Dialect)
        return self._at("/key")


@pytest.mark.parametrize("known", [True, False])
async def test_where_the_list_of_models_is_public_the_key_is_looked_at_too(known: bool) -> None:
    told = (
        json_reply(200, {"data": {}}) if known else json_reply(401, {"error": {"message": "No", "code": 401}})
    )
    async with FaultServer([], routes={"/v1/key": told}) as server:
        provider = PublicList(name="lab", base_url=server.openai_url, api_key="k" * 20)
        try:
            if known:
                assert [info.model for info in await provider.list_models()] == ["test-model"]
            else:
                with pytest.raises(AuthenticationFailed):
                    await provider.list_models()
        finally:
            await provider.aclose()
    assert dialect_of("https://openrouter.ai/api/v1").key_path == "/key"


async def test_the_wait_that_google_writes_into_its_error_is_heeded() -> None:
    error = {
        "code": 429,
        "message": "You exceeded your current quota, please check your plan and billing details.",
        "status": "RESOURCE_EXHAUSTED",
        "details": [
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": []},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"},
        ],
    }
    async with OPENAI.serving(json_reply(429, [{"error": error}])) as (_, provider):
        failed, _ = await failure(provider, chat_request())
    assert (type(failed), failed.retry_after_s) == (RateLimit, 34.5)


async def test_mistral_gets_ids_of_nine_letters_or_digits_and_keeps_its_own() -> None:
    """It says: "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9"."""
    ids = ["D681PevKs", "toolu_01A09q90qw90lq917835lq9", "call_1", "D681PevKs"]
    calls = tuple(ToolCall(call_id=call_id, name="Read", arguments="{}") for call_id in ids)
    said = AssistantMessage(parts=calls, provider="other", model="m")
    results = tuple(ToolResult(call_id=call_id, name="Read", content=call_id) for call_id in ids)
    history = (UserMessage(text="read"), said, ToolMessage(results=results))
    dialect = dialect_of("https://api.mistral.ai/v1")
    sent = wire_messages(SystemPrompt(stable=""), history, "mistral", dialect=dialect)
    named = [call["id"] for call in sent[1]["tool_calls"]]
    assert named[0] == "D681PevKs"
    assert all(re.fullmatch("[A-Za-z0-9]{9}", call_id) for call_id in named)
    assert len(set(named)) == 4
    assert [result["tool_call_id"] for result in sent[2:]] == named
