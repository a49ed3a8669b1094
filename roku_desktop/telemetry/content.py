"""What people, models and tools wrote, as attributes of spans: only where somebody asked for it.

The names and their JSON are those of OpenTelemetry's conventions for generative AI. Bounded, and
without what has the shape of a key. Called by the span maker.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from roku_desktop.engine.messages import AssistantMessage, ToolCall, ToolResult, UserMessage
from roku_desktop.telemetry.measurement import MAX_CHARS
from roku_desktop.telemetry.trace_line import Attributes

INPUT: Final = "gen_ai.input.messages"
OUTPUT: Final = "gen_ai.output.messages"
ARGUMENTS: Final = "gen_ai.tool.call.arguments"
RESULT: Final = "gen_ai.tool.call.result"
CONTENT_NAMES: Final = frozenset({INPUT, OUTPUT, ARGUMENTS, RESULT})
MAX_CONTENT_CHARS: Final = 16_384
"""Of one text; a tool's result may be longer."""


class Content:
    """What is captured from now on.

    Attributes:
        clean: takes keys out of a text; None = nothing is captured, the rule.
    """

    def __init__(self, clean: Callable[[str], str] | None = None) -> None:
        self.clean = clean

    def of_prompt(self, message: UserMessage | None) -> Attributes:
        return self._message(INPUT, "user", message.text) if message is not None else {}

    def of_answer(self, message: AssistantMessage) -> Attributes:
        """Its text; what it thought stays with the conversation."""
        return self._message(OUTPUT, "assistant", message.text)

    def of_call(self, call: ToolCall) -> Attributes:
        return {} if self.clean is None else {ARGUMENTS: self._shown(call.arguments)}

    def of_result(self, result: ToolResult) -> Attributes:
        return {} if self.clean is None else {RESULT: self._shown(result.content)}

    def _message(self, name: str, role: str, text: str) -> Attributes:
        if self.clean is None or not text:
            return {}
        parts = [{"type": "text", "content": self._shown(text)}]
        return {name: msgspec.json.encode([{"role": role, "parts": parts}]).decode()}

    def _shown(self, text: str) -> str:
        assert self.clean is not None
        return self.clean(text[:MAX_CONTENT_CHARS])


def known(attributes: Attributes) -> Attributes:
    """Without what is empty, and bounded: models' names come from outside."""
    return {
        name: value[:MAX_CHARS] if isinstance(value, str) and name not in CONTENT_NAMES else value
        for name, value in attributes.items()
        if value != ""
    }
