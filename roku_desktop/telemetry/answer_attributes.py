"""What an answer and a turn are told as on their spans, by OpenTelemetry's names and values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from roku_desktop.engine.events import FirstToken
from roku_desktop.engine.messages import AssistantMessage, StopReason, Usage
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.trace_line import Attributes

FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
_REASONS: Final[Mapping[StopReason, str]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_call",
    "refusal": "content_filter",
    "other": "other",
}
"""The conventions' values, so that viewers know them; for `other` they have none."""


def answer_attributes(message: AssistantMessage) -> Attributes:
    """Who answered, why the answer ended, what it used; the reasons are a list, one for each answer."""
    return {
        table.PROVIDER: message.provider,
        table.RESPONSE_MODEL: message.model,
        FINISH_REASONS: [_REASONS[message.stop_reason]],
        **usage_attributes(message.usage),
    }


def usage_attributes(usage: Usage) -> Attributes:
    """Tokens; what the provider's cache and the thinking took only where there was any."""
    parts = {
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
    }
    return {
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        **{name: tokens for name, tokens in parts.items() if tokens},
    }


def first_token_attributes(seen: FirstToken) -> Attributes:
    """The way to the first words, in seconds since Enter; what was not reached is left out."""
    moments: dict[str, float | None] = msgspec.structs.asdict(seen)
    return {f"roku.first_token.{name}": at for name, at in moments.items() if at is not None}
