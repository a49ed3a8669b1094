"""The base of the tools that change something: what they have in common before they differ.

Owns spec and validation, and that nothing runs without an execution. Each tool derives what it would
do (`execution`), shows it (`preview`) and does exactly that (`perform`); `ports.ChangingTool` says how.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Generic

from roku_desktop.engine.execution import Execution, Preview
from roku_desktop.engine.ports import CallContext, ToolRefusal, ToolSpec
from roku_desktop.engine.tools.arguments import ArgumentsT, decode, schema_text


class ApprovedTool(ABC, Generic[ArgumentsT]):
    """One tool that needs an approval; a subclass says its name, its arguments and the three steps."""

    name: str
    description: str
    arguments_type: type[ArgumentsT]
    read_only = False

    @functools.cached_property
    def spec(self) -> ToolSpec:
        return ToolSpec(name=self.name, description=self.description, schema=schema_text(self.arguments_type))

    def validate(self, arguments: bytes) -> None:
        decode(arguments, self.arguments_type)

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str:
        """Refuse: there is no way around the approval."""
        raise ToolRefusal(f"{self.name} runs only after an approval.")

    @abstractmethod
    async def execution(self, arguments: bytes, workspace: Path) -> Execution: ...

    @abstractmethod
    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview: ...

    @abstractmethod
    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str: ...
