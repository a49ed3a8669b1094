"""The fault server itself, in its three forms: what other tests stand on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx

from tests.support.fault_server import (
    FaultServer,
    Gate,
    Reply,
    anthropic_stream,
    openai_stream,
    serve_in_thread,
)
from tests.support.fault_streams import sse

ROOT = Path(__file__).parents[3]


async def test_in_a_loop_replies_come_in_order_and_the_last_one_repeats() -> None:
    async with FaultServer([Reply([b"one"]), Reply([b"two"], 500)]) as server, httpx.AsyncClient() as client:
        answers = [await client.post(server.url + "/v1/x", content=b"body") for _ in range(3)]
    assert [(answer.status_code, answer.text) for answer in answers] == [
        (200, "one"),
        (500, "two"),
        (500, "two"),
    ]
    assert [request.body for request in server.requests] == [b"body"] * 3


def test_in_a_thread_a_gate_holds_the_reply() -> None:
    events = anthropic_stream(["Hi"])
    with serve_in_thread([Reply([events[0], Gate("go"), *events[1:]])]) as server:
        with httpx.stream("POST", server.url + "/v1/messages") as response:
            server.reached("go")
            server.open("go")
            assert response.read() == b"".join(events)
        assert server.arrived(1).path == "/v1/messages"


def test_as_a_process_it_plays_a_script_and_is_steered_over_http(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    replies = [
        {
            "openai": {"text_chunks": ["a"], "tool_calls": [["id", "Read", "{}"]]},
            "before": {"1": {"gate": "go"}},
        },
        {"status": 503, "headers": {"Retry-After": "1"}, "body": ["busy"], "framing": "length"},
    ]
    script.write_text(json.dumps({"replies": replies}))
    command = [sys.executable, "-m", "tests.support.fault_server", "--script", str(script)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
            with httpx.stream("POST", url + "/v1/chat/completions", content=b"{}") as response:
                httpx.get(url + "/_gates/go")
                httpx.post(url + "/_gates/go")
                assert response.read().endswith(sse("[DONE]"))
            busy = httpx.post(url + "/v1/chat/completions")
            assert (busy.status_code, busy.headers["retry-after"], busy.text) == (503, "1", "busy")
            assert [request["body"] for request in httpx.get(url + "/_requests").json()] == ["{}", ""]
        finally:
            process.terminate()


def test_the_streams_are_what_the_vendors_send() -> None:
    assert openai_stream(["a"])[-1] == b"data: [DONE]\n\n"
    assert b"message_stop" in anthropic_stream(["a"])[-1]
