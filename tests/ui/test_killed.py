"""The program is killed under a person's hands: what was on the screen is there again, and asked again."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roku_desktop.engine import AssistantMessage
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.display import PictureTaker
from tests.support.fault_server import (
    Reply,
    ThreadedFaultServer,
    anthropic_stream,
    serve_in_thread,
    tool_call,
)
from tests.ui.test_person import Person, program_that_tells
from tests.ui.test_second_start import program, window_of

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11"),
]
COMMAND = "echo line >> lines.txt"


@pytest.fixture
def server() -> Iterator[ThreadedFaultServer]:
    asks = anthropic_stream(["I append a line."], [tool_call("Shell", {"command": COMMAND})])
    with serve_in_thread([Reply(asks), Reply(anthropic_stream(["It has run."]))]) as server:
        yield server


def presses(window: str, *keys: str) -> None:
    subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", "--delay", "4", *keys], check=True)


def approves(window: str, server: ThreadedFaultServer) -> None:
    """A key in the first half second is taken for a stray one; the next request says that it was heard."""
    subprocess.run(["xdotool", "windowactivate", "--sync", window], check=True)
    for _ in range(20):
        subprocess.run(["xdotool", "key", "ctrl+shift+a"], check=True)
        with contextlib.suppress(TimeoutError):
            server.arrived(2, timeout_s=0.5)
            return
    raise AssertionError("the approval was not heard")


def test_what_waits_for_approval_is_asked_again_and_runs_once(
    tmp_path: Path, server: ThreadedFaultServer, screenshot: PictureTaker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    home, lines = tmp_path / "home", tmp_path / "lines.txt"
    home.mkdir()
    (home / "runtime.toml").write_text(
        f'schema_version = 1\n[runtime.llm.anthropic]\nbase_url = "{server.url}"\n', encoding="utf-8"
    )
    with program(home) as first:
        window = window_of(first)
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "type", "Run it"], check=True)
        presses(window, "Return")
        presses(window_of(first, "^Approval$"), "Return", "space", "Return")
        first.kill()
    assert not lines.exists()
    with program(home) as second:
        asked = window_of(second, "^Approval$")
        screenshot("killed-approval")
        approves(asked, server)
        second.terminate()
        assert second.wait(20) == 0
    assert lines.read_text(encoding="utf-8") == "line\n"


def test_what_had_been_shown_of_an_answer_is_there_after_a_kill(home: Path, screenshot: PictureTaker):
    with program_that_tells(home) as process:
        person = Person(process)
        person.types("One")
        person.presses("Return")
        person.sees(lambda state: "The first answer." in state["transcript"] and state["ready"])
        person.types("Two")
        person.presses("Return")
        shown = person.sees(lambda state: "It begins" in state["transcript"])["transcript"]
        process.kill()
    with program_that_tells(home) as process:
        person = Person(process)
        again = person.sees(lambda state: "interrupted" in state["transcript"])["transcript"]
        screenshot("killed-streaming")
        assert without_figures(again)[:-1] == without_figures(shown)
        person.quits()
    assert interrupted_answers(home) == ["It begins "]


def without_figures(transcript: str) -> list[str]:
    return [line for line in transcript.splitlines() if not line.startswith("first token")]


def interrupted_answers(home: Path) -> list[str]:
    async def read() -> list[str]:
        store = await SqliteStore.open(home)
        try:
            (session,) = await store.sessions()
            messages = [stored.message for stored in await store.messages(session.session_id)]
        finally:
            await store.aclose()
        answers = [message for message in messages if isinstance(message, AssistantMessage)]
        return [answer.text for answer in answers if answer.status == "interrupted"]

    return asyncio.run(read())
