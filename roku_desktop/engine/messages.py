"""The values a conversation is made of: messages, their parts, usage.

Pure data, independent of any vendor's wire format: `providers/` translates to and from it,
`storage/` writes it as tagged JSON, the faces read it. Nothing here does I/O.

All classes are frozen `msgspec.Struct`s (see docs/decisions/0002): value semantics, a closed union
by tag, JSON in both directions without a codec of our own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from roku_desktop.engine.sentences import Wording

AnswerStatus = Literal["complete", "interrupted", "failed"]
StopReason = Literal["end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "other"]
ToolOutcome = Literal["ok", "error", "refused", "interrupted"]


class Value(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of every value: immutable, compared by content, keyword-only."""


class TextPart(Value, frozen=True, kw_only=True, tag="text"):
    """Plain or Markdown text, as the person or the model wrote it."""

    text: str


class ThinkingPart(Value, frozen=True, kw_only=True, tag="thinking"):
    """The model's reasoning.

    `verbatim` is the provider's own JSON block, to be sent back unchanged on the next turn to a
    provider that speaks the same `wire` (signatures break otherwise); to any other wire the part
    is left out.
    """

    text: str
    wire: str = ""
    verbatim: str | None = None


class ToolCall(Value, frozen=True, kw_only=True, tag="tool_call"):
    """The model's request to run a tool. `arguments` is the JSON text exactly as it arrived."""

    call_id: str
    name: str
    arguments: str


class ToolResult(Value, frozen=True, kw_only=True, tag="tool_result"):
    """What the model reads about one call. A refusal or a failure is a result, never a crash.

    `wording` is how a `content` that is a sentence of ours was made, for a person's language.
    """

    call_id: str
    name: str
    content: str
    outcome: ToolOutcome = "ok"
    elapsed_ms: float = 0.0
    wording: Wording | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one request, as the provider counted them.

    `input_tokens` counts everything read, the cached part included; `cache_read_tokens` and
    `cache_write_tokens` say how much of it came from or went into the provider's prompt cache;
    `reasoning_tokens` is the part of `output_tokens` spent on thinking.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
        )


class ImageRef(Value, frozen=True, kw_only=True, tag="image"):
    """An image that a person attached; its bytes lie in the session's folder under the name `file`.

    `name` is what the person calls it: the name of their file, or empty for what was pasted.
    """

    file: str
    media_type: str
    width_px: int
    height_px: int
    size_bytes: int
    name: str = ""

    @property
    def described(self) -> str:
        size = f"{self.width_px}×{self.height_px}"
        return f"{self.name}, {size}" if self.name else size


Attachment = Path | bytes | ImageRef
"""An image that goes with a prompt: a file, what was pasted, or one that the session has already."""


class UserMessage(Value, frozen=True, kw_only=True, tag="user"):
    """What a person asked; `origin="runtime"` marks a nudge of ours (resume), hidden in the faces.

    `recalled` is what was remembered that may help: sent before the text, and kept with it, so that
    what a provider has cached of the conversation stays what it is.
    """

    text: str
    origin: Literal["person", "runtime"] = "person"
    recalled: str = ""
    images: tuple[ImageRef, ...] = ()

    @property
    def noted_text(self) -> str:
        """The text, with a note of the images, for whoever reads words alone."""
        return with_image_note(self.text, self.images, "attached")

    @property
    def sent_text(self) -> str:
        """What a model reads."""
        return f"{self.recalled}\n\n{self.text}" if self.recalled else self.text


def with_image_note(text: str, images: tuple[ImageRef, ...], what: str) -> str:
    """The text after a line that names the images; `what` says what became of them."""
    if not images:
        return text
    named = "; ".join(image.described for image in images)
    return f"({'Image' if len(images) == 1 else 'Images'} {what}: {named})\n\n{text}".rstrip()


AssistantPart = TextPart | ThinkingPart | ToolCall


class AssistantMessage(Value, frozen=True, kw_only=True, tag="assistant"):
    """One answer of the model: its parts in order.

    Only a `complete` answer may carry `ToolCall`s: a stream that ended early yields `interrupted`
    with the text that was shown and no calls at all.
    """

    parts: tuple[AssistantPart, ...]
    provider: str
    model: str
    status: AnswerStatus = "complete"
    stop_reason: StopReason = "end_turn"
    usage: Usage = Usage()

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolCall))


class ToolMessage(Value, frozen=True, kw_only=True, tag="tool"):
    """The results of all calls of one answer, in the order of the calls."""

    results: tuple[ToolResult, ...]


Message = UserMessage | AssistantMessage | ToolMessage


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message and its place. `position` grows within a session; `created_at` is Unix seconds.

    `starred`: a person wants to find it again.
    """

    message_id: int
    session_id: str
    run_id: str
    position: int
    created_at: float
    message: Message
    starred: bool = False
