"""Agent: a task is handed to a sub-agent, which works on it with the same tools and answers in text."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from roku_desktop.engine.ports import CallContext, ToolSpec
from roku_desktop.engine.tools.arguments import Arguments, decode, schema_text


class AgentArguments(Arguments, frozen=True, kw_only=True):
    task: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=20_000,
            description="What to find out or do, and all it has to know: it sees nothing of what was said.",
        ),
    ]


class AgentTool:
    """Runs without asking: whatever the sub-agent wants to change asks for itself."""

    read_only = True

    def __init__(self, carry_out: Callable[[str, CallContext], Awaitable[str]]) -> None:
        self._carry_out = carry_out

    @functools.cached_property
    def spec(self) -> ToolSpec:
        return ToolSpec(
            name="Agent",
            description=(
                "Hand a task to a sub-agent with a history of its own and the same tools; it has two minutes "
                "and returns one answer of at most 4000 characters. For look-ups that would fill this "
                "conversation; several tasks can be handed over at once."
            ),
            schema=schema_text(AgentArguments),
        )

    def validate(self, arguments: bytes) -> None:
        decode(arguments, AgentArguments)

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str:
        return await self._carry_out(decode(arguments, AgentArguments).task, context)
