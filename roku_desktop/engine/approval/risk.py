"""How risky a tool call is.

Owns the tier, not what follows from it (`dispatch`). Only read-only tools are Safe; everything else,
an unknown name above all, requires approval. Denied is a matter of the shell tool alone, whose risk
is in its text, and arrives together with it. Called by the dispatcher.
"""

from __future__ import annotations

from roku_desktop.engine.events import RiskTier
from roku_desktop.engine.ports import Tool


def classify(tool: Tool | None) -> RiskTier:
    """Return the tier of a call of that tool, None where nobody has such a tool; doubt means approval."""
    return "safe" if tool is not None and tool.read_only else "requires_approval"
