"""A real collector (rotel, from PyPI) takes all that leaves, over both protocols, from both faces."""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from roku_desktop.telemetry.instruments import INSTRUMENTS
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream, tool_call
from tests.support.processes import CHECKOUT, CommandLine
from tests.support.setups import KEY, mylab

PROMPT = "canary-prompt-61b7"
ANSWER = "canary-answer-0d4e"
ARGUMENT = "canary-argument-5a1c"
COLLECTOR_KEY = "canary-collector-key-93"


def agent_of_rotel() -> Path | None:
    """The program inside the package, which has no entry point."""
    found = importlib.util.find_spec("rotel")
    return None if found is None or found.origin is None else Path(found.origin).with_name("rotel-agent")


AGENT: Final = agent_of_rotel()
pytestmark = pytest.mark.skipif(AGENT is None, reason="rotel is there for Linux alone")


class Rotel:
    """A running collector; `text` is all it says of what it received."""

    def __init__(self, folder: Path) -> None:
        self.ports = {"http/protobuf": free_port(), "grpc": free_port()}
        self._log = folder / "rotel.log"
        signals = [word for name in ("traces", "metrics", "logs") for word in ("--debug-log", name)]
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *(str(AGENT), "start", "--exporter", "blackhole"),
                    *("--otlp-http-endpoint", f"127.0.0.1:{self.ports['http/protobuf']}"),
                    *("--otlp-grpc-endpoint", f"127.0.0.1:{self.ports['grpc']}"),
                    *signals,
                    *("--debug-log-verbosity", "detailed"),
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
        for port in self.ports.values():
            wait_for(port)

    @property
    def text(self) -> str:
        return self._log.read_text()

    def has(self, *words: str) -> bool:
        """Wait until it says all of these, at most ten seconds."""
        until = time.monotonic() + 10
        while not all(word in self.text for word in words):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the collector did not start"
            time.sleep(0.02)
        else:
            return


@pytest.fixture
def rotel(tmp_path: Path) -> Iterator[Rotel]:
    running = Rotel(tmp_path)
    try:
        yield running
    finally:
        running.stop()


def variables(rotel: Rotel, protocol: str) -> dict[str, str]:
    return {
        "ROKU_MYLAB_API_KEY": KEY,
        "ROKU_OTLP_API_KEY": COLLECTOR_KEY,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{rotel.ports[protocol]}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
    }


def assert_all_arrived(rotel: Rotel) -> None:
    assert rotel.has(
        *("invoke_agent roku", "execute_tool Read", "chat qwen3"),
        *("roku.turn.ttft", "gen_ai.client.operation.duration", "process.cpu.time"),
        *("a turn has ended", "a call of a tool has its result"),
    )
    text = rotel.text
    assert not re.search(f"{PROMPT}|{ANSWER}|{ARGUMENT}|{KEY}|{COLLECTOR_KEY}", text)
    received = set(re.findall(r"Name: ((?:roku|gen_ai|process)\.[a-z_.]+)\n", text))
    units = {instrument.name: instrument.unit for instrument in INSTRUMENTS}
    assert received
    for name in received & units.keys():
        assert re.search(rf"Name: {re.escape(name)}\n.*\n.*Unit: {re.escape(units[name])}\n", text), name


def replies() -> list[Reply]:
    look = openai_stream(tool_calls=[tool_call("Read", {"path": ARGUMENT})])
    return [Reply(look), Reply(openai_stream([ANSWER, "!"]))]


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
def test_a_question_of_the_command_line_arrives_whole(tmp_path: Path, rotel: Rotel, protocol: str):
    program = CommandLine(tmp_path / "home", tmp_path, variables(rotel, protocol))
    with serve_in_thread(replies()) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", PROMPT)
    assert (done.code, done.stderr) == (0, b"")
    assert_all_arrived(rotel)
    assert not list((program.home / "spool").iterdir())


@pytest.mark.window
@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
def test_a_question_of_the_window_arrives_whole(tmp_path: Path, rotel: Rotel, protocol: str):
    program = CommandLine(
        tmp_path / "home",
        CHECKOUT,
        variables(rotel, protocol),
        (sys.executable, "-m", "tests.support.window_asks"),
    )
    with serve_in_thread(replies()) as server:
        program.configure(mylab(server.openai_url))
        done = program.run(str(program.home), PROMPT)
    assert (done.code, done.said) == (0, "")
    assert_all_arrived(rotel)
    assert rotel.has("the first prompt can be typed", "roku.app.startup")
    assert not list((program.home / "spool").iterdir())
