"""The events of Anthropic's messages: how an answer arrives.

Owns this wire's content blocks and their pieces, thinking kept verbatim with its signature, how an
answer ends, and its usage by cache tier. The requests are in `anthropic`, which makes the reader.
Format: docs.anthropic.com/en/api/messages-streaming, version 2023-06-01.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from roku_desktop.engine.errors import ContentRefused
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    StopReason,
    TextPart,
    ThinkingPart,
    ToolCall,
    Usage,
)
from roku_desktop.engine.providers.answer_reader import NotTheProtocolError, Shown, WireErrorEvent, decoded
from roku_desktop.engine.providers.history import is_json_object, with_own_ids
from roku_desktop.engine.providers.sse import ServerSentEvent
from roku_desktop.engine.sentences import said

WIRE: Final = "anthropic"
_STOP_REASONS: Final[dict[str, StopReason]] = {
    "end_turn": "end_turn",
    "tool_use": "tool_use",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
}


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
    content: list[WireBlock] | None = None  # of a message that came at once
    stop_reason: str | None = None


class WireType(WireValue):
    """The type alone, where the rest is of a shape that nobody knows yet."""

    type: str = ""


class VerbatimThinking(WireValue, kw_only=True, tag="thinking", tag_field="type"):
    """A thinking block as it has to come back, byte for byte what was signed."""

    thinking: str
    signature: str


class VerbatimRedacted(WireValue, kw_only=True, tag="redacted_thinking", tag_field="type"):
    data: str


_TYPES: Final = msgspec.json.Decoder(WireType)
_KNOWN_TYPES: Final = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "message",
        "error",
    }
)


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
        # Not strict: gateways that parse and write again turn 12 into 12.0 or "12".
        self._decoder = msgspec.json.Decoder(WireEvent, strict=False)
        self.shown = Shown()
        self._blocks: list[BlockInProgress] = []
        self._at: dict[int | None, BlockInProgress] = {}
        self._stop_reason = ""
        self._tokens: dict[str, int] = {}

    def read(self, events: Iterable[ServerSentEvent]) -> None:
        for event in events:
            if event.event == b"error":
                raise WireErrorEvent(event.data)
            value = self._decoded(event.data)
            if value.type == "content_block_delta":
                self._extend(value)
            elif value.type != "ping":
                self._take(value, event)
            if self.done:
                break

    def read_whole(self, document: bytes) -> None:
        self.read((ServerSentEvent(b"", document),))

    def _decoded(self, data: bytes) -> WireEvent:
        """An event of a type to come may have fields of other shapes; it is skipped all the same."""
        try:
            return decoded(self._decoder, data)
        except NotTheProtocolError:
            kind = decoded(_TYPES, data).type
            if not kind or kind in _KNOWN_TYPES:
                raise
            return WireEvent(type=kind)

    def _extend(self, event: WireEvent) -> None:
        delta = event.delta
        block = self._at.get(event.index) or (self._blocks[-1] if self._blocks else None)
        if delta is None:
            raise NotTheProtocolError("a delta without its content")
        if block is None:
            if not (delta.text or delta.thinking):
                raise NotTheProtocolError("a delta without its block")
            block = self._begin(event.index, WireBlock(type="text" if delta.text else "thinking"))
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
                self._begin(event.index, event.content_block)
            case "message_delta":
                self._count(event.usage)
                if event.delta is not None and event.delta.stop_reason:
                    self._stop_reason = event.delta.stop_reason
            case "message_stop":
                self.done = True
            case "message":
                self._take_message(event)
            case "error":
                raise WireErrorEvent(raw.data)
            case "":
                if event.error is not None:  # a gateway's own words
                    raise WireErrorEvent(raw.data)
                raise NotTheProtocolError("an event without a type")

    def _take_message(self, message: WireEvent) -> None:
        """The whole message at once."""
        for start in message.content or ():
            self._begin(None, start)
        self._count(message.usage)
        self._stop_reason = message.stop_reason or ""
        self.done = True

    def _begin(self, index: int | None, start: WireBlock) -> BlockInProgress:
        """Blocks stand in the order they begin in; some servers give all of them one index, or none."""
        block = self._at[index] = BlockInProgress(start)
        self._blocks.append(block)
        if start.text:
            self.shown.text(start.text)
            block.pieces.append(start.text)
        elif start.thinking:
            self.shown.thinking(start.thinking)
            block.pieces.append(start.thinking)
        return block

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
        blocks = (block.part(cut_short=cut_short) for block in self._blocks)
        parts = with_own_ids(part for part in blocks if part is not None)
        if stop_reason == "refusal" and not parts:
            raise ContentRefused(
                said("{provider} refused this request because of its content.", provider=provider),
                provider=provider,
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
