"""A provider's trouble as `ask` tells it: lines on stderr, events in JSON, the answer alone on stdout."""

from __future__ import annotations

from tests.support.fault_server import openai_error, serve_in_thread
from tests.support.processes import CommandLine
from tests.support.setups import KEY, answer

TWO = """\
schema_version = 1
[runtime.llm.resilience]
max_retries = 1
initial_backoff_ms = 20
[runtime.llm.providers.mylab]
base_url = "{one}"
primary_model = "qwen3"
[runtime.llm.providers.other]
base_url = "{other}"
primary_model = "llama"
"""


def test_waits_and_hops_are_calm_lines_on_stderr_and_never_in_the_answer(program: CommandLine):
    broken = openai_error(503, None, "boom")
    with serve_in_thread([broken]) as one, serve_in_thread([answer("From the other.")]) as other:
        program.configure(TWO.format(one=one.openai_url, other=other.openai_url))
        done = program.run("ask", "Hello")
        assert len(one.requests) == 2
    assert (done.code, done.text) == (0, "From the other.\n")
    assert done.said.splitlines() == [
        "mylab is overloaded; asking again in a moment.",
        "mylab is overloaded; other answers instead.",
    ]


def test_json_lines_carry_every_attempt_wait_and_hop(program: CommandLine):
    broken = openai_error(503, None, "boom")
    with serve_in_thread([broken]) as one, serve_in_thread([answer("From the other.")]) as other:
        program.configure(TWO.format(one=one.openai_url, other=other.openai_url))
        done = program.run("ask", "Hello", "--json")
    trouble = [
        (event["type"], event["provider"] if "provider" in event else event["to_provider"])
        for event in (line["data"] for line in done.lines[:-1])
        if event["type"] in {"AttemptFailed", "RetryScheduled", "FailedOver"}
    ]
    assert trouble == [
        ("AttemptFailed", "mylab"),
        ("RetryScheduled", "mylab"),
        ("AttemptFailed", "mylab"),
        ("FailedOver", "other"),
    ]
    assert (done.result["status"], done.result["provider"]) == ("completed", "other")
    assert KEY not in done.text + done.said
