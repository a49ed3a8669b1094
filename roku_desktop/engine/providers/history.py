"""A session's history as any vendor can be sent it, whoever answered before.

Owns what the wires need alike: which messages are sent at all, in which role order, what of another
vendor's answers is left out, and ids and names that the service takes. The wires translate what comes
out of here block by block. Pure; called by the wires.

What comes out depends on nothing after it, so that the same beginning is always the same bytes and the
services' prompt caches hold.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

import msgspec

from roku_desktop.engine.identity import new_id
from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)

MAX_NAME_CHARACTERS: Final = 64
_NO_RESULT: Final = "This call was interrupted; its result is not known."
_BEGINNING: Final = UserMessage(text="(The beginning of this conversation is not shown.)", origin="runtime")
_GO_ON: Final = UserMessage(text="Go on.", origin="runtime")


class HistoryRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a service takes.

    Thinking goes back only where the same `wire` and `provider` made it: signatures and encrypted
    reasoning mean nothing elsewhere and are refused. `id_characters` is a class of a pattern. With
    `exact_ids`, an id has all of `max_id_characters`.
    """

    wire: str
    provider: str
    max_id_characters: int
    id_characters: str = "A-Za-z0-9_-"
    exact_ids: bool = False


def sendable(history: Iterable[Message], rules: HistoryRules) -> list[Message]:
    """The messages to send: a person's first and a person's or results last, roles alternating.

    Every call is followed by exactly its results; a result without its call is left out. A failed
    turn leaves two user messages in a row, and strict chat templates of local servers refuse that:
    neighbours of one role become one message.
    """
    sent: list[Message] = []
    for message in _closed(history, rules):
        if not sent and isinstance(message, AssistantMessage):
            sent.append(_BEGINNING)
        merged = _merged(sent[-1], message) if sent else None
        if merged is None:
            sent.append(message)
        else:
            sent[-1] = merged
    if sent and isinstance(sent[-1], AssistantMessage):
        sent.append(_GO_ON)
    return sent


def _closed(history: Iterable[Message], rules: HistoryRules) -> Iterator[Message]:
    """What is sent at all, with the results of every call right after it and nowhere else."""
    ids = CallIds(rules)
    for message in history:
        prepared = _prepared(message, rules)
        if isinstance(prepared, ToolMessage):
            if ids.awaited:
                yield ids.answered(prepared.results)
        elif prepared is not None:
            if ids.awaited:
                yield ids.answered(())
            yield ids.named(prepared) if isinstance(prepared, AssistantMessage) else prepared
    if ids.awaited:
        yield ids.answered(())


class CallIds:
    """Gives each call of a history an id that the service takes and that no other call has.

    Attributes:
        awaited: the calls of the last answer whose results have not come yet, as they were and as
            they are sent.
    """

    def __init__(self, rules: HistoryRules) -> None:
        self.awaited: list[tuple[ToolCall, ToolCall]] = []
        self._taken: set[str] = set()
        self._limit = rules.max_id_characters
        self._exact = rules.exact_ids
        self._forbidden = re.compile(f"[^{rules.id_characters}]")

    def named(self, message: AssistantMessage) -> AssistantMessage:
        parts: list[AssistantPart] = []
        for part in message.parts:
            if not isinstance(part, ToolCall):
                parts.append(part)
                continue
            fit = msgspec.structs.replace(
                part, call_id=self._own(self._fit(part.call_id)), name=fit_name(part.name)
            )
            self.awaited.append((part, fit))
            parts.append(fit)
        return msgspec.structs.replace(message, parts=tuple(parts))

    def answered(self, results: Sequence[ToolResult]) -> ToolMessage:
        """Exactly the results of the awaited calls, in their order; a missing one says so."""
        left = list(results)
        matched: list[ToolResult] = []
        for call, sent in self.awaited:
            result = next((one for one in left if one.call_id == call.call_id), None)
            if result is None:
                result = ToolResult(
                    call_id=sent.call_id, name=sent.name, content=_NO_RESULT, outcome="interrupted"
                )
            else:
                left.remove(result)
            matched.append(msgspec.structs.replace(result, call_id=sent.call_id, name=sent.name))
        self.awaited.clear()
        return ToolMessage(results=tuple(matched))

    def _fit(self, call_id: str) -> str:
        if self._exact:
            is_fit = len(call_id) == self._limit and not self._forbidden.search(call_id)
            return call_id if is_fit else _digest(call_id)[: self._limit]
        fit = self._forbidden.sub("_", call_id) or "call"
        if len(fit) <= self._limit:
            return fit
        # Long ids of one server often differ in their ends alone.
        return f"{fit[: self._limit - 9]}_{_digest(call_id)[:8]}"

    def _own(self, call_id: str) -> str:
        own, number = call_id, 1
        while own in self._taken:
            number += 1
            suffix = str(number) if self._exact else f"_{number}"
            own = call_id[: self._limit - len(suffix)] + suffix
        self._taken.add(own)
        return own


def _digest(call_id: str) -> str:
    return hashlib.sha256(call_id.encode("utf-8", "replace")).hexdigest()


def fit_name(name: str) -> str:
    """A tool's name as services take it; a model may have made one up that they refuse ever after."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:MAX_NAME_CHARACTERS] or "unnamed"


def with_own_ids(parts: Iterable[AssistantPart]) -> tuple[AssistantPart, ...]:
    """Each call under an id of its own: results are kept by it. Some servers give two calls the same."""
    taken: set[str] = set()
    named: list[AssistantPart] = []
    for part in parts:
        own = part
        if isinstance(part, ToolCall):
            if part.call_id in taken:
                own = msgspec.structs.replace(part, call_id=new_id("call"))
            taken.add(part.call_id)
        named.append(own)
    return tuple(named)


def _prepared(message: Message, rules: HistoryRules) -> Message | None:
    match message:
        case UserMessage():
            return message if message.text.strip() or message.images else None
        case ToolMessage():
            return message
        case AssistantMessage(status="complete"):
            parts = tuple(part for part in message.parts if _may_return(part, message, rules))
            message = msgspec.structs.replace(message, parts=parts)
            return message if message.text.strip() or message.tool_calls else None
        case AssistantMessage():
            # Thinking without its end has no signature, and half a call is no call.
            text = message.text
            return msgspec.structs.replace(message, parts=(TextPart(text=text),)) if text.strip() else None
    assert_never(message)


def _may_return(part: AssistantPart, message: AssistantMessage, rules: HistoryRules) -> bool:
    if not isinstance(part, ThinkingPart):
        return True
    return part.verbatim is not None and (part.wire, message.provider) == (rules.wire, rules.provider)


def _merged(before: Message, message: Message) -> Message | None:
    if isinstance(before, UserMessage) and isinstance(message, UserMessage):
        return UserMessage(
            text=f"{before.sent_text}\n\n{message.sent_text}",
            origin=before.origin,
            images=before.images + message.images,
        )
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
