"""What a budget of tokens for thinking means to a service: an effort, and how long it may be silent.

Owns these two figures and which Claude models take an effort in place of a budget. Pure; called by the
wires and by `chat`.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Effort = Literal["low", "medium", "high"]

# Many models think without sending anything; a slow hosted one thinks that fast.
_TOKENS_PER_S: Final = 20.0
_LOW_TOKENS: Final = 4_096
_MEDIUM_TOKENS: Final = 16_384
# `claude-opus-4-7`, `claude-sonnet-5`, `anthropic.claude-opus-4-6-v1`, and the older `claude-3-7-sonnet-…`;
# eight digits are a date and no version.
_CLAUDE: Final = re.compile(r"claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)")
TAKES_EFFORT: Final = re.compile(r"(?:^|/)(?:o\d|gpt-oss|gpt-(?:[5-9]|\d\d)(?!.*-chat)|codex)")
"""OpenAI's models that think; the others refuse a request that asks for it."""
_FIRST_ADAPTIVE: Final = (4, 6)


def effort_of(budget_tokens: int) -> Effort:
    if budget_tokens <= _LOW_TOKENS:
        return "low"
    return "medium" if budget_tokens <= _MEDIUM_TOKENS else "high"


def patience_s(budget_tokens: int | None) -> float:
    """How much longer than usual content may be waited for, in seconds."""
    return (budget_tokens or 0) / _TOKENS_PER_S


def decides_by_itself(model: str) -> bool:
    """Whether this Claude judges how much to think, given an effort.

    Since 4.6 it can, since 4.7 it refuses a budget; before, it knows nothing but a budget. A name
    without a version is given a budget.
    """
    match = _CLAUDE.search(model)
    return match is not None and (int(match[1]), int(match[2] or 0)) >= _FIRST_ADAPTIVE
