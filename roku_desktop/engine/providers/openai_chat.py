"""OpenAI's chat completions, as OpenAI, OpenRouter, Ollama, LM Studio, llama.cpp and vLLM speak them.

Owns this wire's requests. The answer's events are read in `chat_events`, what a vendor does its own way
stands in `dialects`. Built by whoever assembles the providers; `chat` does the rest.
Format: platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any, Final, assert_never

import msgspec

from roku_desktop.engine.errors import InvalidRequest
from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, ProviderItem, RequestOnWire, SystemPrompt, ToolSpec
from roku_desktop.engine.providers.answer_reader import AnswerReader
from roku_desktop.engine.providers.chat_events import WIRE, ChatCompletionReader
from roku_desktop.engine.providers.dialects import COMMON, Dialect, thinking_fields
from roku_desktop.engine.providers.history import HistoryRules, arguments_object, sendable
from roku_desktop.engine.providers.images import NO_IMAGES, data_url, sent_images, text_beside
from roku_desktop.engine.providers.openai_service import OpenAIService
from roku_desktop.engine.providers.returned_thoughts import CALLS, fields_of

# For calls of another model, or made without thinking. An empty one counts as none for Kimi.
_FORGOTTEN: Final = "."
MAX_CALL_ID_CHARACTERS: Final = 40  # OpenAI refuses longer ones
_REFUSED: Final = frozenset({400, 422})
# How services say that a model can't think, or that they don't know a field that asks for it.
_NO_THINKING: Final = re.compile(r"reason|think|template|extra|unrecogni|unknown|unexpected", re.IGNORECASE)


class OpenAIChatProvider(OpenAIService):
    """Any server with `/chat/completions`. `base_url` as its own SDK takes it, `/v1` included."""

    def _chat_url(self) -> str:
        return self._at("/chat/completions")

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
        """As `HttpProvider`; a model that refuses to be asked for thinking is asked without, and remembered.

        How much to think is one choice of a person for all models, and few services tell which can.
        """
        if request.model in self._unthinking:
            request = without_thinking(request)
        answering = False
        try:
            async with aclosing(super().stream(request)) as items:
                async for item in items:
                    answering = not isinstance(item, RequestOnWire)
                    yield item
        except InvalidRequest as error:
            if answering or not request.thinking_budget_tokens:
                raise
            if error.status not in _REFUSED or not _NO_THINKING.search(error.provider_says):
                raise
        else:
            return
        async with aclosing(super().stream(without_thinking(request))) as items:
            async for item in items:
                if not isinstance(item, RequestOnWire):  # that was told: for all others this is one attempt
                    self._unthinking.add(request.model)
                    yield item

    def _body(self, request: ChatRequest) -> bytes:
        """Stable parts first and always in this order, so that prompt caches find the same bytes."""
        body: dict[str, Any] = {
            "model": request.model,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        limit, budget = request.max_output_tokens or self._max_output_tokens, request.thinking_budget_tokens
        thinking = thinking_fields(self._dialect, request.model, budget)
        if limit is not None:
            if thinking and budget and self._dialect.limit_above_budget and limit <= budget:
                limit += budget
            body[self._dialect.limit_name] = limit
        body |= thinking
        if request.tools:
            body["tools"] = [wire_tool(tool) for tool in request.tools]
        body["messages"] = wire_messages(
            request.system,
            request.messages,
            self.name,
            request.images,
            self._dialect,
            recalls=self._dialect.recalls.search(request.model) is not None,
        )
        return msgspec.json.encode(body)

    def _reader(self) -> AnswerReader:
        return ChatCompletionReader()


def without_thinking(request: ChatRequest) -> ChatRequest:
    return msgspec.structs.replace(request, thinking_budget_tokens=None)


def wire_tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": msgspec.Raw(tool.schema)}
    return {"type": "function", "function": function}


def history_rules(provider: str, dialect: Dialect) -> HistoryRules:
    if dialect.ids_are_nine:
        return HistoryRules(
            wire=WIRE, provider=provider, max_id_characters=9, id_characters="A-Za-z0-9", exact_ids=True
        )
    return HistoryRules(
        wire=WIRE,
        provider=provider,
        max_id_characters=MAX_CALL_ID_CHARACTERS,
        id_characters=r"\x20-\x7e",  # Kimi's own ids, which its template reads, have dots and colons
    )


def wire_messages(
    system: SystemPrompt,
    history: Iterable[Message],
    provider: str,
    images: Mapping[str, str] = NO_IMAGES,
    dialect: Dialect = COMMON,
    *,
    recalls: bool = False,
) -> list[dict[str, Any]]:
    """`recalls`: what is said is sent with the thinking before it, see `Dialect`."""
    text = "\n\n".join(part for part in (system.stable, system.changing) if part)
    messages: list[dict[str, Any]] = [{"role": "system", "content": text}] if text else []
    sent = sendable(history, history_rules(provider, dialect))
    prompts = [place for place, message in enumerate(sent) if isinstance(message, UserMessage)]
    last_prompt = max(prompts, default=-1)
    for place, message in enumerate(sent):
        messages += wire_message(message, images, with_thoughts=recalls or place > last_prompt)
    if recalls:
        for spoken in messages:
            if spoken["role"] == "assistant":
                spoken.setdefault("reasoning_content", _FORGOTTEN if "tool_calls" in spoken else "")
    return messages


def wire_message(
    message: Message, images: Mapping[str, str] = NO_IMAGES, *, with_thoughts: bool
) -> list[dict[str, Any]]:
    """Thinking is left out, but for what a service wants back with the results of its calls."""
    match message:
        case UserMessage():
            return [{"role": "user", "content": wire_prompt(message, images)}]
        case ToolMessage():
            return [
                {"role": "tool", "tool_call_id": result.call_id, "content": result.content}
                for result in message.results
            ]
        case AssistantMessage():
            spoken: dict[str, Any] = {"role": "assistant", "content": message.text}
            if message.tool_calls:
                spoken["tool_calls"] = [wire_call(call) for call in message.tool_calls]
                if with_thoughts:
                    fields = fields_of(message)
                    signed = msgspec.json.decode(fields.pop(CALLS, b"[]"), type=list[dict[str, msgspec.Raw]])
                    for call, extra in zip(spoken["tool_calls"], signed, strict=False):
                        call.update(extra)
                    spoken |= fields
            return [spoken]
    assert_never(message)


def wire_prompt(message: UserMessage, images: Mapping[str, str]) -> str | list[dict[str, Any]]:
    """Text alone as text, which every server takes."""
    seen: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": data_url(image, data)}}
        for image, data in sent_images(message, images)
    ]
    text = text_beside(message, images)
    if not seen:
        return text
    return [*seen, {"type": "text", "text": text}] if text.strip() else seen


def wire_call(call: ToolCall) -> dict[str, Any]:
    arguments = arguments_object(call.arguments).decode()
    return {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": arguments}}
