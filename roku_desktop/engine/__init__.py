"""The agent, without any face: the names that `ui`, `cli` and `telemetry` may use.

Importing this brings no HTTP client, no database and no Qt; `app.py` puts those behind the ports. What a
start does without is loaded when it is first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from roku_desktop.engine.decisions import (
    Approval,
    ApprovalRequest,
    AuditEntry,
    Consent,
    Decision,
    Origin,
    Reach,
    Resolution,
    Rule,
    Verdict,
)
from roku_desktop.engine.errors import (
    ApprovalNotOpenError,
    ConfigurationError,
    CredentialError,
    EngineClosingError,
    Failure,
    NotFoundError,
    ProviderError,
    ProviderPinned,
    RokuError,
    RunNotResumableError,
    SessionBusyError,
    StorageError,
)
from roku_desktop.engine.events import (
    AnswerCompleted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalResolved,
    AttemptFailed,
    BreakerChanged,
    BudgetNear,
    ConfigReloaded,
    Event,
    FailedOver,
    Incident,
    ModelSwitched,
    Outcome,
    PromptAccepted,
    RequestSent,
    ResponseStarted,
    RetryScheduled,
    RiskTier,
    SessionChange,
    SessionChanged,
    StepStarted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolsAnswered,
    ToolStarted,
    TurnFinished,
    WindowReady,
)
from roku_desktop.engine.execution import Execution, Preview
from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    StoredMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from roku_desktop.engine.ports import ModelInfo
from roku_desktop.engine.records import (
    BreakerState,
    CostRow,
    ProviderStatus,
    RunRecord,
    RunStatus,
    Sample,
    SearchHit,
    Series,
    SessionState,
    SessionSummary,
    StorageUse,
)
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice, refuse_against_pin
from roku_desktop.engine.service import Engine
from roku_desktop.engine.settings import EMBEDDED_MODEL, EMBEDDED_PROVIDER, EngineSettings, Pin

if TYPE_CHECKING:
    from roku_desktop.engine.approval.shell.policy import ShellPolicy, ShellVerdict
    from roku_desktop.engine.approvals import Approvals
    from roku_desktop.engine.context.estimate import history_tokens
    from roku_desktop.engine.export import (
        ExportFormat,
        export_head,
        export_message,
        export_pieces,
        export_tail,
    )
    from roku_desktop.engine.routing.explanation import budget_line, explanation, incident_line
    from roku_desktop.engine.session import Turn

_LATER = {
    "Approvals": "approvals",
    "ExportFormat": "export",
    "ShellPolicy": "approval.shell.policy",
    "ShellVerdict": "approval.shell.policy",
    "Turn": "session",
    "budget_line": "routing.explanation",
    "explanation": "routing.explanation",
    "export_head": "export",
    "export_message": "export",
    "export_pieces": "export",
    "export_tail": "export",
    "history_tokens": "context.estimate",
    "incident_line": "routing.explanation",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "EMBEDDED_MODEL",
    "EMBEDDED_PROVIDER",
    "NO_CHOICE",
    "AnswerCompleted",
    "Approval",
    "ApprovalDecided",
    "ApprovalExpired",
    "ApprovalNotOpenError",
    "ApprovalRequest",
    "ApprovalRequested",
    "ApprovalResolved",
    "Approvals",
    "AssistantMessage",
    "AttemptFailed",
    "AuditEntry",
    "BreakerChanged",
    "BreakerState",
    "BudgetNear",
    "ConfigReloaded",
    "ConfigurationError",
    "Consent",
    "CostRow",
    "CredentialError",
    "Decision",
    "Engine",
    "EngineClosingError",
    "EngineSettings",
    "Event",
    "Execution",
    "ExportFormat",
    "FailedOver",
    "Failure",
    "Incident",
    "Message",
    "ModelChoice",
    "ModelInfo",
    "ModelSwitched",
    "NotFoundError",
    "Origin",
    "Outcome",
    "Pin",
    "Preview",
    "PromptAccepted",
    "ProviderError",
    "ProviderPinned",
    "ProviderStatus",
    "Reach",
    "RequestSent",
    "Resolution",
    "ResponseStarted",
    "RetryScheduled",
    "RiskTier",
    "RokuError",
    "Rule",
    "RunNotResumableError",
    "RunRecord",
    "RunStatus",
    "Sample",
    "SearchHit",
    "Series",
    "SessionBusyError",
    "SessionChange",
    "SessionChanged",
    "SessionState",
    "SessionSummary",
    "ShellPolicy",
    "ShellVerdict",
    "StepStarted",
    "StorageError",
    "StorageUse",
    "StoredMessage",
    "TextDelta",
    "TextPart",
    "ThinkingDelta",
    "ThinkingPart",
    "ToolCall",
    "ToolFinished",
    "ToolMessage",
    "ToolResult",
    "ToolStarted",
    "ToolsAnswered",
    "Turn",
    "TurnFinished",
    "Usage",
    "UserMessage",
    "Verdict",
    "WindowReady",
    "budget_line",
    "explanation",
    "export_head",
    "export_message",
    "export_pieces",
    "export_tail",
    "history_tokens",
    "incident_line",
    "refuse_against_pin",
]
