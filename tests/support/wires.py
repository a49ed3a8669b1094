"""All wires behind one face, so that a test of faults is written once and holds for each."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest

from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.messages import Message, UserMessage
from roku_desktop.engine.ports import Answer, ChatRequest, ProviderItem, SystemPrompt, TextChunk, ToolSpec
from roku_desktop.engine.providers.anthropic import AnthropicProvider
from roku_desktop.engine.providers.chat import HttpProvider
from roku_desktop.engine.providers.openai_chat import OpenAIChatProvider
from roku_desktop.engine.providers.openai_responses import OpenAIResponsesProvider
from roku_desktop.engine.settings import NetworkSettings, Resilience
from tests.support.fault_server import FaultServer, Reply, anthropic_error, openai_error
from tests.support.fault_streams import anthropic_stream, openai_stream, responses_stream, sse

CANARY_KEY = "sk-canary-0123456789abcdef"
READ_TOOL = ToolSpec(
    name="Read",
    description="Read a file.",
    schema=b'{"type":"object","properties":{"path":{"type":"string"}}}',
)


SOON = Resilience(
    connect_timeout_s=5, first_byte_timeout_s=5, idle_timeout_s=5, progress_timeout_s=5, stream_timeout_s=10
)


def limits(**changed: float) -> Resilience:
    """Clocks that no healthy test meets, but for those that are named."""
    return msgspec.structs.replace(SOON, **changed)


@dataclass(frozen=True)
class Wire:
    """A vendor's wire: its provider, its streams, its errors."""

    name: str
    provider_class: type[HttpProvider]
    stream: Callable[..., tuple[bytes, ...]]
    error: Callable[..., Reply]
    url_suffix: str
    last_event: bytes  # what stands in the event that makes an answer whole

    def url(self, server: FaultServer) -> str:
        return server.url + self.url_suffix

    @asynccontextmanager
    async def provider(
        self,
        base_url: str,
        *,
        limits: Resilience | None = None,
        network: NetworkSettings | None = None,
        api_key: str | None = CANARY_KEY,
        direct: bool = False,
    ) -> AsyncIterator[HttpProvider]:
        provider = self.provider_class(
            name="lab", base_url=base_url, api_key=api_key, limits=limits, network=network, direct=direct
        )
        try:
            yield provider
        finally:
            await provider.aclose()

    @asynccontextmanager
    async def serving(
        self, *replies: Reply, limits: Resilience | None = None
    ) -> AsyncIterator[tuple[FaultServer, HttpProvider]]:
        async with FaultServer(replies) as server, self.provider(self.url(server), limits=limits) as provider:
            yield server, provider


OPENAI = Wire("openai-chat", OpenAIChatProvider, openai_stream, openai_error, "/v1", b'"finish_reason":"')
ANTHROPIC = Wire("anthropic", AnthropicProvider, anthropic_stream, anthropic_error, "", b"message_stop")
RESPONSES = Wire(
    "openai-responses",
    OpenAIResponsesProvider,
    responses_stream,
    openai_error,
    "/v1",
    b"event: response.completed",
)
WIRES = (OPENAI, ANTHROPIC, RESPONSES)


def error_event(wire: Wire, name: str, message: str) -> bytes:
    """An error in the middle of a stream, as the wire's own vendor sends it."""
    if wire is OPENAI:
        return sse({"error": {"code": name, "message": message, "type": None}})
    if wire is ANTHROPIC:
        return sse({"type": "error", "error": {"type": name, "message": message}}, "error")
    failed = {"id": "resp_1", "status": "failed", "error": {"code": name, "message": message}}
    return sse({"type": "response.failed", "response": failed}, "response.failed")


def chat_request(*messages: Message, thinking_budget_tokens: int | None = None) -> ChatRequest:
    return ChatRequest(
        model="test-model",
        system=SystemPrompt(stable="You help.", changing="It is Tuesday."),
        messages=messages or (UserMessage(text="Hello"),),
        tools=(READ_TOOL,),
        thinking_budget_tokens=thinking_budget_tokens,
    )


async def collect(provider: HttpProvider, request: ChatRequest | None = None) -> list[ProviderItem]:
    return [item async for item in provider.stream(request or chat_request())]


async def answer(provider: HttpProvider, request: ChatRequest | None = None) -> Answer:
    """The answer, after checking that it comes once and last and says what was shown."""
    items = await collect(provider, request)
    last = items[-1]
    assert isinstance(last, Answer)
    assert not any(isinstance(item, Answer) for item in items[:-1])
    assert shown(items) == last.message.text
    return last


def shown(items: Sequence[ProviderItem]) -> str:
    return "".join(item.text for item in items if isinstance(item, TextChunk))


async def failure(
    provider: HttpProvider, request: ChatRequest | None = None
) -> tuple[ProviderError, list[ProviderItem]]:
    """The error that ends the stream and what came before it. The key is nowhere in it."""
    items: list[ProviderItem] = []

    async def keep_items() -> None:
        async for item in provider.stream(request or chat_request()):
            items.append(item)  # noqa: PERF401 — what came before the error is wanted too

    with pytest.raises(ProviderError) as caught:
        await keep_items()
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.failure()) + repr(provider)
    assert CANARY_KEY not in told
    assert error.provider == "lab"
    assert error.model == "test-model"
    assert not any(isinstance(item, Answer) for item in items)
    return error, items
