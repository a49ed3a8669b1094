"""How risky a tool call is.

Owns the tier, not what follows from it (`dispatch`). Read-only tools are Safe; a tool whose risk is in
its text (the shell) judges it itself; everything else, an unknown name above all, requires approval.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from roku_desktop.engine.events import RiskTier
from roku_desktop.engine.ports import Tool
from roku_desktop.engine.sentences import said

if TYPE_CHECKING:  # brings a parser, which only a shell command needs
    from roku_desktop.engine.approval.shell.policy import ShellVerdict

logger = logging.getLogger(__name__)


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """A tier, and why in a sentence."""

    tier: RiskTier
    reason: str = ""


@runtime_checkable
class JudgesItself(Protocol):
    """A tool of which some calls are Safe and some Denied. Doubt must come out as requires_approval.

    Must not block the loop: a long text is read in a thread.
    """

    async def risk(self, arguments: bytes, workspace: Path) -> Risk: ...


async def classify(tool: Tool | None, arguments: bytes, workspace: Path) -> Risk:
    """Return the risk of a call of that tool, None where nobody has such a tool; doubt asks."""
    if tool is None:
        return Risk(tier="requires_approval", reason=said("It is a tool that is not known."))
    if tool.read_only:
        return Risk(tier="safe")
    if isinstance(tool, JudgesItself):
        try:
            return await tool.risk(arguments, workspace)
        except Exception:  # a bug in what judges is a doubt, and doubt asks; it is reported
            logger.exception("the risk of a call of %s could not be judged", tool.spec.name)
            return Risk(tier="requires_approval", reason=said("How risky it is could not be found out."))
    return Risk(tier="requires_approval", reason=said("It can change something."))


def risk_of(verdict: ShellVerdict) -> Risk:
    """The risk of a call that runs the command of that verdict."""
    return Risk(tier=verdict.tier, reason=verdict.reason)
