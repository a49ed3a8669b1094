"""What a fault server can be told to answer: replies, their pieces, and their form in JSON.

The values that tests write down; `fault_server` plays them. Correct streams come from `fault_streams`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.fault_streams import anthropic_stream, openai_stream, responses_stream, tool_call


@dataclass(frozen=True)
class Pause:
    """Send nothing for that long."""

    seconds: float


@dataclass(frozen=True)
class Gate:
    """Go on when the gate of that name is opened (`server.open(name)`); it stays open."""

    name: str


@dataclass(frozen=True)
class Stall:
    """Send nothing more until the client goes away."""


@dataclass(frozen=True)
class Cut:
    """End the connection here: `fin` as if all were said, `rst` as if the machine were gone."""

    how: Literal["fin", "rst"] = "fin"


@dataclass(frozen=True)
class Repeat:
    """Send `piece` again and again until the client goes away (or `times` is reached)."""

    piece: bytes
    every_s: float = 0.0
    times: int | None = None


Action = bytes | Pause | Gate | Stall | Cut | Repeat
Framing = Literal["chunked", "length", "close"]


@dataclass(frozen=True)
class Reply:
    """One answer. Every `bytes` of `body` is one write (and one chunk, when chunked).

    `before_head` happens before the status line; `raw` replaces the whole answer, status line
    included; `cut_at` ends the connection after that many bytes of body.
    """

    body: Sequence[Action] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    framing: Framing = "chunked"
    before_head: Sequence[Action] = ()
    raw: bytes | None = None
    cut_at: int | None = None
    cut: Literal["fin", "rst"] = "fin"


def json_reply(status: int, value: object, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(value).encode()
    return Reply((body,), status, {"Content-Type": "application/json", **(headers or {})}, "length")


def openai_error(
    status: int,
    code: str | None,
    message: str,
    *,
    kind: str = "invalid_request_error",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    error = {"message": message, "type": kind, "param": None, "code": code}
    return json_reply(status, {"error": error}, headers)


def anthropic_error(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
) -> Reply:
    error = {"type": code, "message": message}
    return json_reply(status, {"type": "error", "error": error, "request_id": "req_1"}, headers)


def action_from(value: Any) -> Action:
    """One body piece of a JSON script."""
    match value:
        case str():
            return value.encode()
        case {"pause_s": seconds}:
            return Pause(float(seconds))
        case {"gate": name}:
            return Gate(str(name))
        case {"stall": True}:
            return Stall()
        case {"cut": "fin" | "rst" as how}:
            return Cut(how)
        case {"repeat": piece}:
            return Repeat(piece.encode(), float(value.get("every_s", 0.0)), value.get("times"))
    raise ValueError(f"not an action: {value!r}")


def reply_from(value: dict[str, Any]) -> Reply:
    """One reply of a JSON script."""
    body: list[Action]
    if "openai" in value:
        body = list(openai_stream(**stream_arguments(value["openai"])))
    elif "anthropic" in value:
        body = list(anthropic_stream(**stream_arguments(value["anthropic"])))
    elif "responses" in value:
        body = list(responses_stream(**stream_arguments(value["responses"])))
    else:
        body = [action_from(piece) for piece in value.get("body", ())]
    if "pause_s" in value:
        body = [action for piece in body for action in (Pause(float(value["pause_s"])), piece)]
    for place, action in sorted(value.get("before", {}).items(), key=lambda item: -int(item[0])):
        body.insert(int(place), action_from(action))
    plain = {name: value[name] for name in ("status", "headers", "framing", "cut_at", "cut") if name in value}
    return Reply(body=body, before_head=[action_from(a) for a in value.get("before_head", ())], **plain)


def stream_arguments(value: dict[str, Any]) -> dict[str, Any]:
    calls = [tool_call(name, arguments, call_id) for call_id, name, arguments in value.get("tool_calls", ())]
    return {**value, "tool_calls": calls}


def script_from(text: str) -> list[Reply]:
    return [reply_from(value) for value in json.loads(text)["replies"]]
