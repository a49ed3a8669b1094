"""`metrics` and `slo` read the rows on disk: of this process or of any before it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import program_in
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream
from tests.support.processes import CommandLine
from tests.support.setups import mylab


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A home in which one prompt was answered and one was not."""
    program = program_in(Path(tmp_path_factory.mktemp("asked")))
    with serve_in_thread([Reply(openai_stream(["Hi", "!"])), Reply([b"{}"], status=400)]) as server:
        program.configure(mylab(server.openai_url))
        assert program.run("ask", "hello").code == 0
        assert program.run("ask", "hello again").code == 4
    return program


def test_what_was_asked_is_told_by_a_later_process(asked: CommandLine):
    document = json.loads(asked.run("metrics", "--json", "--window", "1h").text)
    metrics = {metric["name"]: metric for metric in document["metrics"]}
    assert document["window"] == "1h"
    turns = {
        point["attributes"]["roku.outcome"]: point["value"] for point in metrics["roku.turn.count"]["points"]
    }
    assert turns == {"completed": 1.0, "failed": 1.0}
    (ttft,) = metrics["roku.turn.ttft"]["points"]
    assert ttft.keys() == {"attributes", "count", "sum", "p50", "p95", "p99"}
    assert (metrics["roku.turn.ttft"]["kind"], metrics["roku.turn.ttft"]["unit"]) == ("histogram", "s")
    (failure,) = metrics["roku.llm.failures"]["points"]
    assert failure["attributes"]["error.type"] == "InvalidRequest"
    assert failure["attributes"]["http.response.status_code"] == "400"


def test_people_and_prometheus_read_the_same_figures(asked: CommandLine):
    assert "roku.turn.count (turn)\n  1   outcome completed" in asked.run("metrics").text
    assert (
        'roku_turn_count_total{roku_outcome="completed"} 1.0\n' in asked.run("metrics", "--prometheus").text
    )


def test_the_budget_of_requests_knows_the_failure(asked: CommandLine):
    document = json.loads(asked.run("slo", "--json").text)
    objective = next(one for one in document["objectives"] if one["name"] == "llm_requests")
    (hour,) = [one for one in objective["windows"] if one["window"] == "1h"]
    assert (hour["events"], hour["bad"], hour["compliance"]) == (2, 1, 0.5)
    assert hour["burn_rate"] == pytest.approx(10)
    assert "llm_requests     95.0%   1h      2       50.0%" in asked.run("slo").text


def test_an_empty_home_says_that_nothing_was_measured(program: CommandLine):
    assert program.run("metrics").text.startswith("Nothing was measured within 24h")
    assert json.loads(program.run("metrics", "--json").text) == {"window": "24h", "metrics": []}


def test_the_newest_turn_is_told_as_a_waterfall_and_as_otlp(asked: CommandLine):
    told = asked.run("trace").text.splitlines()
    assert "invoke_agent roku" in told[0]
    assert told[0].endswith("InvalidRequest")
    document = json.loads(asked.run("trace", "--otlp").text)
    spans = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [span["name"] for span in spans] == ["invoke_agent roku", "chat qwen3", "attempt"]


def test_a_trace_that_was_given_up_is_said_to_be_gone(asked: CommandLine, tmp_path: Path):
    done = program_in(tmp_path).run("trace")
    assert (done.code, done.said) == (2, "Nothing was asked in this home yet, so there is no trace.\n")


def test_a_request_carries_the_span_that_stands_in_the_trace(program: CommandLine):
    with serve_in_thread([Reply(openai_stream(["Hi"]))]) as server:
        program.configure(mylab(server.openai_url))
        assert program.run("ask", "hello").code == 0
        (request,) = server.requests
    (turn,) = json.loads(program.run("trace", "--json").text)["spans"]
    attempt = turn["children"][0]["children"][0]
    expected = f"00-{attempt['trace_id']}-{attempt['span_id']}-01"
    assert (attempt["name"], request.headers["traceparent"]) == ("attempt", expected)


def test_without_its_propagator_no_request_carries_a_trace(program: CommandLine):
    with serve_in_thread([Reply(openai_stream(["Hi"]))]) as server:
        program.configure(mylab(server.openai_url))
        mute = CommandLine(
            program.home, program.workspace, {**program.variables, "OTEL_PROPAGATORS": "baggage, b3"}
        )
        assert mute.run("ask", "hello").code == 0
        (request,) = server.requests
    assert "traceparent" not in request.headers
