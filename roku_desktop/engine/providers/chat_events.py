"""The events of chat completions: how an answer arrives.

Owns this wire's pieces of text, thinking and calls, how an answer ends, its usage, and the liberties its
many servers take: no ids, no index, no usage, no `[DONE]`, nulls everywhere. The requests are in
`openai_chat`, which makes the reader. Format: platform.openai.com/docs/api-reference/chat-streaming.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

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
from roku_desktop.engine.ports import TextChunk
from roku_desktop.engine.providers.answer_reader import Shown, WireErrorEvent, decoded
from roku_desktop.engine.providers.history import is_json_object
from roku_desktop.engine.providers.returned_thoughts import ReturnedThoughts
from roku_desktop.engine.providers.sse import ServerSentEvent
from roku_desktop.engine.sentences import said

WIRE: Final = "openai-chat"
_STOP_REASONS: Final[dict[str, StopReason]] = {
    "stop": "end_turn",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "length": "max_tokens",
    "model_length": "max_tokens",  # Mistral
    "content_filter": "refusal",
}


class WireValue(msgspec.Struct, gc=False):
    """Base of what is decoded: unknown fields are ignored, absent ones have defaults."""


class WireFunction(WireValue):
    name: str | None = None
    arguments: msgspec.Raw = msgspec.Raw(b"null")  # a string; a few servers send the object itself


class WireToolCall(WireValue):
    index: int | None = None
    id: str | None = None
    function: WireFunction | None = None
    extra_content: msgspec.Raw = msgspec.Raw(b"")  # Google's signature of the thinking before the call


class WirePart(WireValue):
    """A piece of content as Mistral's reasoning models send it, in a list where others send text."""

    text: str | None = None
    thinking: str | list[WirePart] | None = None


class WireDelta(WireValue):
    content: str | list[WirePart] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: Any = None
    refusal: str | None = None
    tool_calls: list[WireToolCall] | None = None


class WireChoice(WireValue):
    delta: WireDelta | None = None
    message: WireDelta | None = None  # of an answer that came at once
    finish_reason: str | None = None


class WirePromptDetails(WireValue):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class WireCompletionDetails(WireValue):
    reasoning_tokens: int | None = None


class WireUsage(WireValue):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_cache_hit_tokens: int | None = None  # DeepSeek's name
    prompt_tokens_details: WirePromptDetails | None = None
    completion_tokens_details: WireCompletionDetails | None = None

    def usage(self) -> Usage:
        read = self.prompt_tokens_details or WirePromptDetails()
        written = self.completion_tokens_details or WireCompletionDetails()
        return Usage(
            input_tokens=self.prompt_tokens or 0,
            output_tokens=self.completion_tokens or 0,
            cache_read_tokens=read.cached_tokens or self.prompt_cache_hit_tokens or 0,
            cache_write_tokens=read.cache_write_tokens or 0,
            reasoning_tokens=written.reasoning_tokens or 0,
        )


class WireChunk(WireValue):
    choices: list[WireChoice] | None = None
    usage: WireUsage | None = None
    object: str | None = None
    error: Any = None


class CallInProgress:
    """A tool call whose pieces are still arriving."""

    __slots__ = ("arguments", "call_id", "extra", "name")

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.name = ""
        self.arguments: list[str] = []
        self.extra = b""


class CallCollector:
    """Puts pieces of tool calls together, whichever of index, id and name a server sends.

    OpenAI interleaves calls by index and sends id and name once; others number every call 0, send no
    index, no id, or repeat the name in each piece.
    """

    def __init__(self) -> None:
        self.extras: list[bytes] = []  # of `calls`, one for each
        self._calls: list[CallInProgress] = []
        self._by_index: dict[int, CallInProgress] = {}

    def add(self, piece: WireToolCall) -> None:
        function = piece.function or WireFunction()
        call = self._call_of(piece, function.name or "")
        call.name = call.name or function.name or ""
        call.call_id = call.call_id or piece.id or ""
        call.extra = bytes(piece.extra_content) or call.extra
        text = function.arguments
        value = msgspec.json.decode(text)
        if value is not None:
            call.arguments.append(value if isinstance(value, str) else bytes(text).decode())

    def _call_of(self, piece: WireToolCall, name: str) -> CallInProgress:
        known = self._calls[-1] if self._calls else None
        if piece.index is not None:
            known = self._by_index.get(piece.index)
        elif piece.id:
            known = next((call for call in self._calls if call.call_id == piece.id), None)
        elif name and known is not None and known.name:
            known = None
        if known is None or (name and self._is_another(piece, known)):
            known = CallInProgress(piece.id or "")
            self._calls.append(known)
        if piece.index is not None:
            self._by_index[piece.index] = known
        return known

    @staticmethod
    def _is_another(piece: WireToolCall, known: CallInProgress) -> bool:
        """Whether a piece with a name begins a call: Gemini and others give every call the same index."""
        if piece.id and known.call_id:
            return piece.id != known.call_id
        begins = piece.function is not None and bytes(piece.function.arguments) not in {b"null", b'""'}
        return begins and bool(known.name) and is_json_object("".join(known.arguments))

    def calls(self, *, cut_short: bool) -> list[ToolCall]:
        """The calls in order; where the output limit cut the answer short, only whole ones."""
        finished: list[ToolCall] = []
        self.extras.clear()
        taken: set[str] = set()
        for call in self._calls:
            arguments = "".join(call.arguments)
            # A call without a name is answered like one of an unknown tool, so that the model learns of it.
            if not (call.name or arguments) or (cut_short and not is_json_object(arguments)):
                continue
            call_id = call.call_id if call.call_id and call.call_id not in taken else new_id("call")
            taken.add(call_id)
            self.extras.append(call.extra)
            finished.append(ToolCall(call_id=call_id, name=call.name, arguments=arguments or "{}"))
        return finished


class ChatCompletionReader:
    """The `AnswerReader` of this wire."""

    def __init__(self) -> None:
        self.done = False
        self.progressed = False
        # Not strict: gateways that parse and write again turn 12 into 12.0 or "12".
        self._decoder = msgspec.json.Decoder(WireChunk, strict=False)
        self.shown = Shown()
        self._calls = CallCollector()
        self._finish_reason = ""
        self._thoughts = ReturnedThoughts()
        self._usage = Usage()

    def read(self, events: Iterable[ServerSentEvent]) -> None:
        for event in events:
            if event.data.startswith(b"[DONE]"):
                self.done = self.progressed = True
                break
            if event.event == b"error":
                raise WireErrorEvent(event.data)
            chunk = decoded(self._decoder, event.data)
            if chunk.choices:
                self._take(chunk.choices[0])
            if chunk.usage is not None:
                self._usage = chunk.usage.usage()
                self.progressed = True
            # OpenRouter ends a broken answer with this reason, and mostly says why beside it.
            if chunk.object == "error" or chunk.error is not None or self._finish_reason == "error":
                raise WireErrorEvent(event.data)

    def _take(self, choice: WireChoice) -> None:
        delta = choice.delta or choice.message
        if delta is not None:
            if delta.reasoning_content or delta.reasoning_details:
                self._thoughts.add(delta.reasoning_content, delta.reasoning_details)
            if thought := delta.reasoning_content or delta.reasoning:
                self.shown.thinking(thought)
            if text := delta.content or delta.refusal:
                if isinstance(text, str):
                    self.shown.text(text)
                else:
                    self._show_parts(text)
            elif not (thought or delta.tool_calls or delta.reasoning_details or choice.finish_reason):
                return  # the role alone, or a server's way to keep the line open
            for piece in delta.tool_calls or ():
                self._calls.add(piece)
        self.progressed = True
        self._finish_reason = choice.finish_reason or self._finish_reason

    def read_whole(self, document: bytes) -> None:
        """A completion has the fields of its stream's events, but `message` for `delta`."""
        self.read((ServerSentEvent(b"", document),))
        self.done = self.progressed

    def _show_parts(self, parts: list[WirePart]) -> None:
        for part in parts:
            if isinstance(part.thinking, str):
                self.shown.thinking(part.thinking)
            for thought in part.thinking or ():
                if isinstance(thought, WirePart) and thought.text:
                    self.shown.thinking(thought.text)
            if part.text:
                self.shown.text(part.text)

    @staticmethod
    def _with_verbatim(parts: list[AssistantPart], verbatim: str) -> ThinkingPart:
        """Take the thinking that leads the answer out of its parts; it may have had no words."""
        first = parts[0] if parts else None
        text = first.text if isinstance(first, ThinkingPart) else ""
        if isinstance(first, ThinkingPart):
            del parts[0]
        return ThinkingPart(text=text, wire=WIRE, verbatim=verbatim)

    def may_end(self) -> bool:
        return bool(self._finish_reason)

    def answer(self, provider: str, model: str) -> AssistantMessage:
        calls = self._calls.calls(cut_short=_STOP_REASONS.get(self._finish_reason) == "max_tokens")
        parts: list[AssistantPart] = [
            TextPart(text=chunk.text)
            if isinstance(chunk, TextChunk)
            else ThinkingPart(text=chunk.text, wire=WIRE)
            for chunk in self.shown.all()
        ]
        if calls and (verbatim := self._thoughts.verbatim(self._calls.extras)):
            parts.insert(0, self._with_verbatim(parts, verbatim))
        if self._finish_reason == "content_filter" and not parts:
            raise ContentRefused(
                said("{provider} refused this request because of its content.", provider=provider),
                provider=provider,
            )
        stop_reason = _STOP_REASONS.get(self._finish_reason, "other")
        if calls and stop_reason != "max_tokens":
            stop_reason = "tool_use"  # Ollama and others say `stop`
        return AssistantMessage(
            parts=(*parts, *calls), provider=provider, model=model, stop_reason=stop_reason, usage=self._usage
        )
