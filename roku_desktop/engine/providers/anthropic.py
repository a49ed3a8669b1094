"""Anthropic's messages, streamed.

Owns this wire's requests and events: content blocks, thinking with its signature kept verbatim, the
cache markers, usage by cache tier. Built by whoever assembles the providers; `chat` does the rest.
Format: docs.anthropic.com/en/api/messages and …/messages-streaming, version 2023-06-01.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, assert_never

import msgspec

from roku_desktop.engine.errors import ContentRefused
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    Message,
    StopReason,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, ModelInfo, SystemPrompt, ToolSpec
from roku_desktop.engine.providers.chat import (
    AnswerReader,
    HttpProvider,
    NotTheProtocolError,
    Shown,
    WireErrorEvent,
    decoded,
)
from roku_desktop.engine.providers.history import (
    HistoryRules,
    arguments_object,
    is_json_object,
    sendable,
    with_own_ids,
)
from roku_desktop.engine.providers.sse import ServerSentEvent

WIRE: Final = "anthropic"
API_VERSION: Final = "2023-06-01"
# The wire demands a limit; 8 192 is the highest that every model since Claude 3.5 accepts.
DEFAULT_MAX_TOKENS: Final = 8192
# The smallest thinking budget the vendor accepts.
MIN_THINKING_TOKENS: Final = 1024
MAX_CALL_ID_CHARACTERS: Final = 64
_CACHE_MARK: Final = {"type": "ephemeral"}
_STOP_REASONS: Final[dict[str, StopReason]] = {
    "end_turn": "end_turn",
    "tool_use": "tool_use",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
}


class AnthropicProvider(HttpProvider):
    """Anthropic, or a server that speaks its wire. `base_url` without `/v1`, as its own SDK takes it."""

    def _chat_url(self) -> str:
        return f"{self._base_url.removesuffix('/v1')}/v1/messages"

    def _models_url(self) -> str:
        return f"{self._base_url.removesuffix('/v1')}/v1/models?limit=1000"

    def _headers(self) -> dict[str, str]:
        return super()._headers() | {"anthropic-version": API_VERSION}

    def _auth_headers(self, api_key: str) -> dict[str, str]:
        return {"x-api-key": api_key}

    def _body(self, request: ChatRequest) -> bytes:
        """Stable parts first and always in this order, so that prompt caches find the same bytes."""
        limit = request.max_output_tokens or self._max_output_tokens or DEFAULT_MAX_TOKENS
        body: dict[str, Any] = {"model": request.model, "stream": True}
        messages = wire_messages(request.messages, self.name)
        if request.thinking_budget_tokens and may_think(messages):
            budget = max(request.thinking_budget_tokens, MIN_THINKING_TOKENS)
            body["thinking"] = {"type": "enabled", "budget_tokens": budget}
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
            ModelInfo(model=model.id, provider=self.name, context_window_tokens=model.max_input_tokens)
            for model in listing.data or []
            if model.id
        ]


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


def wire_messages(history: Iterable[Message], provider: str) -> list[dict[str, Any]]:
    """Roles alternate: tool results and the prompt after them are one user message."""
    rules = HistoryRules(wire=WIRE, provider=provider, max_id_characters=MAX_CALL_ID_CHARACTERS)
    messages: list[dict[str, Any]] = []
    for message in sendable(history, rules):
        role = "assistant" if isinstance(message, AssistantMessage) else "user"
        blocks = wire_blocks(message)
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        elif blocks:
            messages.append({"role": role, "content": blocks})
    if messages and messages[-1]["role"] == "user":
        messages[-1]["content"][-1]["cache_control"] = _CACHE_MARK
    return messages


def may_think(messages: list[dict[str, Any]]) -> bool:
    """Whether thinking can be asked for: an answer that is going on must have begun with it.

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


def wire_blocks(message: Message) -> list[dict[str, Any] | msgspec.Raw]:
    match message:
        case UserMessage():
            return [{"type": "text", "text": message.text}]
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


class WireValue(msgspec.Struct, gc=False):
    """Base of what is decoded: unknown fields are ignored, absent ones have defaults."""


class WireUsage(WireValue):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class WireMessage(WireValue):
    usage: WireUsage | None = None


class WireBlock(WireValue):
    """The start of a content block, of any type."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = msgspec.Raw(b"{}")


class WireDelta(WireValue):
    """A piece of a content block, or the end of the message."""

    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    partial_json: str | None = None
    stop_reason: str | None = None


class WireEvent(WireValue):
    """Any event: one flat type, because new event types must be skipped and not break the stream."""

    type: str = ""
    index: int | None = None
    delta: WireDelta | None = None
    content_block: WireBlock | None = None
    message: WireMessage | None = None
    usage: WireUsage | None = None
    error: Any = None


class WireModel(WireValue):
    id: str = ""
    max_input_tokens: int | None = None


class WireModelList(WireValue):
    data: list[WireModel] | None = None


class VerbatimThinking(WireValue, kw_only=True, tag="thinking", tag_field="type"):
    """A thinking block as it has to come back, byte for byte what was signed."""

    thinking: str
    signature: str


class VerbatimRedacted(WireValue, kw_only=True, tag="redacted_thinking", tag_field="type"):
    data: str


class BlockInProgress:
    """A content block whose pieces are still arriving."""

    __slots__ = ("pieces", "signature", "start")

    def __init__(self, start: WireBlock) -> None:
        self.start = start
        self.pieces: list[str] = []
        self.signature = start.signature or ""

    def part(self, *, cut_short: bool) -> AssistantPart | None:
        content = "".join(self.pieces)
        match self.start.type:
            case "text":
                return TextPart(text=content) if content else None
            case "thinking":
                block = VerbatimThinking(thinking=content, signature=self.signature)
                verbatim = msgspec.json.encode(block).decode() if self.signature else None
                return ThinkingPart(text=content, wire=WIRE, verbatim=verbatim)
            case "redacted_thinking":
                redacted = VerbatimRedacted(data=self.start.data or "")
                return ThinkingPart(text="", wire=WIRE, verbatim=msgspec.json.encode(redacted).decode())
            case "tool_use":
                return self._call(content, cut_short=cut_short)
        return None

    def _call(self, arguments: str, *, cut_short: bool) -> ToolCall | None:
        if cut_short and not is_json_object(arguments):
            return None
        whole = arguments or bytes(self.start.input).decode()  # some servers send it in one piece
        return ToolCall(
            call_id=self.start.id or new_id("call"), name=self.start.name or "", arguments=whole or "{}"
        )


class MessageReader:
    """The `AnswerReader` of this wire."""

    def __init__(self) -> None:
        self.done = False
        self.progressed = False
        self._decoder = msgspec.json.Decoder(WireEvent)
        self.shown = Shown()
        self._blocks: dict[int, BlockInProgress] = {}
        self._stop_reason = ""
        self._tokens: dict[str, int] = {}

    def read(self, events: Iterable[ServerSentEvent]) -> None:
        for event in events:
            if event.event == b"error":
                raise WireErrorEvent(event.data)
            value = decoded(self._decoder, event.data)
            if value.type == "content_block_delta":
                self._extend(value)
            elif value.type != "ping":
                self._take(value, event)
            if self.done:
                break

    def _extend(self, event: WireEvent) -> None:
        delta = event.delta
        block = self._blocks.get(event.index or 0)
        if delta is None or block is None:
            raise NotTheProtocolError("a delta without its block")
        self.progressed = True
        if delta.text:
            self.shown.text(delta.text)
            block.pieces.append(delta.text)
        elif delta.thinking:
            self.shown.thinking(delta.thinking)
            block.pieces.append(delta.thinking)
        elif delta.partial_json:
            block.pieces.append(delta.partial_json)
        elif delta.signature:
            block.signature += delta.signature

    def _take(self, event: WireEvent, raw: ServerSentEvent) -> None:
        self.progressed = True
        match event.type:
            case "message_start" if event.message is not None:
                self._count(event.message.usage)
            case "content_block_start" if event.content_block is not None:
                self._begin(event.index or 0, event.content_block)
            case "message_delta":
                self._count(event.usage)
                if event.delta is not None and event.delta.stop_reason:
                    self._stop_reason = event.delta.stop_reason
            case "message_stop":
                self.done = True
            case "error":
                raise WireErrorEvent(raw.data)
            case "":
                if event.error is not None:  # a gateway's own words
                    raise WireErrorEvent(raw.data)
                raise NotTheProtocolError("an event without a type")

    def _begin(self, index: int, start: WireBlock) -> None:
        block = self._blocks[index] = BlockInProgress(start)
        if start.text:
            self.shown.text(start.text)
            block.pieces.append(start.text)
        elif start.thinking:
            self.shown.thinking(start.thinking)
            block.pieces.append(start.thinking)

    def _count(self, usage: WireUsage | None) -> None:
        """Later figures replace earlier ones: they are totals, not increments."""
        if usage is not None:
            named: dict[str, int | None] = msgspec.structs.asdict(usage)
            self._tokens |= {name: tokens for name, tokens in named.items() if tokens is not None}

    def may_end(self) -> Literal[False]:
        """Never without `message_stop`, which sets `done`."""
        return False

    def answer(self, provider: str, model: str) -> AssistantMessage:
        stop_reason = _STOP_REASONS.get(self._stop_reason, "other")
        cut_short = stop_reason == "max_tokens"
        blocks = (block.part(cut_short=cut_short) for _, block in sorted(self._blocks.items()))
        parts = with_own_ids(part for part in blocks if part is not None)
        if stop_reason == "refusal" and not parts:
            raise ContentRefused(
                f"{provider} refused this request because of its content.", provider=provider
            )
        return AssistantMessage(
            parts=parts, provider=provider, model=model, stop_reason=stop_reason, usage=self._usage()
        )

    def _usage(self) -> Usage:
        """Ours counts everything read; this wire's `input_tokens` leaves the cached part out."""
        tokens = self._tokens
        cache_read = tokens.get("cache_read_input_tokens", 0)
        cache_write = tokens.get("cache_creation_input_tokens", 0)
        return Usage(
            input_tokens=tokens.get("input_tokens", 0) + cache_read + cache_write,
            output_tokens=tokens.get("output_tokens", 0),
            cache_read_tokens=cache_read,
            cache_write_tokens=cache_write,
        )
