"""A session as a document."""

from __future__ import annotations

from typing import Any

import msgspec

from roku_desktop.engine import (
    AssistantMessage,
    Message,
    SessionSummary,
    StoredMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
    export_pieces,
)

SUMMARY = SessionSummary(
    session_id="session_1", title="Fences\nand time", workspace="/w", created_at=0.0, updated_at=1.0
)


def stored(position: int, message: Message) -> StoredMessage:
    return StoredMessage(
        message_id=position,
        session_id="session_1",
        run_id="run_1",
        position=position,
        created_at=60.0,
        message=message,
    )


MESSAGES = [
    stored(1, UserMessage(text="What is in **it**?")),
    stored(
        2,
        AssistantMessage(
            parts=(
                ThinkingPart(text="hmm", wire="anthropic", verbatim="{}"),
                TextPart(text="Let me look."),
                ToolCall(call_id="c", name="Read", arguments='{"path":"a"}'),
            ),
            provider="mylab",
            model="qwen3",
        ),
    ),
    stored(3, ToolMessage(results=(ToolResult(call_id="c", name="Read", content="```\ncode\n```"),))),
    stored(4, UserMessage(text="(a nudge)", origin="runtime")),
    stored(
        5,
        AssistantMessage(
            parts=(TextPart(text="Hal"),), provider="mylab", model="qwen3", status="interrupted"
        ),
    ),
]


def exported(form: Any) -> str:
    return "".join(export_pieces(SUMMARY, MESSAGES, form))


def test_markdown_reads_like_the_conversation():
    text = exported("markdown")
    assert text.startswith("# Fences and time\n\n1970-01-01 00:00 UTC · /w · session_1\n")
    assert "\n## You · 1970-01-01 00:01 UTC\n\nWhat is in **it**?\n" in text
    assert "\n## qwen3 · 1970-01-01 00:01 UTC\n" in text
    assert text.index("Let me look.") < text.index('{"path":"a"}') < text.index("Read answered")
    assert text.endswith("\nHal\n\n*(interrupted)*\n")


def test_markdown_leaves_out_what_the_program_said_to_itself():
    assert "nudge" not in exported("markdown")


def test_a_fence_is_longer_than_any_in_its_text():
    assert "````\n```\ncode\n```\n````" in exported("markdown")


def test_json_gives_every_message_back_as_it_was():
    document = msgspec.json.decode(exported("json"))
    assert document["roku_export"] == 1
    assert msgspec.convert(document["session"], SessionSummary) == SUMMARY
    assert msgspec.convert(document["messages"], list[StoredMessage]) == MESSAGES


def test_an_empty_session_is_a_document_too():
    assert msgspec.json.decode("".join(export_pieces(SUMMARY, [], "json")))["messages"] == []
    assert "".join(export_pieces(SUMMARY, [], "markdown")).startswith("# Fences and time")
