"""A trace tells what happened in which order, to its last whole line, and nothing that was said."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from roku_desktop.engine.errors import Failure
from roku_desktop.engine.events import AttemptFailed, Event
from roku_desktop.engine.messages import StopReason, Usage
from roku_desktop.engine.tracing import span_id_of, trace_id_of, traceparent_of
from roku_desktop.telemetry.content import Content
from roku_desktop.telemetry.export.encoding import traces_request
from roku_desktop.telemetry.export.gathering import SpanGathering
from roku_desktop.telemetry.spans import SpanMaker
from roku_desktop.telemetry.trace_files import MAX_FILE_BYTES, TraceFiles, read_trace
from roku_desktop.telemetry.trace_line import SpanBegan, SpanEnded, TraceLine
from roku_desktop.telemetry.traces import Span, otlp_of, roots_of, spans_of
from tests.support.engines import engine_on, scripted
from tests.support.minds import TwoMinds, agent
from tests.support.turns import MADE_UP, MODEL, PROVIDER, Turn, asked_and_decided, call

SECRET = "canary-51c7"


def whole_turn() -> list[Event]:
    turn, tool = Turn("ses"), call(1)
    failed = AttemptFailed(
        session_id="ses",
        run_id=turn.run_id,
        at=1000.35,
        step=1,
        provider=PROVIDER,
        model=MODEL,
        attempt=1,
        failure=Failure(kind="RateLimit", message=SECRET, status=429),
    )
    return [
        turn.prompt(SECRET),
        turn.step(),
        turn.sent(),
        failed,
        turn.sent(attempt=2),
        turn.first_byte(),
        turn.text(SECRET),
        turn.answer(SECRET, calls=(tool,)),
        turn.tool_started(tool),
        turn.tool_finished(tool, content=SECRET),
        turn.step(2),
        turn.sent(2),
        turn.answer(SECRET, 2),
        turn.finished(),
    ]


def lines_of(events: list[Event]) -> list[TraceLine]:
    maker = SpanMaker(lambda name: name != MADE_UP, Content())
    return [line for event in events for line in maker.lines(event)]


def shape(span: Span) -> object:
    return (span.name, span.error, [shape(child) for child in span.children])


def test_a_turn_is_a_tree_of_steps_attempts_and_tools():
    (root,) = roots_of(spans_of(lines_of(whole_turn())))
    chat = f"chat {MODEL}"
    assert shape(root) == (
        "invoke_agent roku",
        "",
        [
            (chat, "", [("attempt", "RateLimit", []), ("attempt", "", [])]),
            ("execute_tool Read", "", []),
            (chat, "", [("attempt", "", [])]),
        ],
    )


@given(st.integers(0, 14), st.booleans())
def test_wherever_a_turn_is_cut_every_span_has_its_parent_and_its_end_comes_after_its_beginning(
    cut: int, ended: bool
):
    events = whole_turn()[:cut]
    if ended and events:
        events.append(Turn("ses", began_at=2000.0).finished("interrupted"))
    lines = lines_of(events)
    began = {line.span for line in lines if isinstance(line, SpanBegan)}
    for line in lines:
        assert line.span in began
    spans = spans_of(lines)
    assert len(roots_of(spans)) == (1 if events else 0)
    assert all(span.duration_s is None or span.duration_s >= 0 for span in spans)
    if ended and events:
        assert all(span.ended_at is not None for span in spans)
        assert isinstance(lines[-1], SpanEnded)
        assert lines[-1].root


async def test_a_sub_agents_turn_is_a_branch_of_the_call_that_began_it(tmp_path: Path):
    model = TwoMinds({"parent": [[agent("look")], ["It is so."]], "look": [["alpha"]]})
    files = TraceFiles(tmp_path, on_drop=lambda _count, _reason: None)
    maker = SpanMaker(lambda _name: True, Content())
    async with engine_on(tmp_path / "home", model) as engine:
        engine.subscribe(lambda event: files.write(event.run_id, maker.lines(event)))
        session = await engine.create_session(tmp_path)
        parent = await engine.ask(session.session_id, "parent")
        assert (await parent.result()).outcome == "completed"
    files.close(5.0)
    (root,) = roots_of(spans_of(read_trace(tmp_path, parent.run_id)))
    (chat, handed_over, _) = root.children
    (below,) = handed_over.children
    assert (handed_over.name, below.name) == ("execute_tool Agent", "invoke_agent roku")
    assert [span.name.split()[0] for span in below.children] == [chat.name.split()[0]]
    lines = list(read_trace(tmp_path, parent.run_id))
    assert {line.trace for line in lines} == {trace_id_of(parent.run_id)}
    (alone,) = tmp_path.glob(f"*.{parent.run_id}.jsonl")
    assert len(roots_of(spans_of(read_trace(tmp_path, alone.stem)))) == 1, "and can be read by itself"


def test_no_word_of_anybody_is_in_a_trace():
    lines = lines_of(whole_turn())
    assert SECRET.encode() not in msgspec.json.encode(lines)


def test_a_killed_run_is_readable_to_its_last_whole_line(tmp_path: Path):
    lines = lines_of(whole_turn())
    file = tmp_path / "run.jsonl"
    whole = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    for cut in range(0, len(whole), 7):
        file.write_bytes(whole[:cut])
        read = list(read_trace(tmp_path, "run"))
        assert read == lines[: len(read)]
        assert len(read) == whole[:cut].count(b"\n")


def test_lines_are_in_the_file_while_the_run_goes_on(tmp_path: Path):
    files = TraceFiles(tmp_path, on_drop=lambda _count, _reason: None)
    lines = lines_of(whole_turn())
    files.write("run_1", lines[:3])
    files.close(5.0)  # waits for the thread; the file itself was never ended
    assert list(read_trace(tmp_path, "run_1")) == lines[:3]
    files.write("run_1", lines[3:])
    files.close(5.0)
    assert list(read_trace(tmp_path, "run_1")) == lines
    if os.name == "posix":
        assert (tmp_path / "run_1.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_gone_drops_and_counts(tmp_path: Path):
    dropped: list[tuple[int, str]] = []
    files = TraceFiles(tmp_path / "gone", on_drop=lambda count, reason: dropped.append((count, reason)))
    files.write("run_1", lines_of(whole_turn())[:3])
    files.close(5.0)
    assert dropped == [(3, "disk")]


def test_a_trace_has_an_end_even_if_the_run_has_none(tmp_path: Path):
    (tmp_path / "run_1.jsonl").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    dropped: list[tuple[int, str]] = []
    files = TraceFiles(tmp_path, on_drop=lambda count, reason: dropped.append((count, reason)))
    files.write("run_1", lines_of(whole_turn())[:2])
    files.close(5.0)
    assert dropped == [(2, "file full")]


def test_otlp_has_what_a_collector_wants_of_each_span():
    document = otlp_of(spans_of(lines_of(whole_turn()[:7])), {"service.name": "roku-desktop"})
    (resource,) = document["resourceSpans"]
    spans = resource["scopeSpans"][0]["spans"]
    assert [span["name"] for span in spans] == ["invoke_agent roku", f"chat {MODEL}", "attempt", "attempt"]
    for span in spans:
        assert int(span["endTimeUnixNano"]) >= int(span["startTimeUnixNano"]) > 0
        assert (len(span["traceId"]), len(span["spanId"])) == (32, 16)
    assert spans[0].get("parentSpanId") is None
    assert spans[1]["parentSpanId"] == spans[0]["spanId"]
    assert spans[0]["status"] == {"code": 2, "message": "unfinished"}


@pytest.mark.parametrize(
    ("stopped", "told"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("tool_use", "tool_call"),
        ("refusal", "content_filter"),
        ("other", "other"),
    ],
)
def test_why_an_answer_ended_is_a_list_of_the_words_that_viewers_know(stopped: StopReason, told: str):
    turn = Turn("ses")
    completed = turn.answer("fine")
    message = msgspec.structs.replace(completed.message, stop_reason=stopped)
    answered = msgspec.structs.replace(completed, message=message)
    lines = lines_of([turn.prompt(), turn.step(), turn.sent(), answered, turn.finished()])
    (chat,) = (one for one in spans_of(lines) if one.name == f"chat {MODEL}")
    assert chat.attributes["gen_ai.response.finish_reasons"] == [told]
    document = otlp_of([chat], {})
    sent = ExportTraceServiceRequest.FromString(traces_request([chat], {}))
    read = json_format.Parse(msgspec.json.encode(document), ExportTraceServiceRequest())
    for message_of in (sent, read):
        attributes = message_of.resource_spans[0].scope_spans[0].spans[0].attributes
        reasons = {one.key: one.value.array_value for one in attributes}["gen_ai.response.finish_reasons"]
        assert [one.string_value for one in reasons.values] == [told]


async def test_the_way_to_the_first_words_is_in_the_trace_after_a_restart(tmp_path: Path):
    async with engine_on(tmp_path, scripted(["one", "two"])) as engine:
        files, maker = TraceFiles(tmp_path, on_drop=lambda *_: None), SpanMaker(lambda _name: True, Content())
        engine.subscribe(lambda event: files.write(event.run_id, maker.lines(event)))
        session = await engine.create_session(tmp_path)
        done = await (await engine.ask(session.session_id, "Hello")).result()
        files.close(5.0)
    (root,) = roots_of(spans_of(read_trace(tmp_path, done.run_id)))
    moments = {
        name.removeprefix("roku.first_token."): value
        for name, value in root.attributes.items()
        if name.startswith("roku.first_token.")
    }
    assert moments == {
        name: at for name, at in msgspec.structs.asdict(done.first_token).items() if at is not None
    }
    assert moments.keys() >= {"accepted_s", "first_sent_s", "sent_s", "first_words_s", "published_s"}


def test_tokens_of_the_cache_and_of_thinking_are_told_where_there_were_any():
    turn = Turn("ses")
    completed = turn.answer("fine")
    usage = Usage(
        input_tokens=9, output_tokens=8, cache_read_tokens=7, cache_write_tokens=6, reasoning_tokens=5
    )
    answered = msgspec.structs.replace(
        completed, message=msgspec.structs.replace(completed.message, usage=usage)
    )
    lines = lines_of([turn.prompt(), turn.step(), turn.sent(), answered, turn.finished(usage=Usage())])
    told = [
        {name: value for name, value in span.attributes.items() if ".usage." in name}
        for span in spans_of(lines)[:2]
    ]
    assert told == [
        {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0},
        {
            "gen_ai.usage.input_tokens": 9,
            "gen_ai.usage.output_tokens": 8,
            "gen_ai.usage.cache_read.input_tokens": 7,
            "gen_ai.usage.cache_creation.input_tokens": 6,
            "gen_ai.usage.reasoning.output_tokens": 5,
        },
    ]


def test_identities_are_valid_and_belong_to_their_run():
    assert trace_id_of("run_1") == trace_id_of("run_1") != trace_id_of("run_2")
    assert span_id_of("run_1", "step", 1) != span_id_of("run_1", "step", 11)
    version, trace, span, flags = traceparent_of("run_1", "step", 1).split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")


@pytest.mark.parametrize("line", [b"", b"{", b'{"line": "of tomorrow"}\n'])
def test_what_is_not_understood_is_left_out(tmp_path: Path, line: bytes):
    file = tmp_path / "run.jsonl"
    file.write_bytes(line)
    assert list(read_trace(tmp_path, "run")) == []


def test_a_tool_that_a_model_made_up_has_no_name_in_a_trace():
    turn = Turn("ses")
    made_up = msgspec.structs.replace(call(1), name=MADE_UP)
    lines = lines_of([turn.prompt("x"), turn.step(), turn.tool_finished(made_up, outcome="error")])
    assert MADE_UP not in str(lines)
    assert "execute_tool unknown" in str(lines)


def test_a_wait_for_a_person_is_a_span_within_its_call():
    turn, tool = Turn("ses"), call(1)
    asked, decided = asked_and_decided(turn, tool)
    lines = lines_of(
        [
            turn.prompt(),
            asked,
            decided,
            turn.tool_started(tool),
            turn.tool_finished(tool),
            turn.finished(),
        ]
    )
    began = {line.name: line for line in lines if isinstance(line, SpanBegan)}
    ended = [line.span for line in lines if isinstance(line, SpanEnded)]
    wait, execution, root = began["approval_wait"], began["execute_tool Read"], began["invoke_agent roku"]
    assert (wait.parent, execution.parent) == (execution.span, root.span)
    assert ended == [wait.span, execution.span, root.span]


def test_a_turn_that_parks_ends_the_wait_for_this_process():
    turn, tool = Turn("ses"), call(1)
    asked, _ = asked_and_decided(turn, tool)
    lines = lines_of([turn.prompt(), asked, turn.finished("parked")])
    began = {line.name: line.span for line in lines if isinstance(line, SpanBegan)}
    ended = {line.span for line in lines if isinstance(line, SpanEnded)}
    assert ended == {began["approval_wait"], began["invoke_agent roku"]}  # the call itself waits on


@pytest.mark.parametrize("same_process", [True, False])
def test_a_run_that_goes_on_sends_each_span_once_under_one_root(same_process: bool):
    turn, tool = Turn("ses"), call(1)
    asked, decided = asked_and_decided(turn, tool)
    before: list[Event] = [
        *(turn.prompt(), turn.step(), turn.sent(), turn.answer("", calls=(tool,))),
        *(asked, turn.finished("parked")),
    ]
    after: list[Event] = [
        *(decided, turn.resumed(), turn.tool_started(tool), turn.tool_finished(tool)),
        *(turn.step(2), turn.sent(2), turn.answer("done", 2), turn.finished()),
    ]
    parts = [before + after] if same_process else [before, after]
    sent = [span for part in parts for span in gathered(part)]
    assert len({span.span_id for span in sent}) == len(sent)
    roots = [span for span in sent if span.name == "invoke_agent roku"]
    assert [span.parent_id for span in roots] == ["", roots[0].span_id]
    known = {span.span_id for span in sent}
    assert all(span.parent_id in known for span in sent if span is not roots[0])


def gathered(events: list[Event]) -> list[Span]:
    """What one process exports of these events."""
    gathering = SpanGathering()
    maker = SpanMaker(lambda _name: True, Content())
    return [span for event in events for span in gathering.ended(maker.lines(event))]
