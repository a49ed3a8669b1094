"""How many tokens a text takes in a model's context window, estimated from its bytes.

English and code 4 bytes a token, CJK 3 (one character of UTF-8), JSON and XML 2: the figures of the
original system. An estimate for the eye; nothing is cut or refused by it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, assert_never

from roku_desktop.engine import (
    AssistantMessage,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)

_CJK: Final = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def tokens_of_text(text: str) -> int:
    if text.isascii():
        return len(text) // 4
    cjk = len(_CJK.findall(text))
    return cjk + (len(text.encode(errors="replace")) - 3 * cjk) // 4


def tokens_of_message(message: Message) -> int:
    match message:
        case UserMessage(text=text):
            return tokens_of_text(text)
        case ToolMessage(results=results):
            return sum(tokens_of_text(result.content) for result in results)
        case AssistantMessage(parts=parts):
            return sum(map(_tokens_of_part, parts))
        case _:
            assert_never(message)


def tokens_of(messages: Iterable[Message]) -> int:
    return sum(map(tokens_of_message, messages))


def _tokens_of_part(part: TextPart | ThinkingPart | ToolCall) -> int:
    match part:
        case TextPart(text=text) | ThinkingPart(text=text):
            return tokens_of_text(text)
        case ToolCall(arguments=arguments):
            return len(arguments) // 2
        case _:
            assert_never(part)
