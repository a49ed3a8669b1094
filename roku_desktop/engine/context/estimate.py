"""How many tokens a request will be, estimated from its bytes before anyone has counted them.

Figures of the original system: UTF-8 bytes per token are 4 for English and code, 3 for Chinese, Japanese
and Korean (one character), 2 for JSON and XML. Used where a limit is near; what providers really counted
corrects it (`calibration.py`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from roku_desktop.engine.ports import ChatRequest, SystemPrompt, ToolSpec

IMAGE_TOKENS: Final = 1_600
"""What Anthropic counts for the largest image that it does not make smaller ("Vision", image costs); the
others count about as much or less."""
_BYTES_PER_TOKEN: Final = 4
_BYTES_OF_CJK: Final = 3  # and a token each
_BYTES_PER_TOKEN_JSON: Final = 2
_MARKUP: Final = {"{": "}", "[": "]", "<": ">"}


def request_tokens(request: ChatRequest) -> int:
    """Return the input tokens that a request would have, roughly."""
    return base_tokens(request.system, request.tools) + history_tokens(request.messages)


def base_tokens(system: SystemPrompt, tools: Iterable[ToolSpec]) -> int:
    """What every request carries beside the conversation."""
    schemas = sum(len(tool.schema) + len(tool.description) for tool in tools) // _BYTES_PER_TOKEN_JSON
    return text_tokens(system.stable) + text_tokens(system.changing) + schemas


def history_tokens(messages: Iterable[Message]) -> int:
    return sum(map(message_tokens, messages))


def text_tokens(text: str, bytes_per_token: int = _BYTES_PER_TOKEN) -> int:
    """ASCII is the common case, and quick.

    Characters of three bytes are nearly all CJK. How many there are follows from the text's lengths in
    three encodings, which takes a sixteenth of the time of looking at each.
    """
    if text.isascii():
        return len(text) // bytes_per_token
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    not_ascii = len(text) - len(text.encode("ascii", "ignore"))
    of_four_bytes = len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)
    cjk = size_bytes - len(text) - not_ascii - 2 * of_four_bytes
    return cjk + (size_bytes - cjk * _BYTES_OF_CJK) // bytes_per_token


def result_tokens(content: str) -> int:
    """A tool's result: JSON and XML have more tokens than prose."""
    is_markup = content[-1:] == _MARKUP.get(content[:1])
    return text_tokens(content, _BYTES_PER_TOKEN_JSON if is_markup else _BYTES_PER_TOKEN)


def message_tokens(message: Message) -> int:
    match message:
        case UserMessage():
            return text_tokens(message.sent_text) + len(message.images) * IMAGE_TOKENS
        case ToolMessage(results=results):
            return sum(result_tokens(result.content) for result in results)
        case AssistantMessage(parts=parts):
            return sum(_part_tokens(part) for part in parts)
    assert_never(message)


def _part_tokens(part: TextPart | ThinkingPart | ToolCall) -> int:
    match part:
        case TextPart(text=text) | ThinkingPart(text=text):
            return text_tokens(text)
        case ToolCall(arguments=arguments):
            return len(arguments) // _BYTES_PER_TOKEN_JSON
    assert_never(part)


class MessageSizes:
    """Remembers the tokens of messages it has seen: a history is measured before every step."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Message, int]] = {}  # the message stays, so its id stays its own

    def of(self, message: Message) -> int:
        known = self._known.get(id(message))
        if known is None:
            known = self._known[id(message)] = (message, message_tokens(message))
        return known[1]

    def total(self, messages: Iterable[Message]) -> int:
        return sum(map(self.of, messages))
