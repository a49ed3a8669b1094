"""OpenAI's Responses API, stateless: what is asked. The answer's events are read in `response_events`.

Owns this wire's requests: instructions, items, tools, reasoning items kept verbatim. Nothing is stored
at the service (`store: false`), so the whole history goes out each time and reasoning comes back
encrypted: docs/decisions/0016. Built by the registry; `chat` does the rest.
Format: platform.openai.com/docs/api-reference/responses.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from roku_desktop.engine.ports import ChatRequest, ToolSpec
from roku_desktop.engine.providers.answer_reader import AnswerReader
from roku_desktop.engine.providers.history import HistoryRules, arguments_object, sendable
from roku_desktop.engine.providers.images import NO_IMAGES, data_url, sent_images, text_beside
from roku_desktop.engine.providers.openai_service import OpenAIService
from roku_desktop.engine.providers.response_events import WIRE, ResponseReader
from roku_desktop.engine.providers.thinking import TAKES_EFFORT, effort_of

MIN_OUTPUT_TOKENS: Final = 16  # the service refuses less
MAX_CALL_ID_CHARACTERS: Final = 64


class OpenAIResponsesProvider(OpenAIService):
    """Any server with `/responses`."""

    def _chat_url(self) -> str:
        return self._at("/responses")

    def _body(self, request: ChatRequest) -> bytes:
        """Stable parts first and always in this order, so that prompt caches find the same bytes."""
        body: dict[str, Any] = {"model": request.model, "stream": True, "store": False}
        if request.thinking_budget_tokens:
            body["reasoning"] = {"effort": effort_of(request.thinking_budget_tokens), "summary": "auto"}
        # Models that think refuse to do so statelessly without this; the others refuse the request with it.
        if request.thinking_budget_tokens or TAKES_EFFORT.search(request.model):
            body["include"] = ["reasoning.encrypted_content"]
        limit = request.max_output_tokens or self._max_output_tokens
        if limit is not None:
            body["max_output_tokens"] = max(limit, MIN_OUTPUT_TOKENS)
        if request.tools:
            body["tools"] = [wire_tool(tool) for tool in request.tools]
        if text := "\n\n".join(part for part in (request.system.stable, request.system.changing) if part):
            body["instructions"] = text
        rules = HistoryRules(wire=WIRE, provider=self.name, max_id_characters=MAX_CALL_ID_CHARACTERS)
        body["input"] = [
            item
            for message in sendable(request.messages, rules)
            for item in wire_items(message, request.images)
        ]
        return msgspec.json.encode(body)

    def _reader(self) -> AnswerReader:
        return ResponseReader()


def wire_tool(tool: ToolSpec) -> dict[str, Any]:
    """Not strict: strict mode, the default of this wire, forbids optional arguments."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": msgspec.Raw(tool.schema),
        "strict": False,
    }


def wire_items(message: Message, images: Mapping[str, str] = NO_IMAGES) -> list[dict[str, Any] | msgspec.Raw]:
    match message:
        case UserMessage():
            return [{"type": "message", "role": "user", "content": wire_prompt(message, images)}]
        case ToolMessage():
            return [
                {"type": "function_call_output", "call_id": result.call_id, "output": result.content}
                for result in message.results
            ]
        case AssistantMessage():
            items = [item for part in message.parts if (item := wire_part(part)) is not None]
            while items and isinstance(items[-1], msgspec.Raw):
                items.pop()  # the service refuses reasoning that nothing follows
            return items
    assert_never(message)


def wire_prompt(message: UserMessage, images: Mapping[str, str]) -> str | list[dict[str, Any]]:
    seen: list[dict[str, Any]] = [
        {"type": "input_image", "image_url": data_url(image, data)}
        for image, data in sent_images(message, images)
    ]
    text = text_beside(message, images)
    if not seen:
        return text
    return [*seen, {"type": "input_text", "text": text}] if text.strip() else seen


def wire_part(part: AssistantPart) -> dict[str, Any] | msgspec.Raw | None:
    match part:
        case TextPart():
            return (
                {"type": "message", "role": "assistant", "content": part.text} if part.text.strip() else None
            )
        case ThinkingPart():
            return msgspec.Raw(part.verbatim.encode()) if part.verbatim is not None else None
        case ToolCall():
            return {
                "type": "function_call",
                "call_id": part.call_id,
                "name": part.name,
                "arguments": arguments_object(part.arguments).decode(),
            }
    assert_never(part)
