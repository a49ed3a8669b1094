"""A person's first ten minutes with the real program: keyboard, pointer, a window manager, a tray.

    first start → an answer of the embedded model → a key for a service → a tool approved → a failover seen
    → the quick prompt by its key → closed into the tray → quit from its menu → started again, all still there

`FirstMinutes` is the person; each method is one thing that a person does and then sees. The suite walks it
once (tests/ui/test_first_minutes.py); tests/benchmarks/first_minutes.py walks it in both languages and
colours and keeps a picture of every step.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from roku_desktop.ui.look.appearance import Appearance, write
from tests.support.fault_server import (
    Reply,
    ThreadedFaultServer,
    openai_error,
    openai_stream,
    serve_in_thread,
    tool_call,
)
from tests.support.first_minutes_words import Language, Words, end_of

ROOT: Final = Path(__file__).resolve().parents[2]
Scheme = Literal["light", "dark"]
Seen = dict[str, Any]
ENOUGH_TO_READ: Final = 60
WITHIN_S: Final = 30.0
LOOK_EVERY_S: Final = 0.03
KEY: Final = "sk-first-minutes"


def replies(words: Words) -> list[Reply]:
    """What the person's own service answers: a call, its end, a refusal, and the quick answer."""
    call = tool_call("Write", {"path": words.file, "content": words.list})
    return [
        Reply(openai_stream([], [call])),
        Reply(openai_stream(words.written.splitlines(keepends=True))),
        openai_error(429, "insufficient_quota", "You exceeded your current quota."),
    ]


class FirstMinutes:
    """Attributes: `home` is ROKU_HOME, `workspace` where the person works."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *,
        language: Language,
        scheme: Scheme,
        picture: Callable[[str], object] = lambda _name: None,
    ) -> None:
        self.words = Words(language)
        self.home = folder / ".roku"
        self.workspace = folder / "picnic"
        self._environment = {**environment, "HOME": str(folder), "ROKU_HOME": str(self.home)}
        self._picture = picture
        self._process: subprocess.Popen[str] | None = None
        self.workspace.mkdir()
        self.home.mkdir(mode=0o700)
        write(self.home / "appearance.json", Appearance(language=language, scheme=scheme))

    # What a person does

    def meets_it(self) -> None:
        """The first start: three ways to an answer, and writing is possible at once."""
        words = self.words
        self.sees(lambda now: words("Write now") in now["places"] and now["mode"] == "ready" and now["tray"])
        self._keeps("first-start")

    def asks_the_model_inside(self) -> None:
        words = self.words
        self._clicks(words("Write now"))
        self._writes(words.hello, words("Prompt"))
        self._presses("Return")
        answered = self.sees(lambda now: len(now["text"]) > len(words.hello) + ENOUGH_TO_READ)
        if answered["mode"] == "writing":  # small models find no end at times
            self._presses("Escape")
        self.sees(lambda now: now["mode"] == "ready")
        self._keeps("embedded-answer")

    def brings_a_key(self, service: ThreadedFaultServer) -> None:
        """Adds a service, by its address, with a key that goes into the keyring and is tried."""
        words = self.words
        self._presses("ctrl+comma")
        self._clicks(words("Providers and keys"))
        self._keeps("settings")
        self._clicks(words("Add a provider"))
        self._clicks(words("Any OpenAI-compatible service"))
        self._fills(words("Name"), "mylab")
        self._fills(words("Address"), service.openai_url)
        self._fills(words("Model"), "test-model")
        self._keeps("add-a-provider")
        self._clicks(words("Save and test"))
        self._clicks(f"{words('Add a key…')} (mylab)")
        self.sees(lambda now: words("Show what I type") in now["places"])
        self._writes(KEY, words("Key for {0}").format("mylab"))
        self._keeps("key")
        self._clicks(words("Keep and test"))
        self.sees(
            lambda _now: any(get.headers.get("authorization") == f"Bearer {KEY}" for get in service.gets)
        )
        self._keeps("key-tested")
        self._presses("Escape")
        self.sees(lambda now: words("Show what I type") not in now["places"])

    def has_a_stand_in(self, service: ThreadedFaultServer) -> None:
        """A second service, written into the file by hand: it is there without a restart."""
        file = self.home / "runtime.toml"
        name = '\n[runtime.llm.providers.reserve]\nkind = "local"\n'
        more = f'base_url = "{service.openai_url}"\nprimary_model = "reserve-model"\n'
        file.write_text(file.read_text("utf-8") + name + more, "utf-8")
        self.sees(lambda now: f"{self.words('Test')} (reserve)" in now["places"])
        self._keeps("two-services")

    def leaves_the_settings(self) -> None:
        self._presses("Escape")
        self.sees(lambda now: self.words("Find a setting") not in now["places"])

    def chooses_it(self) -> None:
        self._presses("ctrl+n")
        self._presses("ctrl+m")
        self.sees(lambda now: self.words("Choose provider and model") in now["places"])
        self._writes("test-model", self.words("Choose provider and model"))
        self._keeps("switcher")
        self._presses("Return")
        self.sees(lambda now: self.words("Choose provider and model") not in now["places"])

    def approves_a_file(self) -> None:
        words = self.words
        self._writes(words.wish, words("Prompt"))
        self._presses("Return")
        self.sees(lambda now: words("Approve once") in now["places"])
        self._keeps("approval")
        self._clicks(words("Approve once"))
        self.sees(lambda now: end_of(words.written) in now["text"] and now["mode"] == "ready")
        self._keeps("approved")

    def sees_a_failover(self) -> None:
        words = self.words
        self._writes(words.more, words("Prompt"))
        self._presses("Return")
        self.sees(lambda now: end_of(words.rain) in now["text"] and now["mode"] == "ready")
        self._keeps("failover")

    def takes_a_key_of_the_desktop(self) -> None:
        words = self.words
        self._presses("ctrl+k")
        self.sees(lambda now: words("Command palette") in now["places"])
        self._writes(words("Quick prompt from anywhere: its key on or off"), words("Command palette"))
        self._keeps("palette")
        self._presses("Return")
        self.sees(lambda now: words("Command palette") not in now["places"])

    def closes_the_window(self) -> None:
        """By the cross of its frame, as people do."""
        x, y, width = self.sees(lambda now: now["focus"] == self.words("Prompt"))["frame"]
        self._xdotool("mousemove", str(x + width - 11), str(y - 11), "click", "1")
        self.sees(lambda now: not now["shown"])
        self._keeps("in-the-tray")

    def asks_quickly(self) -> None:
        words = self.words
        self._presses("ctrl+alt+space")
        self.sees(lambda now: now["quick"] is not None)
        self._writes(words.quick, words("Prompt"))
        self._presses("Return")
        self.sees(lambda now: end_of(words.tea) in (now["quick"] or ""))
        self._keeps("quick")
        self._presses("Escape")
        self.sees(lambda now: now["quick"] is None)

    def quits_from_the_tray(self) -> None:
        """A click with the other button, and one on the menu's last line."""
        tray = self.sees(lambda now: now["tray"])["tray"]
        self._xdotool("mousemove", *map(str, tray), "click", "3")
        self.sees(lambda now: self.words("Quit") in now["places"])
        self._keeps("tray-menu")
        self._clicks(self.words("Quit"))
        assert self._process is not None
        _, errors = self._process.communicate(timeout=WITHIN_S)
        assert (self._process.returncode, errors) == (0, "")

    def finds_all_of_it_again(self) -> None:
        words = self.words
        self.sees(lambda now: end_of(words.rain) in now["text"] and now["mode"] == "ready" and now["tray"])
        titles = [words.quick, words.wish, words.hello]
        self.sees(lambda now: [title[:20] for title in now["sessions"]] == [title[:20] for title in titles])
        self._keeps("again")

    # How

    @contextmanager
    def starts(self) -> Iterator[None]:
        command = [sys.executable, "-m", "tests.support.seen_program", str(self.home), str(self.workspace)]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            self._process = process
            try:
                yield
            finally:
                process.kill()

    def sees(self, expected: Callable[[Seen], object], *, within_s: float = WITHIN_S) -> Seen:
        """Look until it is as expected."""
        until = time.monotonic() + within_s
        while True:
            now = self._looks()
            if expected(now):
                return now
            if time.monotonic() > until:
                self._picture("not-seen")
                raise AssertionError(f"it still looks like this: {json.dumps(now, ensure_ascii=False)}")
            time.sleep(LOOK_EVERY_S)

    def _looks(self, order: str = "look") -> Seen:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"it ended: {self._process.communicate()[1]}"
        seen: Seen = json.loads(line)
        return seen

    def _keeps(self, name: str) -> None:
        """A picture, once what was seen is painted."""
        self._looks()
        self._picture(name)

    def _writes(self, text: str, into: str) -> None:
        """Typed where the keyboard has the letters, else as an input method hands it over: at once.

        A person sees the cursor before: a window that closes leaves the keyboard a moment later.
        """
        self.sees(lambda now: now["focus"] == into)
        if text.isascii():
            self._xdotool("type", "--delay", "1", text)
        else:
            self._looks(f"copy {json.dumps(text)}")
            self._presses("ctrl+v")

    def _fills(self, field: str, text: str) -> None:
        self._clicks(field)
        self._presses("ctrl+a")
        self._writes(text, field)

    def _presses(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "4", *keys)

    def _clicks(self, name: str) -> None:
        place = self.sees(lambda now: name in now["places"])["places"][name]
        self._xdotool("mousemove", *map(str, place), "click", "1")

    def _xdotool(self, *words: str) -> None:
        environment = {**os.environ, "DISPLAY": self._environment["DISPLAY"]}
        subprocess.run(["xdotool", *words], check=True, timeout=60, env=environment, capture_output=True)


def walk(person: FirstMinutes) -> None:
    """All ten minutes, in the order of a person; needs a screen, a tray and a session bus with a keyring."""
    words = person.words
    with serve_in_thread(replies(words)) as mine, serve_in_thread(stand_in(words)) as reserve:
        with person.starts():
            person.meets_it()
            person.asks_the_model_inside()
            person.brings_a_key(mine)
            person.has_a_stand_in(reserve)
            person.leaves_the_settings()
            person.chooses_it()
            person.approves_a_file()
            person.sees_a_failover()
            person.takes_a_key_of_the_desktop()
            person.closes_the_window()
            person.asks_quickly()
            person.quits_from_the_tray()
        with person.starts():
            person.finds_all_of_it_again()
            person.quits_from_the_tray()


def stand_in(words: Words) -> list[Reply]:
    return [
        Reply(openai_stream(words.rain.splitlines(keepends=True), model="reserve-model")),
        Reply(openai_stream(words.tea.splitlines(keepends=True), model="reserve-model")),
    ]
