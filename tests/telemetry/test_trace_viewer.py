"""A real trace viewer (arize-phoenix, from PyPI) shows a turn with what happened in it.

Only where ROKU_TEST_PHOENIX names its program: it brings some 150 packages and takes long to start, so it
has an environment of its own (`python3 -m venv viewer && viewer/bin/pip install arize-phoenix`, then
`ROKU_TEST_PHOENIX=viewer/bin/phoenix`).
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.fault_server import serve_in_thread
from tests.support.processes import CommandLine
from tests.support.setups import KEY, mylab
from tests.telemetry.test_real_collector import free_port, replies

PHOENIX: Final = os.environ.get("ROKU_TEST_PHOENIX", "")
START_S: Final = 120
pytestmark = pytest.mark.skipif(not PHOENIX, reason="arize-phoenix is large: opt-in")


def got(url: str) -> Any:
    """What it answers; None while it does not."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.loads(answer.read())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[str]:
    """Its address."""
    port = free_port()
    places = {
        "PHOENIX_WORKING_DIR": str(tmp_path / "phoenix"),
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(free_port()),
        "PHOENIX_TELEMETRY_ENABLED": "false",
    }
    with (tmp_path / "phoenix.log").open("wb") as log:
        process = subprocess.Popen(
            [PHOENIX, "serve"], env={**os.environ, **places}, stdout=log, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START_S
        while got(f"{url}/v1/projects") is None:
            assert process.poll() is None, (tmp_path / "phoenix.log").read_text()
            assert time.monotonic() < until, "the viewer did not start"
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


@pytest.mark.timeout(2 * START_S)
def test_a_trace_opens_in_a_viewer_as_an_agent_its_models_and_its_tools(tmp_path: Path, viewer: str):
    variables = {"ROKU_MYLAB_API_KEY": KEY, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{viewer}/v1/traces"}
    program = CommandLine(tmp_path / "home", tmp_path, variables)
    with serve_in_thread(replies()) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "Look into it")
    assert (done.code, done.stderr) == (0, b"")
    assert not list((program.home / "spool").iterdir())
    spans: list[Any] = []
    until = time.monotonic() + START_S
    while len(spans) < 6 and time.monotonic() < until:  # it writes them a moment later
        spans = (got(f"{viewer}/v1/projects/default/spans?limit=20") or {}).get("data", [])
    kinds = {span["name"]: span["span_kind"] for span in spans}
    assert kinds["invoke_agent roku"] == "AGENT"
    assert kinds["chat qwen3"] == "LLM"
    assert kinds["execute_tool Read"] == "TOOL"
    (root,) = [span for span in spans if span["parent_id"] is None]
    assert root["name"] == "invoke_agent roku"
    assert root["attributes"]["llm.token_count.total"] > 0
