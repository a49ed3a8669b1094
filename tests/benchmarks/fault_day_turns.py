"""The turns of a scripted day: its server in a process of its own, a home that asks it, and who asks.

Called by `fault_day` and `soak`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.engine import Engine, Event, TextDelta
from roku_desktop.paths import HomePaths
from tests.benchmarks.fault_day_server import Served, is_stopped
from tests.benchmarks.harness import ROOT

SESSION_TURNS: Final = 10


class Server:
    """The day's server; `served` is its log once it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self.url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        self.served: list[Served] = []

    def end(self) -> None:
        said, _ = self._process.communicate()
        self.served = [msgspec.json.decode(line, type=Served) for line in said.splitlines()]


@contextmanager
def day_server() -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.benchmarks.fault_day_server"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Server(process)


def home_for(folder: Path, server: Server, collector_url: str, page_port: int) -> HomePaths:
    """A home that asks this server, the second provider standing in for the first."""
    home = HomePaths.locate({}, home=str(folder / "home"))
    home.create()
    providers = "".join(
        f'[runtime.llm.providers.{name}]\nkind = "openai-chat"\nbase_url = "{server.url}/{name}/v1"\n'
        f'primary_model = "{name}-model"\npriority = {priority}\n'
        for name, priority in (("lab", 1), ("spare", 2))
    )
    home.runtime_toml.write_text(
        "schema_version = 1\n[runtime.llm.resilience]\nmax_retries = 2\ninitial_backoff_ms = 1\n"
        f"max_backoff_ms = 20\ncooldown_ms = 200\n{providers}"
        f'[runtime.telemetry]\notlp_endpoint = "{collector_url}"\nprometheus_port = {page_port}\n',
        encoding="utf-8",
    )
    return home


class Person:
    """Asks turn after turn, and stops some of them at their first word.

    Attributes:
        asked_at: when each turn was asked, in monotonic seconds, which on Linux are the server's too.
        outcomes: how many turns ended how.
    """

    def __init__(self, engine: Engine, workspace: Path) -> None:
        self.asked_at: dict[int, float] = {}
        self.outcomes: Counter[str] = Counter()
        self._engine = engine
        self._workspace = workspace
        workspace.mkdir()
        (workspace / "notes.txt").write_text("nothing of note\n", encoding="utf-8")
        self._spoke: dict[str, asyncio.Event] = {}
        engine.subscribe(self._hear)

    async def live(self, turns: range, *, at_a_time: int = 1) -> None:
        """Ask these, in so many conversations at a time."""
        every = [turns[worker::at_a_time] for worker in range(at_a_time)]
        await asyncio.gather(*(self._talk(each) for each in every))

    async def _talk(self, turns: range) -> None:
        session_id = ""
        for number, turn_number in enumerate(turns):
            if number % SESSION_TURNS == 0:
                session_id = (await self._engine.create_session(self._workspace)).session_id
            self.asked_at[turn_number] = time.monotonic()
            turn = await self._engine.ask(session_id, f"turn-{turn_number}")
            if is_stopped(turn_number):
                await self._first_word(turn.run_id).wait()
                await self._engine.stop(session_id)
            self.outcomes[(await turn.result()).outcome] += 1
            self._spoke.pop(turn.run_id, None)

    def _hear(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            self._first_word(event.run_id).set()

    def _first_word(self, run_id: str) -> asyncio.Event:
        return self._spoke.setdefault(run_id, asyncio.Event())
