"""One instant OpenAI-compatible server in a process of its own, for the benchmarks.

Owns starting and ending it and the configuration that points at it. The server is the tests' fault
server with a script of one answer, so that both sides of a pair read the very same bytes.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.harness import ROOT

CHUNK = "word "


@dataclass(frozen=True, kw_only=True)
class StreamServer:
    """`base_url` is that of an OpenAI-compatible service; `folder` is scratch space that goes with it."""

    base_url: str
    folder: Path

    def home(self, name: str = "home") -> Path:
        """A home whose runtime.toml names this server as its only provider."""
        home = self.folder / name
        home.mkdir(mode=0o700, exist_ok=True)
        (home / "runtime.toml").write_text(
            'schema_version = 1\n[runtime.llm.providers.bench]\nkind = "openai-chat"\n'
            f'base_url = "{self.base_url}"\nprimary_model = "test-model"\n',
            encoding="utf-8",
        )
        return home


@contextlib.contextmanager
def stream_server(*, chunks: int, pause_s: float = 0.0) -> Iterator[StreamServer]:
    """Serve one answer of `chunks` content chunks, each after a pause, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="roku-bench-") as scratch:
        script = Path(scratch) / "script.json"
        reply = {"openai": {"text_chunks": [CHUNK] * chunks}, **({"pause_s": pause_s} if pause_s else {})}
        script.write_text(json.dumps({"replies": [reply]}))
        command = [sys.executable, "-m", "tests.support.fault_server", "--script", str(script)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            port = json.loads(process.stdout.readline())["port"]
            yield StreamServer(base_url=f"http://127.0.0.1:{port}/v1", folder=Path(scratch))
        finally:
            process.terminate()
            process.communicate()
