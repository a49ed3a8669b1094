"""How risky a tool call is.

Owns the tier, not what follows from it (`dispatch`). Read-only tools are Safe; a tool whose risk is in
its text (the shell) judges it itself; everything else, an unknown name above all, requires approval.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import msgspec

from roku_desktop.engine.events import RiskTier
from roku_desktop.engine.ports import Tool


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """A tier, and why in a sentence."""

    tier: RiskTier
    reason: str = ""


@runtime_checkable
class JudgesItself(Protocol):
    """A tool of which some calls are Safe and some Denied. Doubt must come out as requires_approval."""

    def risk(self, arguments: bytes) -> Risk: ...


def classify(tool: Tool | None, arguments: bytes = b"") -> Risk:
    """Return the risk of a call of that tool, None where nobody has such a tool; doubt asks."""
    if tool is None:
        return Risk(tier="requires_approval", reason="It is a tool that is not known.")
    if tool.read_only:
        return Risk(tier="safe")
    if isinstance(tool, JudgesItself):
        return tool.risk(arguments)
    return Risk(tier="requires_approval", reason="It can change something.")
