"""A running Prometheus, where it is installed: what it scrapes, and what it says of queries and rules."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.benchmarks.harness import ROOT

PROMETHEUS: Final = shutil.which("prometheus")
PROMTOOL: Final = shutil.which("promtool")
RULES: Final = ROOT / "resources" / "prometheus" / "alerts.yml"


def promtool(*words: str | Path, given: bytes = b"") -> tuple[int, bytes]:
    """The exit code of `promtool`, and what it found wrong."""
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *words], input=given, capture_output=True, check=False)
    return done.returncode, done.stderr


class Prometheus:
    """One that runs; `get` asks its API, whose answers are JSON."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def get(self, path: str, **query: str) -> Any:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"GET /api/v1/{path}?{urlencode(query)} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return json.loads(answer.partition(b"\r\n\r\n")[2])


@asynccontextmanager
async def prometheus_on(folder: Path, page_port: int) -> AsyncIterator[Prometheus]:
    """Keep one running with the project's rules; it scrapes that page, first after five seconds."""
    settings = folder / "prometheus.yml"
    settings.write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 100ms}\n"
        f'scrape_configs: [{{job_name: roku, static_configs: [{{targets: ["127.0.0.1:{page_port}"]}}]}}]\n'
        f"rule_files: [{json.dumps(str(RULES))}]\n",
        encoding="utf-8",
    )
    assert PROMETHEUS is not None
    process = await asyncio.create_subprocess_exec(
        PROMETHEUS,
        f"--config.file={settings}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        "--web.listen-address=127.0.0.1:0",
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stderr is not None
    said = b""
    draining: asyncio.Task[bytes] | None = None
    try:
        async with asyncio.timeout(20):
            while b"ready to receive web requests" not in said:
                line = await process.stderr.readline()
                assert line, said.decode()
                said += line
        draining = asyncio.create_task(process.stderr.read())
        listening = re.findall(rb'"Listening on".* address=127\.0\.0\.1:(\d+)', said)
        yield Prometheus(int(listening[-1]))
    finally:
        process.terminate()
        await process.wait()
        if draining is not None:
            await draining
