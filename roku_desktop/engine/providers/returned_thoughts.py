"""Thinking that a chat service wants back with the results of the calls it led to, or for as long as these
are sent (`dialects`).

Owns the three forms in which services send it: DeepSeek and Kimi in the open (`reasoning_content`),
OpenRouter in pieces of several kinds (`reasoning_details`), and Google as a signature at each call
(`extra_content`); Gemini refuses the results without the last two. Kept as a JSON object: the fields of
the message that has the calls. Used by `openai_chat` and its events alone. Services that send thinking in
other fields refuse these, so nothing is sent that was not received.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from roku_desktop.engine.messages import AssistantMessage, ThinkingPart

CALLS: Final = "tool_calls"


class ReturnedThoughts:
    """Collects the thinking of one answer as its service will want it back."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._details: list[dict[str, Any]] = []

    def add(self, content: str | None, details: object) -> None:
        """Take what one event holds; `details` of another shape than OpenRouter's are left alone."""
        if content:
            self._content.append(content)
        for piece in details if isinstance(details, list) else ():
            if isinstance(piece, dict):
                self._add_detail(piece)

    def verbatim(self, call_extras: Sequence[bytes]) -> str | None:
        """`call_extras` holds the `extra_content` of each call, empty where it has none."""
        fields: dict[str, Any] = {}
        if any(call_extras):
            fields[CALLS] = [{"extra_content": msgspec.Raw(extra)} if extra else {} for extra in call_extras]
        if self._details:
            fields["reasoning_details"] = self._details
        elif self._content:
            fields["reasoning_content"] = "".join(self._content)
        return msgspec.json.encode(fields).decode() if fields else None

    def _add_detail(self, piece: dict[str, Any]) -> None:
        """Text and summaries grow piece by piece; anything else is whole."""
        last = self._details[-1] if self._details else {}
        grows = "text" if piece.get("type") == "reasoning.text" else "summary"
        same = all(last.get(key) == piece.get(key) for key in ("type", "index"))
        if piece.get("type") not in {"reasoning.text", "reasoning.summary"} or not same:
            self._details.append(dict(piece))
            return
        whole = f"{last.get(grows) or ''}{piece.get(grows) or ''}"
        last |= {key: value for key, value in piece.items() if value is not None}
        last[grows] = whole


def fields_of(message: AssistantMessage) -> dict[str, Any]:
    """The fields to send back with the calls of this answer; what `sendable` left is the service's own.

    Those of the calls themselves stand under `CALLS`, in the calls' order.
    """
    fields: dict[str, Any] = {}
    for part in message.parts:
        if isinstance(part, ThinkingPart) and part.verbatim is not None:
            fields |= msgspec.json.decode(part.verbatim, type=dict[str, msgspec.Raw])
    return fields
