"""`ask` as a real process against a real server: every wire, the stream, the result, the exit codes."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from roku_desktop.cli.main import run
from tests.support.fault_server import (
    FaultServer,
    Reply,
    anthropic_error,
    openai_error,
    serve_in_thread,
    tool_call,
)
from tests.support.fault_streams import anthropic_stream, openai_stream, responses_stream
from tests.support.processes import CHECKOUT, CommandLine
from tests.support.setups import KEY, answer, anthropic_pinned, held_answer, mylab
from tests.support.tunnel import TunnelProxy


def files_with(text: str, folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files, "the home must hold something for this to mean anything"
    return [path for path in files if text.encode() in path.read_bytes()]


def test_a_pinned_anthropic_provider_answers_and_its_key_is_seen_by_nobody_else(program: CommandLine):
    with serve_in_thread([Reply(anthropic_stream(["Good ", "morning."]))]) as server:
        program.configure(anthropic_pinned(server.url))
        done = program.run("--debug", "ask", "Say good morning")
        (request,) = server.requests
    assert (done.code, done.text) == (0, "Good morning.\n")
    assert request.path == "/v1/messages"
    assert request.headers["x-api-key"] == KEY
    assert request.json()["model"] == "claude-sonnet-4-6"
    assert KEY not in done.text + done.said
    assert files_with(KEY, program.home) == []


def test_a_provider_of_the_responses_kind_answers_and_is_told_what_a_tool_found(program: CommandLine):
    replies = [
        Reply(responses_stream(["Let me look."], [tool_call("ListDir", {"path": "."})], thinking=["hm"])),
        Reply(responses_stream(["Nothing there."])),
    ]
    with serve_in_thread(replies) as server:
        program.configure(mylab(server.openai_url).replace("openai-chat", "openai-responses"))
        done = program.run("ask", "What is in this folder?")
        first, second = server.requests
    assert done.code == 0
    assert done.text.endswith("Nothing there.\n")
    assert first.path == second.path == "/v1/responses"
    assert [item["type"] for item in second.json()["input"]] == [
        "message",
        "reasoning",
        "message",
        "function_call",
        "function_call_output",
    ]


async def test_a_private_authority_behind_a_proxy_with_a_login_is_reached(
    program: CommandLine, tmp_path: Path
):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("model.example.test").configure_cert(context)
    async with (
        FaultServer([answer("From inside.")], tls=context) as server,
        TunnelProxy(login="someone:s3cret-word") as proxy,
    ):
        address = f"https://model.example.test:{server.port}/v1"
        ca_file = (tmp_path / "company.pem").as_posix()
        program.configure(mylab(address) + f'[runtime.network]\nca_file = "{ca_file}"\n')
        way = {**program.variables, "HTTPS_PROXY": proxy.url_with("someone:s3cret-word")}
        done = await asyncio.to_thread(dataclasses.replace(program, variables=way).run, "ask", "Hello")
    assert (done.code, done.text) == (0, "From inside.\n")
    assert proxy.targets == [f"model.example.test:{server.port}"]


def test_an_openai_provider_answers_as_json_lines_that_end_with_the_result(program: CommandLine):
    with serve_in_thread([answer("Guten ", "Morgen 早上好")]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "--json", stdin=b"\xef\xbb\xbfSag guten Morgen\r\n")
        (request,) = server.requests
    assert done.code == 0
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.json()["messages"][-1] == {"role": "user", "content": "Sag guten Morgen"}

    types = [line["data"]["type"] for line in done.lines if line["type"] == "event"]
    assert types[:2] == ["SessionChanged", "PromptAccepted"]
    assert types[-2:] == ["AnswerCompleted", "TurnFinished"]
    streamed = "".join(line["data"].get("text", "") for line in done.lines[:-1])
    assert streamed == done.result["message"] == "Guten Morgen 早上好"
    assert {name: done.result[name] for name in ("status", "provider", "model")} == {
        "status": "completed",
        "provider": "mylab",
        "model": "qwen3",
    }
    assert done.result["usage"]["output_tokens"] == 5
    assert done.result["ttft_s"] > 0
    assert {"session_id", "run_id", "cost_usd"} <= done.result.keys()


def test_each_piece_is_on_stdout_before_the_next_one_is_sent(program: CommandLine):
    with serve_in_thread([held_answer("first", [" second"], "second")]) as server:
        program.configure(mylab(server.openai_url))
        with program.start("ask", "Go") as running:
            assert running.read_until(b"first") == b"first"
            server.open("second")
            done = running.wait()
    assert (done.code, done.text, done.said) == (0, "first second\n", "")


def test_a_session_goes_on_under_a_beginning_of_its_id(program: CommandLine):
    with serve_in_thread([answer("One."), answer("Two.")]) as server:
        program.configure(mylab(server.openai_url))
        first = program.run("ask", "--json", "Count")
        session_id = first.result["session_id"]
        second = program.run("ask", "--session", session_id[:-6], "Go on", "--json")
        history = server.requests[-1].json()["messages"]
    assert second.result["session_id"] == session_id
    assert [(message["role"], message["content"]) for message in history if message["role"] != "system"] == [
        ("user", "Count"),
        ("assistant", "One."),
        ("user", "Go on"),
    ]


def test_the_answer_after_a_tool_call_starts_on_a_line_of_its_own(program: CommandLine):
    (program.workspace / "notes.txt").write_text("forty-two")
    look = openai_stream(["Let me look."], [tool_call("Read", {"path": "notes.txt"})])
    with serve_in_thread([Reply(look), answer("It says forty-two.")]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "What do my notes say?")
        result = server.requests[-1].json()["messages"][-1]
    assert done.text == "Let me look.\nIt says forty-two.\n"
    assert result["role"] == "tool"
    assert "forty-two" in result["content"]


def test_what_the_terminal_can_not_show_becomes_a_question_mark(program: CommandLine):
    plain = CommandLine(program.home, program.workspace, {**program.variables, "PYTHONIOENCODING": "ascii"})
    with serve_in_thread([answer("Grüße 你好")]) as server:
        plain.configure(mylab(server.openai_url))
        done = plain.run("ask", "Grüße bitte")
    assert (done.code, done.text) == (0, "Gr??e ??\n")


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (openai_error(429, "rate_limit_exceeded", "slow down"), "Failed (RateLimit, worth trying again): "),
        (openai_error(401, "invalid_api_key", "bad key"), "Failed (AuthenticationFailed, "),
        (openai_error(500, None, "boom"), "Failed (ServerError, worth trying again): "),
        (Reply(openai_stream(["Half an ans"], done=False, usage=None)[:2]), "Failed (StreamInterrupted, "),
    ],
    ids=["429", "401", "500", "cut"],
)
def test_a_providers_failure_is_exit_4_with_its_class_and_whether_to_try_again(
    program: CommandLine, reply: Reply, says: str
):
    with serve_in_thread([reply]) as server:
        program.configure(mylab(server.openai_url) + "[runtime.llm.resilience]\nmax_retries = 0\n")
        done = program.run("ask", "Hello", "--json")
    assert done.code == 4
    assert says in done.said
    assert "runs resume" in done.said
    assert done.result["status"] == "failed"
    assert done.result["error"]["kind"] in says
    assert KEY not in done.text + done.said


def test_a_server_that_is_not_there_is_exit_4_and_names_the_next_step(program: CommandLine):
    with serve_in_thread([]) as server:
        program.configure(mylab(server.openai_url) + "[runtime.llm.resilience]\nmax_retries = 0\n")
    done = program.run("ask", "Hello")
    assert (done.code, done.text) == (4, "")
    assert "Failed (ConnectionFailed, worth trying again)" in done.said
    assert "base_url" in done.said


def test_anthropics_overload_is_exit_4_too(program: CommandLine):
    with serve_in_thread([anthropic_error(529, "overloaded_error", "Overloaded")]) as server:
        program.configure(anthropic_pinned(server.url).replace("max_retries = 5", "max_retries = 0"))
        done = program.run("ask", "Hello")
    assert done.code == 4
    assert "Failed (ServerOverloaded, worth trying again)" in done.said


def test_a_missing_key_leaves_no_empty_session_behind(program: CommandLine):
    program.configure('schema_version = 1\n[runtime.llm]\nprovider = "openai"\n')
    done = program.run("ask", "Hello", "--json")
    assert done.code == 4
    assert "ROKU_OPENAI_API_KEY" in done.said
    assert done.result["error"]["kind"] == "AuthenticationFailed"
    assert program.run("sessions", "list", "--json").json == {"sessions": []}


def test_a_switch_against_the_pin_is_refused_with_its_place_before_the_database(program: CommandLine):
    file = program.configure(anthropic_pinned("http://127.0.0.1:9"))
    done = program.run("ask", "--provider", "openai", "Hello")
    assert (done.code, done.text) == (2, "")
    assert f"{file}:3" in done.said
    assert not (program.home / "roku.db").exists()


def test_a_broken_configuration_is_exit_2_with_line_and_column_before_the_database(program: CommandLine):
    file = program.configure('schema_version = 1\n[runtime.loop]\ninitial_step_budget = "many"\n')
    done = program.run("ask", "Hello", "--json")
    assert done.code == 2
    assert f"{file}, line 3, column 23" in done.said
    assert done.result["error"]["kind"] == "ConfigurationError"
    assert not (program.home / "roku.db").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ask", "--workspace", "no/such/folder", "Hello"), "no/such/folder"),
        (("ask", "--session", "session_without_end", "Hello"), "sessions list"),
        (("ask", "  "), "empty"),
        (("ask", "--provider", "nobody", "Hello"), "nobody"),
        (("runs", "resume", "run_nobody_had"), "runs list"),
        (("approvals", "move"), "invalid choice"),
    ],
    ids=["workspace", "session", "blank", "provider", "run", "later"],
)
def test_a_mistake_in_the_arguments_is_exit_2(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
):
    assert run(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err


def test_a_mistake_before_the_turn_ends_json_lines_with_a_result_too(capsys: pytest.CaptureFixture[str]):
    assert run(("ask", "--json", "  ")) == 2
    (line,) = capsys.readouterr().out.splitlines()
    result = json.loads(line)
    assert (result["type"], result["data"]["status"], result["data"]["message"]) == ("result", "failed", "")
    assert result["data"]["error"]["message"] == "The question is empty."


def test_an_answer_that_goes_on_after_the_limit_of_its_length_is_one_answer(program: CommandLine):
    replies = [Reply(openai_stream(["Hel"], finish_reason="length")), answer("lo.")]
    with serve_in_thread([*replies, *replies]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "Hello")
        assert done.text == "Hello.\n"
        assert done.said.count("reached the limit of its length, so the model was asked to go on") == 1
        assert program.run("ask", "--json", "Hello").result["message"] == "Hello."


def test_an_answer_after_a_call_that_never_ran_does_not_begin_with_the_one_before(program: CommandLine):
    replies = [
        Reply(openai_stream(["I look"], finish_reason="length")),
        Reply(openai_stream([" there."], [tool_call("NoSuchTool", {})])),
        answer("Nothing."),
    ]
    with serve_in_thread(replies) as server:
        program.configure(mylab(server.openai_url))
        assert program.run("ask", "--json", "Look").result["message"] == "Nothing."


def test_what_a_sub_agent_says_is_no_part_of_the_answer(program: CommandLine):
    task = tool_call("Agent", {"task": "Look around."})
    replies = [Reply(openai_stream([], [task])), answer("told to the model alone"), answer("All is well.")]
    with serve_in_thread(replies) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "How is it?")
        assert (done.code, done.text) == (0, "All is well.\n")


def test_stdin_without_a_question_is_exit_2(program: CommandLine):
    done = program.run("ask", stdin=b"\n")
    assert (done.code, done.text, done.said) == (2, "", "The question is empty.\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no EPIPE to be quiet about")
def test_a_reader_that_leaves_stops_the_answer_quietly(program: CommandLine):
    with serve_in_thread([held_answer("one\n", [f"{n}\n" for n in range(50)], "more")]) as server:
        program.configure(mylab(server.openai_url))
        with program.start("ask", "Count") as running:
            running.read_until(b"one\n")
            running.close_stdout()
            server.open("more")
            done = running.wait()
    assert done.said == ""
    assert done.code in {0, 130}


@pytest.mark.parametrize(
    ("texts", "finish_reason", "said"),
    [
        (["A long"], "length", "reached its output limit"),
        (["I can"], "content_filter", "because of its content"),
        ([], "stop", "answered with nothing"),
        (["Done."], "stop", ""),
    ],
)
def test_an_answer_that_is_less_than_asked_for_is_never_silent(
    program: CommandLine, texts: list[str], finish_reason: str, said: str
):
    with serve_in_thread([Reply(openai_stream(texts, finish_reason=finish_reason))]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "--json", "Go")
    times = 4 if finish_reason == "length" else 1  # it is asked three times to go on
    assert (done.code, done.result["message"]) == (0, "".join(texts) * times)
    assert done.said.count("\n") == bool(said)
    assert said in done.said


def test_the_words_of_a_provider_end_before_ours_begin(program: CommandLine):
    with serve_in_thread([openai_error(429, None, "slow down")]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "Go")
    assert "It says: slow down. Wait" in done.said


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a folder in which a program works")
def test_a_deleted_working_directory_stops_only_what_needs_one(tmp_path: Path):
    gone = tmp_path / "gone"
    command = f'mkdir "{gone}"; cd "{gone}"; rmdir "{gone}"; "$0" -m roku_desktop "$@"'
    version = _in_shell(command, "--version")
    assert (version.returncode, version.stderr) == (0, b"")
    asked = _in_shell(command, "--home", str(tmp_path / "home"), "ask", "Hello")
    assert asked.returncode == 2
    assert b"--workspace" in asked.stderr


def _in_shell(command: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    # Python puts the first of these where the working directory would stand.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([os.devnull, str(CHECKOUT)])}
    return subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, *words], capture_output=True, check=False, env=environment
    )
