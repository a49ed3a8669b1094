"""What people and models wrote leaves nothing behind in telemetry, unless somebody asked for it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from roku_desktop.config.secrets import without_secrets
from roku_desktop.engine.messages import ToolCall, ToolResult, UserMessage
from roku_desktop.telemetry.content import INPUT, MAX_CONTENT_CHARS, Content
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream, tool_call
from tests.support.processes import CommandLine
from tests.support.setups import KEY, mylab
from tests.telemetry.collector import Collector, collector

PROMPT = "canary-prompt-2c9e"
ANSWER = "canary-answer-f31d"
ARGUMENT = "canary-argument-77b0"
CANARIES = (PROMPT, ANSWER, ARGUMENT, KEY)


def asked(tmp_path: Path, found: Collector, **variables: str) -> CommandLine:
    """One question with a call of a tool, everything recorded that can be."""
    home = tmp_path / "home"
    more = {
        "ROKU_MYLAB_API_KEY": KEY,
        "OTEL_EXPORTER_OTLP_ENDPOINT": found.url,
        "ROKU_RUNTIME__TELEMETRY__LOG_LEVEL": "debug",
        **variables,
    }
    program = CommandLine(home, tmp_path, more)
    look = openai_stream(tool_calls=[tool_call("Read", {"path": ARGUMENT})])
    with serve_in_thread([Reply(look), Reply(openai_stream([ANSWER]))]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", PROMPT)
    assert (done.code, done.stderr) == (0, b"")
    return program


def recorded(program: CommandLine) -> bytes:
    """All that telemetry wrote into the home."""
    folders = ("traces", "logs", "spool")
    files = [path for name in folders for path in (program.home / name).glob("*")]
    with sqlite3.connect(program.home / "roku.db") as db:
        rows = [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("series", "samples")]
    db.close()
    return b"".join(path.read_bytes() for path in files) + repr(rows).encode()


def test_by_default_no_content_and_no_key_is_recorded_or_sent(tmp_path: Path):
    with collector() as found:
        program = asked(tmp_path, found)
    assert {path for path, _, _ in found.requests} == {"/v1/metrics", "/v1/traces", "/v1/logs"}
    written = recorded(program)
    assert b"a turn has ended" in written
    for canary in CANARIES:
        assert canary.encode() not in found.bytes_seen
        assert canary.encode() not in written


def test_what_waits_for_a_collector_holds_no_content_either(tmp_path: Path):
    with collector(*[503] * 9) as found:
        program = asked(tmp_path, found)
    assert list((program.home / "spool").glob("*.otlp"))
    written = recorded(program)
    assert not [canary for canary in CANARIES if canary.encode() in written]


def test_content_is_captured_where_the_standard_variable_asks_for_it(tmp_path: Path):
    with collector() as found:
        program = asked(tmp_path, found, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="true")
    spans = {one.name: attributes(one) for one in found.spans()}
    assert msgspec.json.decode(spans["invoke_agent roku"][INPUT]) == [
        {"role": "user", "parts": [{"type": "text", "content": PROMPT}]}
    ]
    assert ARGUMENT in spans["execute_tool Read"]["gen_ai.tool.call.arguments"]
    assert any(
        ANSWER in one["gen_ai.output.messages"]
        for one in map(attributes, found.spans())
        if "gen_ai.output.messages" in one
    )
    assert KEY.encode() not in found.bytes_seen + recorded(program)


def attributes(span: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


def test_the_variable_wins_over_a_file_that_captures(tmp_path: Path):
    with collector() as found:
        asked(
            tmp_path,
            found,
            ROKU_RUNTIME__TELEMETRY__CAPTURE_CONTENT="true",
            OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="false",
        )
    assert PROMPT.encode() not in found.bytes_seen


def test_captured_content_is_bounded_and_without_keys():
    content = Content(without_secrets)
    key = "sk-ant-REDACTED"
    assert key not in str(content.of_prompt(UserMessage(text=f"my key is {key}")))
    assert key not in str(content.of_call(ToolCall(call_id="c", name="Read", arguments=key)))
    result = content.of_result(ToolResult(call_id="c", name="Read", content="x" * 99_999))
    assert [len(str(value)) for value in result.values()] == [MAX_CONTENT_CHARS]
