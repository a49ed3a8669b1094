"""What a person is asked before something happens, and what they decided: frozen values.

The events carry them, `storage/approvals` keeps them, the faces show them. Pure data.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from roku_desktop.engine.execution import Execution, Preview
from roku_desktop.engine.messages import ToolCall, ToolResult
from roku_desktop.engine.sentences import Wording

ApprovalState = Literal[
    "requested",
    "shown",
    "approved",
    "rejected",
    "expired",
    "withdrawn",
    "replaced",
    "started",
    "unknown",
    "finished",
    "handed",
]
"""requested → shown → approved, rejected, expired or withdrawn (the turn was stopped) → started →
finished → handed to the model. `replaced`: another request took its place, because something had
changed. `unknown`: the process died after the start and before the result."""

WAITING: Final = ("requested", "shown", "unknown")
"""The states in which a person has to say something."""

OPEN: Final = (*WAITING, "approved", "started")
"""The states that keep a run from its end: what was decided may still have to happen."""

Verdict = Literal["approve", "reject"]
Reach = Literal["once", "session", "workspace"]
Origin = Literal["window", "command line", "rule"]
Resolution = Literal["rerun", "done", "skip"]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, by whom (the account's name) and from where.

    `reach`: this once, or a rule for the rest of the session or for every session of the workspace.
    The model reads the `comment` of a rejection. `rule_id` names the rule that decided.
    """

    verdict: Verdict
    reach: Reach = "once"
    comment: str = ""
    who: str = ""
    origin: Origin = "window"
    rule_id: str = ""


class ApprovalRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Frozen when it is asked: all that is shown, and all that is needed to go on later.

    `reason` is a sentence: why it asks. `replaces` names an earlier approval that no longer holds and
    `changes` says why, a clause each. `expires_at` is Unix seconds.
    """

    approval_id: str
    call: ToolCall
    workspace: str
    execution: Execution
    digest: str
    preview: Preview
    reason: str
    expires_at: float
    replaces: str = ""
    changes: tuple[str, ...] = ()
    reason_wording: Wording | None = None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what became of it. Times are Unix seconds.

    `restarted`: the process that asked is gone. `session_title` is for lists.
    """

    session_id: str
    run_id: str
    step: int
    request: ApprovalRequest
    state: ApprovalState
    requested_at: float
    shown_at: float | None = None
    decided_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    decision: Decision | None = None
    result: ToolResult | None = None
    restarted: bool = False
    session_title: str = ""

    @property
    def approval_id(self) -> str:
        return self.request.approval_id


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """An approval that holds for every call of exactly this scope; `session_id` is empty where it
    holds for the whole workspace. `description` says the scope in words."""

    rule_id: str
    session_id: str
    workspace: str
    scope: str
    description: str
    created_at: float
    approval_id: str


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """How the calls of a turn get their approval.

    `waits`: the turn waits for the decision; else it parks. `uses_rules`: what rules allow runs
    without asking.
    """

    waits: bool = True
    uses_rules: bool = True


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit log, chained to the one before it by its hash (hexadecimal SHA-256)."""

    number: int
    at: float
    what: str
    body: str
    hash: str
