"""A person at the real program: a keyboard, a pointer, a window manager, and what is on the disk after."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from roku_desktop.engine.storage.store import SqliteStore
from tests.support.display import PictureTaker
from tests.support.engines import engine_on, scripted

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11"),
]
State = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]


class Person:
    """Types, clicks, and looks at the window."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.sees_now: State = {}
        self.sees(lambda state: state["ready"])
        window = self._xdotool("search", "--sync", "--onlyvisible", "--pid", str(process.pid)).split()[0]
        self._xdotool("windowactivate", "--sync", window)

    def types(self, text: str) -> None:
        self._xdotool("type", "--delay", "4", text)

    def presses(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "4", *keys)

    def clicks(self, place: list[int]) -> None:
        self._xdotool("mousemove", *map(str, place), "click", "1")

    def sees(self, expected: Callable[[State], object]) -> State:
        """Wait until the window looks as expected."""
        assert self._process.stdout is not None
        while not (self.sees_now and expected(self.sees_now)):
            line = self._process.stdout.readline()
            assert line, f"it ended, and looked so before: {self.sees_now}"
            self.sees_now = json.loads(line)
        return self.sees_now

    def lets_the_answer_go_on(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def quits(self) -> None:
        self.presses("ctrl+q")
        _, errors = self._process.communicate(timeout=30)
        assert (self._process.returncode, errors) == (0, "")

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], capture_output=True, text=True, check=True, timeout=60)
        return done.stdout


@contextmanager
def program_that_tells(home: Path, *more: Path) -> Iterator[subprocess.Popen[str]]:
    """The program on that home, which prints what its window shows (`window_state`)."""
    command = [sys.executable, "-m", "tests.support.window_state", str(home), *map(str, more)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    note = tmp_path / "note.py"
    note.write_text("print('hello')\n", encoding="utf-8")
    return note


@pytest.fixture
def person(home: Path, note: Path) -> Iterator[Person]:
    async def fill() -> None:
        answers = (["Put tomatoes into the salad."], ["Rye and water."], ["It rains."])
        async with engine_on(home, scripted(*answers)) as engine:
            for prompt in ("What is for supper?", "How is bread made?", "What about the weather?"):
                session = await engine.create_session(home)
                await (await engine.ask(session.session_id, prompt)).result()

    asyncio.run(fill())
    with program_that_tells(home, note) as process:
        yield Person(process)


def stored(home: Path) -> dict[str, bool]:
    """Titles, and whether they are pinned, as the next start finds them."""

    async def read() -> dict[str, bool]:
        store = await SqliteStore.open(home)
        try:
            return {summary.title: summary.pinned for summary in await store.sessions()}
        finally:
            await store.aclose()

    return asyncio.run(read())


def test_a_person_searches_opens_renames_and_pins(home: Path, person: Person, screenshot: PictureTaker):
    person.presses("ctrl+shift+f")
    person.types("tomatoes")
    person.sees(lambda state: state["results"] == 1)
    screenshot("person-search")
    person.presses("Return")
    person.sees(lambda state: "Put tomatoes into the salad." in state["transcript"])
    person.presses("Escape", "ctrl+l")
    person.sees(lambda state: state["results"] is None)
    person.presses("F2", "ctrl+a")
    person.types("Supper")
    screenshot("person-rename")
    person.presses("Return")
    person.sees(lambda state: state["title"].startswith("Supper"))
    person.presses("ctrl+shift+p")
    person.sees(lambda state: state["pinned"] == ["Supper"])
    screenshot("person-pinned")
    person.quits()
    assert stored(home) == {"Supper": True, "How is bread made?": False, "What about the weather?": False}


def test_a_person_exports_deletes_and_thinks_again(
    home: Path, person: Person, tmp_path: Path, screenshot: PictureTaker
):
    person.presses("ctrl+Down")
    person.sees(lambda state: state["title"].startswith("What about"))
    person.presses("ctrl+e")
    person.sees(lambda state: state["dialog"])
    screenshot("person-export")
    person.presses("ctrl+a")
    person.types(str(tmp_path / "weather.md"))
    person.presses("Return")
    person.sees(lambda state: "Exported to" in state["notice"])
    assert "It rains." in (tmp_path / "weather.md").read_text(encoding="utf-8")
    person.presses("ctrl+shift+BackSpace")
    person.sees(lambda state: "What about the weather?" not in state["sessions"])
    screenshot("person-deleted")
    person.clicks(person.sees(lambda state: state["undo"])["undo"][0])
    person.sees(lambda state: "What about the weather?" in state["sessions"])
    person.quits()
    assert "What about the weather?" in stored(home)


def test_a_person_uses_the_palette_pastes_a_file_and_recalls_a_prompt(
    home: Path, person: Person, screenshot: PictureTaker
):
    person.presses("ctrl+k")
    person.sees(lambda state: state["palette"])
    screenshot("person-palette")
    person.types("bread")
    person.sees(lambda state: state["palette"] == 1)
    person.presses("Return")
    person.sees(lambda state: "Rye and water." in state["transcript"])
    person.presses("ctrl+k")
    person.types("new session")
    person.presses("Return")
    person.sees(lambda state: state["title"] == "Roku" and state["palette"] is None)
    person.presses("ctrl+v")
    person.sees(lambda state: "print('hello')" in state["composer"])
    screenshot("person-pasted")
    person.types("What does it do?")
    person.presses("Return")
    person.sees(lambda state: "The first answer." in state["transcript"] and state["ready"])
    person.presses("Up")
    person.sees(lambda state: "What does it do?" in state["composer"])
    person.presses("Down")
    person.sees(lambda state: state["composer"] == "")
    person.quits()


def test_a_person_writes_on_while_it_streams(home: Path, person: Person, screenshot: PictureTaker):
    person.types("One")
    person.presses("Return")
    person.sees(lambda state: "The first answer." in state["transcript"] and state["ready"])
    person.types("Two")
    person.presses("Return")
    person.sees(lambda state: "It begins" in state["transcript"])
    person.types("Three")
    person.presses("Return")
    person.sees(lambda state: state["queued"] and state["composer"] == "")
    screenshot("person-queued")
    person.lets_the_answer_go_on()
    person.sees(lambda state: "The third answer." in state["transcript"] and state["ready"])
    person.quits()
