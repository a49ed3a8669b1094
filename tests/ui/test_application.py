"""Start and end of the real program: paint first, ready, quit in any state, in order and in time."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from roku_desktop.engine import AssistantMessage
from tests.support.display import PictureTaker
from tests.support.engines import engine_on, scripted
from tests.support.window_openings import OPENINGS

pytestmark = pytest.mark.window

ROOT = Path(__file__).resolve().parents[2]
# Promise 22, from the signal to the end of the process as its parent sees it. An orderly end takes a
# quarter of it, the last resort comes after 1.7 s: what a busy machine adds has its room.
QUIT_WITHIN_S = 2.0
by_signal = pytest.mark.skipif(sys.platform == "win32", reason="there TerminateProcess can't be caught")


@contextmanager
def program(home: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-X",
        "dev",
        "-W",
        "error",
        "-m",
        "tests.support.window_program",
        str(home),
        mode,
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def complaints_in(errors: str) -> str:
    """All that was said but how long a step took: a busy machine makes any step long, and the gaps of
    the loop are measured elsewhere (`support/loop_gaps.py`).
    """
    lines = errors.splitlines(keepends=True)
    return "".join(line for line in lines if not (line.startswith("Executing <") and " took " in line))


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_it_leaves_with_zero_as_soon_as_a_prompt_could_be_sent(home: Path):
    with program(home, "exit-when-ready") as process:
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, complaints_in(errors)) == (0, "")


@by_signal
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("mode", "sign"), [("idle", "ready"), ("streaming", "streaming"), ("stuck", "opening")]
)
def test_quitting_ends_the_process_in_time_and_without_a_word(
    home: Path, mode: str, sign: str, number: signal.Signals
):
    with program(home, mode) as process:
        while line_of(process) != sign:
            assert process.poll() is None
        asked = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
        assert time.monotonic() - asked < QUIT_WITHIN_S
        assert (process.returncode, complaints_in(errors)) == (0, "")


@by_signal
def test_another_language_needs_no_start_and_stops_no_answer(home: Path, screenshot: PictureTaker):
    with program(home, "renewed") as process:
        while line_of(process) != "ready":
            assert process.poll() is None
        assert line_of(process) == "新会话|half a thought|True"
        screenshot("window-chinese")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, complaints_in(errors)) == (0, "")


@by_signal
def test_a_timer_in_a_cycle_ends_on_the_windows_thread_whoever_makes_objects(home: Path):
    with program(home, "garbage") as process:
        assert [line_of(process), line_of(process)] == ["ready", "window"]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, complaints_in(errors)) == (0, "")


@by_signal
def test_garbage_is_collected_also_while_the_page_stands_that_says_why_there_is_no_engine(home: Path):
    with program(home, "trouble-garbage") as process:
        assert line_of(process).startswith("The database is locked by another program.")
        assert [line_of(process), line_of(process)] == ["window", "ready"]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, complaints_in(errors)) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11")
def test_keys_and_clicks_of_a_real_keyboard_and_pointer_reach_it(home: Path, screenshot: PictureTaker):
    def xdotool(*arguments: str) -> str:
        return subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=True).stdout

    with program(home, "typed") as process:
        assert line_of(process) == "ready"
        window = xdotool("search", "--sync", "--onlyvisible", "--pid", str(process.pid)).split()[0]
        xdotool("windowactivate", "--sync", window, "type", "Tell me a story")
        xdotool("key", "Return")
        assert line_of(process) == "streaming"
        screenshot("window-streaming")
        xdotool("key", "Escape")
        assert line_of(process) == "stopped"
        screenshot("window-stopped")
        xdotool("key", "ctrl+q")
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, complaints_in(errors)) == (0, "")


@by_signal
@pytest.mark.parametrize("name", OPENINGS)
def test_whatever_is_open_over_the_window_does_not_keep_it_from_quitting(home: Path, name: str):
    with program(home, f"open-{name}") as process:
        while line_of(process) != "opened":
            assert process.poll() is None
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert time.monotonic() - asked < QUIT_WITHIN_S
        assert (process.returncode, complaints_in(errors)) == (0, "")


def test_a_session_that_ends_ends_it_in_order_also_while_its_window_is_hidden(home: Path):
    with program(home, "logout") as process:
        assert line_of(process) == "ready"
        asked = time.monotonic()
        _, errors = process.communicate(timeout=30)
        assert time.monotonic() - asked < QUIT_WITHIN_S
        assert (process.returncode, complaints_in(errors)) == (0, "")


@by_signal
def test_a_thread_that_does_not_end_does_not_keep_the_process(home: Path):
    with program(home, "hung") as process:
        assert line_of(process) == "ready"
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert time.monotonic() - asked < QUIT_WITHIN_S


@by_signal
def test_quitting_while_it_streams_keeps_what_was_shown(home: Path):
    with program(home, "streaming") as process:
        while line_of(process) != "streaming":
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    async def stored() -> None:
        async with engine_on(home, scripted(["x"])) as engine:
            (session,) = await engine.sessions()
            answer = (await engine.messages(session.session_id))[-1].message
            assert isinstance(answer, AssistantMessage)
            assert (answer.text, answer.status) == ("It never ends ", "interrupted")

    asyncio.run(stored())


@by_signal
@pytest.mark.parametrize("mode", ["trouble", "trouble-later"])
def test_what_keeps_the_engine_from_opening_is_a_page_from_which_one_can_try_again(home: Path, mode: str):
    with program(home, mode) as process:
        assert line_of(process).startswith("The database is locked by another program.")
        assert line_of(process) == "ready"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, complaints_in(errors)) == (0, "")
