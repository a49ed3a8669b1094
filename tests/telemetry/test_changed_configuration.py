"""What is changed while the program runs holds from the next event on, not from the next start on."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from roku_desktop.app import open_watched_engine
from roku_desktop.config import SettingsDesk
from roku_desktop.engine import Engine
from roku_desktop.engine.disk_room import MIB, free_bytes_of
from roku_desktop.paths import HomePaths
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream
from tests.support.setups import KEY, mylab

PROMPT = "canary-prompt-90d1"
HIGHEST_MB = 10**6


class Lived:
    """An engine that follows its configuration, and where that is changed."""

    def __init__(self, engine: Engine, desk: SettingsDesk, home: HomePaths) -> None:
        self.engine = engine
        self.desk = desk
        self.home = home

    async def ask(self) -> Path:
        """Have a prompt answered; gives the place of its trace."""
        session = await self.engine.create_session(self.home.home)
        turn = await self.engine.ask(session.session_id, PROMPT)
        await turn.result()
        return self.home.traces / f"{turn.run_id}.jsonl"

    async def change(self, section: str, name: str, value: bool | int) -> None:
        await self.desk.change({(section, name): value})


@asynccontextmanager
async def lived(tmp_path: Path, answers: int) -> AsyncIterator[Lived]:
    home = HomePaths.locate({}, home=str(tmp_path / "home"))
    home.create()
    desks: list[SettingsDesk] = []
    with serve_in_thread([Reply(openai_stream(["Yes"]))] * answers) as server:
        home.runtime_toml.write_text(mylab(server.openai_url), encoding="utf-8")
        async with open_watched_engine(home, take_desk=desks.append) as engine:
            yield Lived(engine, desks[0], home)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROKU_MYLAB_API_KEY", KEY)


async def test_content_is_captured_from_the_change_on_and_no_more_after_the_next(tmp_path: Path):
    async with lived(tmp_path, 3) as program:
        before = await program.ask()
        await program.change("telemetry", "capture_content", True)
        within = await program.ask()
        await program.change("telemetry", "capture_content", False)
        after = await program.ask()
    assert [PROMPT in trace.read_text() for trace in (before, within, after)] == [False, True, False]


async def test_what_can_wait_stops_and_goes_on_with_the_bound_of_the_disk(tmp_path: Path):
    if free_bytes_of(tmp_path) >= HIGHEST_MB * MIB:
        pytest.skip("this disk has more room than a bound can ask for")
    async with lived(tmp_path, 2) as program:
        await program.change("storage", "min_free_mb", HIGHEST_MB)
        refused = await program.ask()
        await program.change("storage", "min_free_mb", 0)
        kept = await program.ask()
    assert [trace.exists() for trace in (refused, kept)] == [False, True]


async def test_the_page_for_prometheus_opens_moves_and_closes_with_its_port(tmp_path: Path):
    async with lived(tmp_path, 1) as program:
        await program.ask()
        first, second = free_port(), free_port()
        for port in (first, second, 0):
            await program.change("telemetry", "prometheus_port", port)
            async with asyncio.timeout(5):
                while await listening(first, second) != [one for one in (first, second) if one == port]:
                    await asyncio.sleep(0.01)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def listening(*ports: int) -> list[int]:
    """Those at which somebody takes connections."""
    found = []
    for port in ports:
        with contextlib.suppress(ConnectionError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
            found.append(port)
    return found
