"""The Prometheus page is there for this computer alone, and says what the cells say."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from roku_desktop.engine import DiskRoom
from roku_desktop.telemetry.logs.handler import LogHandler
from roku_desktop.telemetry.page_server import PageServer
from roku_desktop.telemetry.recording import recording_of
from tests.support.engines import engine_on, scripted


async def fetch(port: int, request: str) -> tuple[str, str]:
    """Status line and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    text = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, body = text.partition("\r\n\r\n")
    return head.splitlines()[0], body


def quiet(home: Path) -> LogHandler:
    return LogHandler(home, "off", ())


async def test_the_page_shows_the_totals_of_the_process_that_serves_it(tmp_path: Path):
    (tmp_path / "traces").mkdir()
    async with engine_on(tmp_path, scripted(["one"], ["two"])) as engine:
        recording = recording_of(
            engine,
            lambda _provider: None,
            tmp_path / "traces",
            log=quiet(tmp_path),
            room=DiskRoom(tmp_path, 0),
        )
        engine.subscribe(recording.hear)
        engine.before_closing(recording.close)
        server = await PageServer.open(0, recording.recorder.cells.copies)
        session = await engine.create_session(tmp_path)
        for prompt in ("first", "second"):
            await (await engine.ask(session.session_id, prompt)).result()
        status, body = await fetch(
            server.port, f"GET /metrics HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n"
        )
        await server.close()
    assert status == "HTTP/1.1 200 OK"
    assert 'roku_turn_count_total{roku_outcome="completed"} 2.0\n' in body


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        ("GET /metrics HTTP/1.1\r\nHost: rebound.example:9464", "403 Forbidden"),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:9464", "404 Not Found"),
        ("POST /metrics HTTP/1.1\r\nHost: 127.0.0.1:9464", "405 Method Not Allowed"),
        ("nonsense", "405 Method Not Allowed"),
    ],
)
async def test_all_else_is_refused(request_head: str, status: str):
    server = await PageServer.open(0, list)
    assert await fetch(server.port, f"{request_head}\r\n\r\n") == (f"HTTP/1.1 {status}", "")
    await server.close()


async def test_a_taken_port_is_no_trouble_for_the_engine(tmp_path: Path):
    server = await PageServer.open(0, list)
    async with engine_on(tmp_path, scripted(["one"])) as engine:
        recording = recording_of(
            engine, lambda _provider: None, tmp_path, log=quiet(tmp_path), room=DiskRoom(tmp_path, 0)
        )
        recording.open_page(server.port)
        await recording.close()
    await server.close()
