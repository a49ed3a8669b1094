"""A conversation that is shortened when the process is killed is as it was, or whole: nothing between."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import CompactComplete, Engine, Event
from tests.engine.context.test_compacting import told
from tests.engine.context.test_compaction import NOTES, CountingLab, small
from tests.support.history import assert_valid
from tests.support.killed_compaction import LAST_PROMPT, MOMENTS
from tests.support.labs import engine_of
from tests.support.processes import CHECKOUT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")


async def killed(home: Path, session_id: str, when: str, name: str) -> list[Event]:
    """Return what it had published until it was killed."""
    command = [sys.executable, "-m", "tests.support.killed_compaction", str(home), session_id, when, name]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    said, trouble = await process.communicate()
    assert process.returncode == -signal.SIGKILL, trouble.decode()
    return [msgspec.json.decode(line, type=Event) for line in said.splitlines()]


async def test_whenever_it_is_killed_the_next_start_goes_on_from_what_was_or_what_is_whole(
    tmp_path: Path,
) -> None:
    async with engine_of(tmp_path / "before", CountingLab("a"), settings=small("a")) as engine:
        session_id = await told(engine)
        before = [stored.message for stored in await engine.messages(session_id)]
    homes = [tmp_path / f"{when} {name}" for when, name in MOMENTS]
    for home in homes:
        shutil.copytree(tmp_path / "before", home)
    shown = await asyncio.gather(
        *(killed(home, session_id, *moment) for home, moment in zip(homes, MOMENTS, strict=True))
    )
    for home, moment, events in zip(homes, MOMENTS, shown, strict=True):
        is_whole = moment == ("after", "CompactComplete")
        script = ("Done.",) if is_whole else (NOTES, "Done.")
        lab = CountingLab("a", *script)
        async with engine_of(home, lab, settings=small("a")) as engine:
            made = await engine.compactions(session_id)
            assert len(made) == is_whole, moment
            assert is_whole or not any(isinstance(event, CompactComplete) for event in events)
            await goes_on(engine, session_id)
            kept = [stored.message for stored in await engine.messages(session_id)]
            assert kept[: len(before)] == before, "what was said stays, whatever is sent"
            assert_valid(kept)
            assert len(await engine.compactions(session_id)) == 1
        assert "8443" in str(lab.requests[-1].messages[0])
        assert lab.requests[-1].messages[-1].text == LAST_PROMPT  # type: ignore[union-attr]


async def goes_on(engine: Engine, session_id: str) -> None:
    run = await engine.last_run(session_id)
    assert run is not None
    assert run.status == "interrupted"
    ended = await (await engine.resume(run.run_id)).result()
    assert ended.outcome == "completed", ended.failure
