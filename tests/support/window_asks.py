"""The window of the program itself, as a person would start it, who asks one question and leaves.

    python -m tests.support.window_asks HOME PROMPT

The home's own configuration and provider are used; the exit code is the window's.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from roku_desktop.app import open_watched_engine
from roku_desktop.engine import Engine
from roku_desktop.engine.events import Event, TurnFinished
from roku_desktop.paths import HomePaths
from roku_desktop.process_age import process_age_s
from roku_desktop.ui.application import run
from tests.support.window_program import window


async def ask_and_leave(engine: Engine, prompt: str) -> None:
    """Type, wait for the end of the turn, close."""
    ended = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, TurnFinished):
            ended.set()

    engine.subscribe(hear)
    while window().composer.mode != "ready":
        await asyncio.sleep(0.005)
    window().composer.set_text(prompt)
    window().composer.edit.submitted.emit()
    await ended.wait()
    window().close()


def main(home: Path, prompt: str) -> int:
    paths = HomePaths.locate({}, home=str(home))

    @asynccontextmanager
    async def open_engine() -> AsyncIterator[Engine]:
        async with open_watched_engine(paths) as engine:
            person = asyncio.create_task(ask_and_leave(engine, prompt))
            try:
                yield engine
            finally:
                person.cancel()

    return run(open_engine, workspace=home, appearance=paths.appearance, process_age_s=process_age_s)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
