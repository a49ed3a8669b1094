"""Values to columns and back: messages as tagged JSON, failures as JSON, rows as records.

Pure functions over `engine.messages` and `engine.records`; no query stands here.
"""

from __future__ import annotations

from typing import Any, Final, assert_never

import msgspec

from roku_desktop.engine.errors import Failure
from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    StoredMessage,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from roku_desktop.engine.records import RunRecord, SessionState, SessionSummary

USAGE_COLUMNS: Final = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
)
TITLE_LENGTH: Final = 80

encode: Final = msgspec.json.Encoder().encode
decode_message: Final = msgspec.json.Decoder[Message](Message).decode
decode_result: Final = msgspec.json.Decoder(ToolResult).decode
_decode_failure: Final = msgspec.json.Decoder(Failure).decode

_STATES: Final[dict[str | None, SessionState]] = {
    "running": "running",
    "parked": "waiting",
    "interrupted": "interrupted",
    "failed": "failed",
}


def role_of(message: Message) -> str:
    match message:
        case UserMessage():
            return "user"
        case AssistantMessage():
            return "assistant"
        case ToolMessage():
            return "tool"
        case _:
            assert_never(message)


def text_to_find(message: Message) -> str:
    """What a person could remember of it. Tool results are the tools' words, and may be huge."""
    match message:
        case UserMessage(text=text, origin=origin):
            return text if origin == "person" else ""
        case AssistantMessage():
            return message.text
        case ToolMessage():
            return ""
        case _:
            assert_never(message)


def title_from(prompt: str) -> str:
    """The first line of a prompt that says something, at most `TITLE_LENGTH` characters."""
    line = next((line for line in prompt.splitlines() if line.strip()), "")
    title = " ".join(line.split())
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"


def usage_columns(usage: Usage) -> dict[str, int]:
    return {name: getattr(usage, name) for name in USAGE_COLUMNS}


def usage_of(row: Any) -> Usage:
    return Usage(**{name: getattr(row, name) for name in USAGE_COLUMNS})


def stored_message(row: Any) -> StoredMessage:
    return StoredMessage(
        message_id=row.message_id,
        session_id=row.session_id,
        run_id=row.run_id,
        position=row.position,
        created_at=row.created_at,
        message=decode_message(row.body),
        starred=bool(row.starred),
    )


def session_summary(row: Any) -> SessionSummary:
    """From a row of `sessions` with the `status` of its newest run, and whether that `waits`."""
    state = _STATES.get(row.status, "idle")
    return SessionSummary(
        session_id=row.session_id,
        title=row.title,
        workspace=row.workspace,
        created_at=row.created_at,
        updated_at=row.updated_at,
        state="waiting" if state == "running" and row.waits else state,
        pinned=bool(row.pinned),
        plan=bool(row.plan),
        message_count=row.message_count,
        provider=row.provider,
        model=row.model,
        parent_run_id=row.parent_run_id,
        parent_call_id=row.parent_call_id,
    )


def run_record(row: Any) -> RunRecord:
    return RunRecord(
        run_id=row.run_id,
        session_id=row.session_id,
        status=row.status,
        started_at=row.started_at,
        instance_id=row.instance_id,
        provider=row.provider,
        model=row.model,
        finished_at=row.finished_at,
        steps=row.steps,
        recoveries=row.recoveries,
        usage=usage_of(row),
        ttft_s=row.ttft_s,
        duration_s=0.0 if row.finished_at is None else row.finished_at - row.accepted_at,
        cost_usd=row.cost_usd,
        failure=_decode_failure(row.failure) if row.failure else None,
    )
