"""Anthropic's messages: what is asked. The answer's events are read in `anthropic_events`.

Owns this wire's requests: content blocks, thinking sent back verbatim, the cache markers, the list of
models. Built by the registry; `chat` does the rest.
Format: docs.anthropic.com/en/api/messages, version 2023-06-01.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, assert_never

import msgspec

from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, ModelInfo, SystemPrompt, ToolSpec
from roku_desktop.engine.providers.answer_reader import AnswerReader
from roku_desktop.engine.providers.anthropic_events import WIRE, MessageReader
from roku_desktop.engine.providers.chat import HttpProvider
from roku_desktop.engine.providers.history import HistoryRules, arguments_object, sendable
from roku_desktop.engine.providers.images import NO_IMAGES, sent_images, text_beside
from roku_desktop.engine.providers.thinking import decides_by_itself, effort_of

API_VERSION: Final = "2023-06-01"
# The wire demands a limit; 8 192 is the highest that every model since Claude 3.5 accepts.
DEFAULT_MAX_TOKENS: Final = 8192
# The smallest thinking budget the vendor accepts.
MIN_THINKING_TOKENS: Final = 1024
MAX_CALL_ID_CHARACTERS: Final = 64
_CACHE_MARK: Final = {"type": "ephemeral"}


class AnthropicProvider(HttpProvider):
    """Anthropic, or a server that speaks its wire. `base_url` without `/v1`, as its own SDK takes it."""

    def _chat_url(self) -> str:
        return self._at("/v1/messages")

    def _models_url(self) -> str:
        return self._at("/v1/models", "limit=1000")

    def _headers(self) -> dict[str, str]:
        return super()._headers() | {"anthropic-version": API_VERSION}

    def _auth_headers(self, api_key: str) -> dict[str, str]:
        return {"x-api-key": api_key}

    def _body(self, request: ChatRequest) -> bytes:
        """Stable parts first and always in this order, so that prompt caches find the same bytes."""
        limit = request.max_output_tokens or self._max_output_tokens or DEFAULT_MAX_TOKENS
        body: dict[str, Any] = {"model": request.model, "stream": True}
        messages = wire_messages(request.messages, self.name, request.images)
        if (tokens := request.thinking_budget_tokens) and (thinking := wire_thinking(request, messages)):
            budget = max(tokens, MIN_THINKING_TOKENS)
            body |= thinking
            limit = limit if limit > budget else limit + budget  # the limit includes the thinking
        body["max_tokens"] = limit
        if request.tools:
            body["tools"] = [wire_tool(tool) for tool in request.tools]
        if system := wire_system(request.system):
            body["system"] = system
        body["messages"] = messages
        return msgspec.json.encode(body)

    def _reader(self) -> AnswerReader:
        return MessageReader()

    def _models(self, body: bytes) -> list[ModelInfo]:
        listing = msgspec.json.decode(body, type=WireModelList)
        return [
            ModelInfo(
                model=model.id,
                provider=self.name,
                context_window_tokens=model.max_input_tokens,
                supports_images=model.can("image_input"),
            )
            for model in listing.data or []
            if model.id
        ]


def wire_thinking(request: ChatRequest, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields that ask for thinking, in the form this model takes; none where the wire refuses it."""
    tokens = request.thinking_budget_tokens or 0
    if decides_by_itself(request.model):
        # Newer models leave out what they think unless a summary is asked for.
        return {
            "thinking": {"type": "adaptive", "display": "summarized"},
            "output_config": {"effort": effort_of(tokens)},
        }
    if not may_think(messages):
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": max(tokens, MIN_THINKING_TOKENS)}}


def wire_tool(tool: ToolSpec) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": msgspec.Raw(tool.schema)}


def wire_system(system: SystemPrompt) -> list[dict[str, Any]]:
    """The mark ends the cached prefix: tools and the stable part; what changes comes after it."""
    blocks: list[dict[str, Any]] = []
    if system.stable:
        blocks.append({"type": "text", "text": system.stable, "cache_control": _CACHE_MARK})
    if system.changing:
        blocks.append({"type": "text", "text": system.changing})
    return blocks


def wire_messages(
    history: Iterable[Message], provider: str, images: Mapping[str, str] = NO_IMAGES
) -> list[dict[str, Any]]:
    """Roles alternate: tool results and the prompt after them are one user message."""
    rules = HistoryRules(wire=WIRE, provider=provider, max_id_characters=MAX_CALL_ID_CHARACTERS)
    messages: list[dict[str, Any]] = []
    for message in sendable(history, rules):
        role = "assistant" if isinstance(message, AssistantMessage) else "user"
        blocks = wire_blocks(message, images)
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        elif blocks:
            messages.append({"role": role, "content": blocks})
    if messages and messages[-1]["role"] == "user":
        messages[-1]["content"][-1]["cache_control"] = _CACHE_MARK
    return messages


def may_think(messages: list[dict[str, Any]]) -> bool:
    """Whether thinking by a budget can be asked for: an answer that is going on must have begun with it.

    It has not where another service began the answer, or thinking was switched on meanwhile; the wire
    refuses such a request. Thinking is back with the next prompt.
    """
    begun: dict[str, Any] | None = None
    for message in reversed(messages):
        if message["role"] == "assistant":
            begun = message
        elif any(block["type"] != "tool_result" for block in message["content"]):
            break
    return begun is None or isinstance(begun["content"][0], msgspec.Raw)


def wire_blocks(message: Message, images: Mapping[str, str]) -> list[dict[str, Any] | msgspec.Raw]:
    match message:
        case UserMessage():
            seen: list[dict[str, Any] | msgspec.Raw] = [
                {"type": "image", "source": {"type": "base64", "media_type": image.media_type, "data": data}}
                for image, data in sent_images(message, images)
            ]
            text = text_beside(message, images)
            return [*seen, {"type": "text", "text": text}] if text.strip() else seen
        case ToolMessage():
            return [
                {
                    "type": "tool_result",
                    "tool_use_id": result.call_id,
                    "content": result.content,
                    "is_error": result.outcome != "ok",
                }
                for result in message.results
            ]
        case AssistantMessage():
            return [block for part in message.parts if (block := wire_part(part)) is not None]
    assert_never(message)


def wire_part(part: AssistantPart) -> dict[str, Any] | msgspec.Raw | None:
    """One block; None for what this wire refuses: blank text, and thinking without a signature."""
    match part:
        case TextPart():
            return {"type": "text", "text": part.text} if part.text.strip() else None
        case ThinkingPart():
            return msgspec.Raw(part.verbatim.encode()) if part.verbatim is not None else None
        case ToolCall():
            arguments = msgspec.Raw(arguments_object(part.arguments))
            return {"type": "tool_use", "id": part.call_id, "name": part.name, "input": arguments}
    assert_never(part)


class WireModel(msgspec.Struct, gc=False):
    id: str = ""
    max_input_tokens: int | None = None
    capabilities: dict[str, Any] | None = None

    def can(self, name: str) -> bool | None:
        said = (self.capabilities or {}).get(name)
        supported = said.get("supported") if isinstance(said, dict) else None
        return supported if isinstance(supported, bool) else None


class WireModelList(msgspec.Struct, gc=False):
    data: list[WireModel] | None = None
