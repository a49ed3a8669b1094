"""After warming, a turn loads nothing more that takes time."""

import subprocess
import sys

PROGRAM = """
import asyncio, sys, tempfile
from pathlib import Path
from roku_desktop.engine import load_what_answers
load_what_answers()
assert "httpx" in sys.modules
from tests.support.engines import engine_on, scripted

async def ask(folder):
    async with engine_on(folder, scripted(["Hi"])) as engine:
        session = await engine.create_session(folder)
        before = set(sys.modules)
        turn = await engine.ask(session.session_id, "Hello")
        while turn._first_token.ttft_s is None:
            await asyncio.sleep(0)
        print(*sorted(set(sys.modules) - before))
        await turn.result()

with tempfile.TemporaryDirectory() as folder:
    asyncio.run(ask(Path(folder)))
"""


def test_a_first_word_after_warming_waits_for_few_imports() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if not name.startswith("roku_desktop.engine.storage")]
    assert len(loaded) < 12, loaded
