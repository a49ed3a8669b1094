"""How many tokens a request will be, estimated from its bytes before anyone has counted them.

Figures of the original system: UTF-8 bytes per token are 4 for English and code, 3 for Chinese, Japanese
and Korean (one character), 2 for JSON. Used where a limit is near; the provider's own count replaces it.
"""

from __future__ import annotations

import re
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
from roku_desktop.engine.ports import ChatRequest

_BYTES_PER_TOKEN: Final = 4
_BYTES_OF_CJK: Final = 3  # and a token each
_CJK: Final = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_BYTES_PER_TOKEN_JSON: Final = 2


def request_tokens(request: ChatRequest) -> int:
    """Return the input tokens that a request would have, roughly."""
    tools = sum(len(tool.schema) + len(tool.description) for tool in request.tools) // _BYTES_PER_TOKEN_JSON
    system = text_tokens(request.system.stable) + text_tokens(request.system.changing)
    return system + tools + history_tokens(request.messages)


def history_tokens(messages: Iterable[Message]) -> int:
    return sum(_message_tokens(message) for message in messages)


def text_tokens(text: str) -> int:
    """ASCII is the common case, and quick."""
    if text.isascii():
        return len(text) // _BYTES_PER_TOKEN
    cjk = len(_CJK.findall(text))
    others_bytes = len(text.encode(errors="replace")) - cjk * _BYTES_OF_CJK
    return cjk + others_bytes // _BYTES_PER_TOKEN


def _message_tokens(message: Message) -> int:
    match message:
        case UserMessage(text=text):
            return text_tokens(text)
        case ToolMessage(results=results):
            return sum(text_tokens(result.content) for result in results)
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
