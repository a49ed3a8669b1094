"""A session's history as any vendor can be sent it.

Owns what both wires need alike: which messages are sent at all, and in which role order. The wires
translate what comes out of here block by block. Pure; called by `openai_chat` and `anthropic`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

import msgspec

from roku_desktop.engine.messages import AssistantMessage, Message, TextPart, ToolMessage, UserMessage


def sendable(history: Iterable[Message]) -> list[Message]:
    """Drop what is empty, make broken-off answers plain text, and let the roles alternate.

    A failed turn leaves two user messages in a row, and strict chat templates of local servers refuse
    that: neighbours of one role become one message.
    """
    sent: list[Message] = []
    for message in history:
        prepared = _prepared(message)
        if prepared is None:
            continue
        merged = _merged(sent[-1], prepared) if sent else None
        if merged is None:
            sent.append(prepared)
        else:
            sent[-1] = merged
    return sent


def _prepared(message: Message) -> Message | None:
    match message:
        case UserMessage():
            return message if message.text.strip() else None
        case ToolMessage():
            return message if message.results else None
        case AssistantMessage(status="complete"):
            return message if message.text.strip() or message.tool_calls else None
        case AssistantMessage():
            # Thinking without its end has no signature, and half a call is no call.
            text = message.text
            return msgspec.structs.replace(message, parts=(TextPart(text=text),)) if text.strip() else None
    assert_never(message)


def _merged(before: Message, message: Message) -> Message | None:
    if isinstance(before, UserMessage) and isinstance(message, UserMessage):
        return UserMessage(text=f"{before.text}\n\n{message.text}", origin=before.origin)
    if (
        isinstance(before, AssistantMessage)
        and isinstance(message, AssistantMessage)
        and not before.tool_calls
    ):
        return msgspec.structs.replace(message, parts=(*before.parts, *message.parts))
    return None


def is_json_object(text: str) -> bool:
    """Whether a call's arguments are whole: the JSON text of one object."""
    try:
        return isinstance(msgspec.json.decode(text), dict)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False


def arguments_object(text: str) -> bytes:
    """A call's arguments as a JSON object, byte for byte where they are one.

    Servers parse them again and refuse the whole conversation over one broken call; the model still
    gets to see what it wrote.
    """
    if is_json_object(text):
        return text.encode()
    return b"{}" if not text.strip() else msgspec.json.encode({"not_valid_json": text})
