"""Names of closed sets of the engine, as people read them: failures, ends of runs, kinds of storage.

In English they are the engine's own names. A name without a translation, from a later version for
instance, is shown as it is.
"""

from __future__ import annotations

from typing import Final

from roku_desktop.ui.language import marked, tr

FAILURES: Final = (
    marked("RateLimit", "failure"),
    marked("ServerOverloaded", "failure"),
    marked("ServerError", "failure"),
    marked("Timeout", "failure"),
    marked("ConnectionFailed", "failure"),
    marked("TlsFailed", "failure"),
    marked("StreamInterrupted", "failure"),
    marked("MalformedResponse", "failure"),
    marked("InvalidRequest", "failure"),
    marked("AuthenticationFailed", "failure"),
    marked("QuotaExceeded", "failure"),
    marked("ContextWindowExceeded", "failure"),
    marked("ContentRefused", "failure"),
    marked("BudgetExceeded", "failure"),
    marked("NoEligibleModel", "failure"),
    marked("BreakerOpen", "failure"),
    marked("Cancelled", "failure"),
    marked("Fatal", "failure"),
)
RUN_ENDS: Final = (
    marked("running", "run"),
    marked("completed", "run"),
    marked("failed", "run"),
    marked("cancelled", "run"),
    marked("interrupted", "run"),
    marked("parked", "run"),
)
STORAGE: Final = (
    marked("database", "storage"),
    marked("snapshots", "storage"),
    marked("traces", "storage"),
    marked("logs", "storage"),
    marked("images", "storage"),
    marked("tool output", "storage"),
    marked("spool", "storage"),
    marked("other", "storage"),
)


def failure_name(kind: str) -> str:
    return tr(kind, "failure")


def run_end_name(status: str) -> str:
    return tr(status, "run")


def storage_name(kind: str) -> str:
    return tr(kind, "storage")
