"""What vendors send, as people recorded it in public, read by the real reader.

Each sample says where it was seen. What is long and says nothing (timings, signatures) is shortened, and
where the record shows only the odd events, the plain beginning and end are added.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from roku_desktop.engine.errors import ServerError
from roku_desktop.engine.messages import ThinkingPart
from tests.support.fault_server import Reply
from tests.support.wires import OPENAI, answer, failure


@dataclass(frozen=True)
class Sample:
    """A recorded stream and what it says."""

    lines: tuple[str, ...]
    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, dict[str, str]], ...] = ()
    tokens: tuple[int, int] = (0, 0)

    @property
    def body(self) -> bytes:
        return "".join(f"{line}\n\n" for line in self.lines).encode()


SAMPLES = {
    # llama.cpp's server, build b9554, from a report to a PHP client that its reasoning was not read.
    "llama.cpp": Sample(
        (
            (
                'data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant"}}],'
                '"created":1781492230,"id":"chatcmpl-qC6l","model":"gemma-4-31B-it-UD-Q6_K_XL.gguf",'
                '"system_fingerprint":"b9554-d403f00ec","object":"chat.completion.chunk"}'
            ),
            (
                'data: {"choices":[{"finish_reason":null,"index":0,"delta":{"reasoning_content":" it"}}],'
                '"created":1781492230,"object":"chat.completion.chunk",'
                '"timings":{"cache_n":7,"prompt_n":10,"prompt_ms":251.51,"predicted_n":28}}'
            ),
            (
                'data: {"choices":[{"finish_reason":null,"index":0,"delta":{"reasoning_content":" does"}}],'
                '"created":1781492230,"object":"chat.completion.chunk"}'
            ),
            (
                'data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Hello"}}],'
                '"created":1781492230,"object":"chat.completion.chunk"}'
            ),
            'data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"created":1781492230}',
            'data: {"choices":[],"usage":{"completion_tokens":29,"prompt_tokens":17,"total_tokens":46}}',
            "data: [DONE]",
        ),
        text="Hello",
        thinking=" it does",
        tokens=(17, 29),
    ),
    # Google's chat completions, gemini-3.1-flash-lite-preview, captured for an agent's issue on signatures:
    # no index, no id of the chunk, a whole call in one delta, and `stop` where calls were made.
    "Google": Sample(
        (
            (
                'data: {"choices":[{"delta":{"role":"assistant","tool_calls":[{"extra_content":{"google":'
                '{"thought_signature":"EjQKMgEMOdbH"}},"function":{"arguments":"{\\"query\\":\\"杭州周末天气预报\\"}",'
                '"name":"search_web"},"id":"jm4owj31","type":"function"}]},"index":0}],"created":1777180000,'
                '"model":"gemini-3.1-flash-lite-preview","object":"chat.completion.chunk"}'
            ),
            (
                'data: {"choices":[{"delta":{"role":"assistant"},"finish_reason":"stop","index":0}],'
                '"usage":{"completion_tokens":18,"prompt_tokens":92,"total_tokens":110}}'
            ),
            "data: [DONE]",
        ),
        calls=(("search_web", {"query": "杭州周末天气预报"}),),
        tokens=(92, 18),
    ),
    # Mistral, as the tests of a Scala client hold it: an id of nine, a whole call, `usage` with the end.
    "Mistral": Sample(
        (
            (
                'data: {"id":"cmpl-1","object":"chat.completion.chunk","model":"mistral-small-latest",'
                '"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}'
            ),
            (
                'data: {"id":"cmpl-1","choices":[{"index":0,"delta":{"tool_calls":[{"id":"D681PevKs",'
                '"function":{"name":"get_weather","arguments":"{\\"city\\": \\"Paris\\"}"},"index":0}]},'
                '"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":12,"total_tokens":19,"completion_tokens":7}}'
            ),
            "data: [DONE]",
        ),
        calls=(("get_weather", {"city": "Paris"}),),
        tokens=(12, 7),
    ),
    # Bedrock's Claude through LiteLLM, from its issue on ids: only the first piece has one.
    "LiteLLM before Bedrock": Sample(
        (
            (
                'data: {"id":"chatcmpl-ab2d","created":1749032296,"model":"us.anthropic.claude-3-7-sonnet",'
                '"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"","role":"assistant",'
                '"tool_calls":[{"id":"tooluse_BawI","function":{"arguments":"","name":"jira_get_worklog"},'
                '"type":"function","index":1}]}}],"provider_specific_fields":{}}'
            ),
            (
                'data: {"id":"chatcmpl-ab2d","choices":[{"index":0,"delta":{"content":"","role":"assistant",'
                '"tool_calls":[{"function":{"arguments":""},"type":"function","index":1}]}}]}'
            ),
            (
                'data: {"id":"chatcmpl-ab2d","choices":[{"index":0,"delta":{"role":"assistant",'
                '"tool_calls":[{"function":{"arguments":"{\\"key\\": \\"A-1\\"}"},"index":1}]}}]}'
            ),
            'data: {"id":"chatcmpl-ab2d","choices":[{"finish_reason":"tool_calls","index":0,"delta":{}}]}',
            "data: [DONE]",
        ),
        calls=(("jira_get_worklog", {"key": "A-1"}),),
    ),
    # OpenRouter, as a stand-in for its server describes it: comments first, `usage` beside a choice.
    "OpenRouter": Sample(
        (
            ": OPENROUTER PROCESSING",
            ": OPENROUTER PROCESSING",
            (
                'data: {"id":"gen-1","provider":"Meta","choices":[{"index":0,"delta":{"role":"assistant",'
                '"content":"Hi"},"finish_reason":null,"native_finish_reason":null}]}'
            ),
            (
                'data: {"id":"gen-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},'
                '"finish_reason":"stop","native_finish_reason":"stop"}]}'
            ),
            (
                'data: {"id":"gen-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},'
                '"finish_reason":null}],"usage":{"prompt_tokens":14,"completion_tokens":2,"cost":0.00012}}'
            ),
            "data: [DONE]",
        ),
        text="Hi",
        tokens=(14, 2),
    ),
}


@pytest.mark.parametrize("vendor", SAMPLES)
async def test_a_recorded_stream_says_what_it_said(vendor: str) -> None:
    sample = SAMPLES[vendor]
    async with OPENAI.serving(Reply([sample.body])) as (_, provider):
        message = (await answer(provider)).message
    thinking = "".join(part.text for part in message.parts if isinstance(part, ThinkingPart))
    assert (message.text, thinking) == (sample.text, sample.thinking)
    assert tuple((call.name, json.loads(call.arguments)) for call in message.tool_calls) == sample.calls
    assert message.stop_reason == ("tool_use" if sample.calls else "end_turn")
    assert (message.usage.input_tokens, message.usage.output_tokens) == sample.tokens


async def test_an_error_of_openrouter_in_mid_stream_is_one() -> None:
    """From its page on errors: the status is 200 by then, and the last choice ends with `error`."""
    body = (
        ": OPENROUTER PROCESSING\n\n"
        'data: {"id":"cmpl-abc123","object":"chat.completion.chunk","created":1234567890,"model":"gpt-5.4",'
        '"provider":"openai","error":{"code":"server_error","message":"Provider disconnected unexpectedly"},'
        '"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n'
    )
    async with OPENAI.serving(Reply([body.encode()])) as (_, provider):
        error, _ = await failure(provider)
    assert (type(error), error.provider_says) == (ServerError, "Provider disconnected unexpectedly")
