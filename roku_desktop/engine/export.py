"""A session as a document to keep or to send: Markdown for people, JSON for programs.

Pure functions from records to text, one message at a time, so that a long session needs not be in
memory. Both faces call them; whoever calls writes the pieces in order: head, messages, tail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, Literal, assert_never

import msgspec

from roku_desktop.engine.messages import (
    AssistantMessage,
    StoredMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from roku_desktop.engine.records import SessionSummary

ExportFormat = Literal["markdown", "json"]

JSON_EXPORT_VERSION: Final = 1


def export_head(summary: SessionSummary, form: ExportFormat) -> str:
    """Return what stands before the messages."""
    if form == "json":
        session = msgspec.json.encode(summary).decode()
        return f'{{"roku_export":{JSON_EXPORT_VERSION},"session":{session},"messages":['
    title = " ".join(summary.title.split()) or "Untitled session"
    return f"# {title}\n\n{_time(summary.created_at)} · {summary.workspace} · {summary.session_id}\n"


def export_message(stored: StoredMessage, form: ExportFormat, *, first: bool) -> str:
    """Return one message, with what separates it from the one before."""
    if form == "json":
        return ("\n" if first else ",\n") + msgspec.json.encode(stored).decode()
    return "".join(f"\n{block}\n" for block in markdown_blocks(stored))


def export_tail(form: ExportFormat) -> str:
    """Return what stands after the messages."""
    return "\n]}\n" if form == "json" else ""


def export_pieces(
    summary: SessionSummary, messages: Iterable[StoredMessage], form: ExportFormat
) -> Iterator[str]:
    """Yield the whole document of messages that are at hand already."""
    yield export_head(summary, form)
    for number, stored in enumerate(messages):
        yield export_message(stored, form, first=number == 0)
    yield export_tail(form)


def markdown_blocks(stored: StoredMessage) -> Iterator[str]:
    """Yield a message as blocks of Markdown; nothing for a nudge of the program's own."""
    message = stored.message
    match message:
        case UserMessage(origin=origin):
            if origin == "person":
                yield f"## You · {_time(stored.created_at)}"
                yield message.noted_text
        case AssistantMessage():
            star = " · ★" if stored.starred else ""
            yield f"## {message.model or 'Answer'} · {_time(stored.created_at)}{star}"
            yield from _answer_blocks(message)
        case ToolMessage(results=results):
            for result in results:
                yield _result_block(result)
        case _:
            assert_never(message)


def _answer_blocks(message: AssistantMessage) -> Iterator[str]:
    for part in message.parts:
        match part:
            case TextPart(text=text):
                yield text
            case ThinkingPart(text=text):
                if text.strip():
                    yield f"<details><summary>Thinking</summary>\n\n{_fenced(text)}\n\n</details>"
            case ToolCall(name=name, arguments=arguments):
                yield f"Asked for `{name}`:\n\n{_fenced(arguments, 'json')}"
            case _:
                assert_never(part)
    if message.status != "complete":
        yield f"*({message.status})*"


def _result_block(result: ToolResult) -> str:
    outcome = "" if result.outcome == "ok" else f" ({result.outcome})"
    name = result.name.replace("<", "&lt;")  # the model chose it, and it stands in HTML
    return f"<details><summary>{name} answered{outcome}</summary>\n\n{_fenced(result.content)}\n\n</details>"


def _fenced(text: str, language: str = "") -> str:
    """Fence text that may itself contain fences: by one backtick more than its longest run."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _time(at: float) -> str:
    """UTC, because an exported file travels."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
