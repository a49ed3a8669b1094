"""A provider's trouble as `ask` tells it: lines on stderr, events in JSON, the answer alone on stdout."""

from __future__ import annotations

from tests.support.fault_server import openai_error, serve_in_thread
from tests.support.processes import CommandLine
from tests.support.setups import KEY, answer

ONE = """\
schema_version = 1
[runtime.llm.providers.mylab]
base_url = "{one}"
primary_model = "qwen3"
"""
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


def test_an_open_breaker_is_seen_tested_and_reset_from_the_command_line(program: CommandLine):
    broken = openai_error(503, None, "boom", headers={"Retry-After": "3600"})
    with serve_in_thread([broken, answer("Back again.")]) as one:
        program.configure(ONE.format(one=one.openai_url))
        failed = program.run("ask", "Hello")
        assert failed.code == 4
        assert "left alone until" in failed.said
        again = program.run("ask", "Hello", "--json")
        assert again.result["error"]["kind"] == "BreakerOpen"
        assert 3500 < again.result["error"]["retry_after_s"] <= 3600
        assert len(one.requests) == 1

        listed = program.run("providers", "--offline", "--json").json["providers"]
        breaker = next(each["breaker"] for each in listed if each["name"] == "mylab")
        assert (breaker["state"], breaker["last_error"]) == ("open", "ServerOverloaded")
        assert 3500 < breaker["next_probe_in_s"] <= 3600
        assert "left alone for 60 min more" in program.run("providers", "--offline").text
        findings = program.run("doctor", "--offline", "--json").json["findings"]
        assert any("left alone for 60 min more" in finding["text"] for finding in findings)

        tested = program.run("providers", "--test", "mylab")
        assert tested.code == 0
        assert tested.text.startswith("mylab answers in ")

        assert program.run("providers", "--reset", "mylab").text == (
            "mylab is asked again with the next question.\n"
        )
        assert program.run("ask", "Hello").text == "Back again.\n"


def test_testing_and_resetting_a_stranger_is_a_mistake_of_usage(program: CommandLine):
    for option in ("--test", "--reset"):
        done = program.run("providers", "--offline", option, "nobody")
        assert (done.code, done.text) == (2, "")
        assert "There is no provider called nobody" in done.said


def test_testing_a_provider_that_is_gone_is_exit_4(program: CommandLine):
    with serve_in_thread([]) as server:
        program.configure(ONE.format(one=server.openai_url))
    done = program.run("providers", "--test", "mylab")
    assert (done.code, done.text) == (4, "")
    assert "ConnectionFailed" in done.said
