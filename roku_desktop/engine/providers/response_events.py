"""The events of OpenAI's Responses API: how an answer arrives.

Owns this wire's output items and their pieces, reasoning kept verbatim, refusals, how an answer ends,
and its usage. The requests are in `openai_responses`, which makes the reader.
Format: platform.openai.com/docs/api-reference/responses-streaming.
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

WIRE: Final = "openai-responses"


class WireValue(msgspec.Struct, gc=False):
    """Base of what is decoded: unknown fields are ignored, absent ones have defaults."""


class WireInputDetails(WireValue):
    cached_tokens: int | None = None


class WireOutputDetails(WireValue):
    reasoning_tokens: int | None = None


class WireUsage(WireValue):
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: WireInputDetails | None = None
    output_tokens_details: WireOutputDetails | None = None

    def usage(self) -> Usage:
        read = self.input_tokens_details or WireInputDetails()
        written = self.output_tokens_details or WireOutputDetails()
        return Usage(
            input_tokens=self.input_tokens or 0,
            output_tokens=self.output_tokens or 0,
            cache_read_tokens=read.cached_tokens or 0,
            reasoning_tokens=written.reasoning_tokens or 0,
        )


class WireIncomplete(WireValue):
    reason: str | None = None


class WireResponse(WireValue):
    """The whole response, as the first and the last event carry it."""

    usage: WireUsage | None = None
    incomplete_details: WireIncomplete | None = None
    error: msgspec.Raw = msgspec.Raw(b"null")
    output: list[msgspec.Raw] | None = None


_RESPONSES: Final = msgspec.json.Decoder(WireResponse, strict=False)


class WireContent(WireValue):
    """A part of a message or of a summary."""

    text: str | None = None
    refusal: str | None = None


class WireItem(WireValue):
    """An output item of any type."""

    type: str = ""
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    content: list[WireContent] | None = None
    summary: list[WireContent] | None = None
    encrypted_content: str | None = None


class WireEvent(WireValue):
    """Any event: one flat type, because new event types must be skipped and not break the stream."""

    type: str = ""
    delta: Any = None
    output_index: int | None = None
    summary_index: int | None = None
    content_index: int | None = None
    item: msgspec.Raw = msgspec.Raw(b"null")
    response: WireResponse | None = None
    error: Any = None


class ItemInProgress:
    """An output item whose pieces are still arriving."""

    __slots__ = ("item", "pieces", "place", "verbatim", "whole")

    def __init__(self) -> None:
        self.item = WireItem()
        self.pieces: list[str] = []
        self.place = 0  # of the part the last piece belonged to
        self.verbatim = b""
        self.whole = False

    def take(self, item: WireItem, raw: msgspec.Raw, *, whole: bool) -> None:
        self.item = item
        self.verbatim = bytes(raw)
        self.whole = self.whole or whole

    def part(self, *, cut_short: bool) -> AssistantPart | None:
        content = "".join(self.pieces)
        match self.item.type:
            case "message":
                return TextPart(text=content) if content else None
            case "reasoning":
                ours = self.whole and self.item.encrypted_content
                verbatim = self.verbatim.decode("utf-8", "replace") if ours else None
                return ThinkingPart(text=content, wire=WIRE, verbatim=verbatim) if content or ours else None
            case "function_call":
                return self._call(content, cut_short=cut_short)
        return None

    def _call(self, pieces: str, *, cut_short: bool) -> ToolCall | None:
        arguments = self.item.arguments or pieces
        if cut_short and not (self.whole and is_json_object(arguments)):
            return None
        return ToolCall(
            call_id=self.item.call_id or new_id("call"),
            name=self.item.name or "",
            arguments=arguments or "{}",
        )


_TEXT_DELTAS: Final = frozenset({"response.output_text.delta", "response.refusal.delta"})
_THINKING_DELTAS: Final = frozenset(
    {
        "response.reasoning_summary_text.delta",
        "response.reasoning_text.delta",
        "response.reasoning_summary.delta",
        "response.reasoning.delta",
    }
)


class ResponseReader:
    """The `AnswerReader` of this wire."""

    def __init__(self) -> None:
        self.done = False
        self.progressed = False
        self.shown = Shown()
        # Not strict: gateways that parse and write again turn 12 into 12.0 or "12".
        self._decoder = msgspec.json.Decoder(WireEvent, strict=False)
        self._item_decoder = msgspec.json.Decoder(WireItem, strict=False)
        self._items: dict[int, ItemInProgress] = {}
        self._refused = False
        self._incomplete = ""
        self._usage = Usage()

    def read(self, events: Iterable[ServerSentEvent]) -> None:
        for event in events:
            if event.data == b"[DONE]":  # gateways add it; the end of this wire is another
                continue
            if event.event == b"error":
                raise WireErrorEvent(event.data)
            value = decoded(self._decoder, event.data)
            if value.type in _TEXT_DELTAS:
                self._show(value, is_refusal=value.type == "response.refusal.delta")
            elif value.type in _THINKING_DELTAS:
                self._think(value)
            else:
                self._take(value, event.data)
            if self.done:
                break

    def read_whole(self, document: bytes) -> None:
        """What a stream's last event carries."""
        if decoded(_RESPONSES, document).output is None:
            raise NotTheProtocolError("a document without output")
        self.read((ServerSentEvent(b"", b'{"type":"response.completed","response":' + document + b"}"),))

    def _show(self, event: WireEvent, *, is_refusal: bool) -> None:
        self._refused = self._refused or is_refusal
        if isinstance(event.delta, str) and event.delta:
            self._item(event, "message").pieces.append(event.delta)
            self.shown.text(event.delta)
            self.progressed = True

    def _think(self, event: WireEvent) -> None:
        if isinstance(event.delta, str) and event.delta:
            item = self._item(event, "reasoning")
            place = event.summary_index or event.content_index or 0
            text = event.delta if place == item.place or not item.pieces else f"\n\n{event.delta}"
            item.place = place
            item.pieces.append(text)
            self.shown.thinking(text)
            self.progressed = True

    def _take(self, event: WireEvent, raw: bytes) -> None:
        match event.type:
            case "response.function_call_arguments.delta" if isinstance(event.delta, str):
                self._item(event, "function_call").pieces.append(event.delta)
            case "response.output_item.added":
                item = decoded(self._item_decoder, bytes(event.item))
                self._item(event, item.type).take(item, event.item, whole=False)
            case "response.output_item.done":
                self._finish(event.output_index or 0, event.item)
            case "response.completed" | "response.incomplete":
                self._end(event.response or WireResponse())
            case "response.failed":
                error = event.response.error if event.response else b"null"
                raise WireErrorEvent(bytes(error) if bytes(error) != b"null" else b"{}")
            case "error":
                raise WireErrorEvent(raw)
            case "":
                if event.error is not None:
                    raise WireErrorEvent(raw)
                raise NotTheProtocolError("an event without a type")
            case kind if not kind.startswith("response."):
                return  # a ping, or what a gateway has to say
        self.progressed = True

    def _item(self, event: WireEvent, kind: str) -> ItemInProgress:
        index = event.output_index or 0
        item = self._items.get(index)
        if item is None:
            item = self._items[index] = ItemInProgress()
            item.item.type = kind
        return item

    def _finish(self, index: int, raw: msgspec.Raw) -> None:
        """Take the item as a whole; what was not streamed of its text is shown now."""
        item = self._items.setdefault(index, ItemInProgress())
        item.take(decoded(self._item_decoder, bytes(raw)), raw, whole=True)
        if item.pieces:
            return
        if item.item.type == "message":
            for part in item.item.content or ():
                self._refused = self._refused or bool(part.refusal)
                if text := part.text or part.refusal:
                    item.pieces.append(text)
                    self.shown.text(text)
        elif item.item.type == "reasoning":
            texts = [part.text for part in item.item.summary or item.item.content or () if part.text]
            if texts:
                item.pieces.append("\n\n".join(texts))
                self.shown.thinking(item.pieces[0])

    def _end(self, response: WireResponse) -> None:
        if not self._items:  # a server that sends everything at once
            for index, raw in enumerate(response.output or ()):
                self._finish(index, raw)
        if response.incomplete_details is not None:
            self._incomplete = response.incomplete_details.reason or "unknown"
        if response.usage is not None:
            self._usage = response.usage.usage()
        self.done = True

    def may_end(self) -> Literal[False]:
        """Never without its terminal event, which sets `done`."""
        return False

    def answer(self, provider: str, model: str) -> AssistantMessage:
        cut_short = bool(self._incomplete)
        items = (item.part(cut_short=cut_short) for _, item in sorted(self._items.items()))
        parts = with_own_ids(part for part in items if part is not None)
        stop_reason = self._stop_reason(any(isinstance(part, ToolCall) for part in parts))
        if stop_reason == "refusal" and not any(isinstance(part, TextPart) for part in parts):
            raise ContentRefused(
                said("{provider} refused this request because of its content.", provider=provider),
                provider=provider,
            )
        return AssistantMessage(
            parts=parts, provider=provider, model=model, stop_reason=stop_reason, usage=self._usage
        )

    def _stop_reason(self, has_calls: bool) -> StopReason:
        if self._incomplete == "max_output_tokens":
            return "max_tokens"
        if self._refused or self._incomplete == "content_filter":
            return "refusal"
        if self._incomplete:
            return "other"
        return "tool_use" if has_calls else "end_turn"
