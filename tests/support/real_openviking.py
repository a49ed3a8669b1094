"""The real OpenViking server as a process, with embeddings from this machine; see `docs/memory.md`."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.embeddings import DIMENSION, MODEL
from tests.support.processes import CHECKOUT

_LOOKS = 300


class RealOpenViking:
    """`program` is `openviking-server`; everything it keeps lies in `folder`."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._embeddings: subprocess.Popen[str] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        command = [sys.executable, "-m", "tests.support.embeddings"]
        self._embeddings = await asyncio.to_thread(
            lambda: subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        )
        assert self._embeddings.stdout is not None
        address = (await asyncio.to_thread(self._embeddings.stdout.readline)).strip()
        dense = {
            "provider": "openai",
            "api_base": f"{address}/v1",
            "api_key": "none",
            "model": MODEL,
            "dimension": DIMENSION,
            "input": "text",
            "encoding_format": "float",
        }
        config = {
            "storage": {"workspace": str(self._folder / "data")},
            "server": {"host": "127.0.0.1", "port": self.port},
            "embedding": {"dense": dense},
        }
        (self._folder / "ov.conf").write_text(json.dumps(config))
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        assert self._embeddings is not None
        self._embeddings.communicate()

    async def start(self) -> None:
        """Return when it is ready to be asked."""
        with (self._folder / "openviking.log").open("ab") as log:
            command = [self._program, "--config", str(self._folder / "ov.conf")]
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(_LOOKS):
            if await asyncio.to_thread(self._is_ready):
                return
            await asyncio.sleep(0.2)
        raise AssertionError((self._folder / "openviking.log").read_text()[-2_000:])

    def kill(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
