"""How risky a tool call is.

Owns the tier, not what follows from it (`dispatch`). Only read-only tools are Safe; everything else,
an unknown name above all, requires approval. Denied is a matter of the shell tool alone, whose risk
is in its text, and arrives together with it. Called by the dispatcher.
"""

from __future__ import annotations

from roku_desktop.engine.events import RiskTier
from roku_desktop.engine.messages import ToolCall
from roku_desktop.engine.tools.catalogue import ToolCatalogue


def classify(call: ToolCall, catalogue: ToolCatalogue) -> RiskTier:
    """Return the tier of a call; doubt means approval."""
    tool = catalogue.get(call.name)
    return "safe" if tool is not None and tool.read_only else "requires_approval"
