"""`runs`: list turns, and go on with an unfinished one. Resuming prints as `ask` does."""

from __future__ import annotations

import argparse
import asyncio

from roku_desktop.cli import exits
from roku_desktop.cli.ask import run_turn
from roku_desktop.cli.lookup import find_run
from roku_desktop.cli.output import print_json, table, when
from roku_desktop.cli.place import engine_of, show_log
from roku_desktop.engine import Consent, Engine, ModelChoice, RunRecord, Turn


def list_all(arguments: argparse.Namespace) -> int:
    """Print the newest turns."""
    return asyncio.run(_list(arguments))


async def _list(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        found = await engine.runs(limit=arguments.limit)
    if arguments.json:
        print_json({"runs": found})
    elif not found:
        print("No turns yet.")
    else:
        rows = [
            (_state(run), f"{run.provider} {run.model}", when(run.started_at), run.run_id) for run in found
        ]
        print(table(("STATE", "MODEL", "STARTED", "ID"), rows, flexible=1))
    return exits.DONE


def _state(run: RunRecord) -> str:
    return f"{run.status} ({run.failure.kind})" if run.failure else run.status


def resume(arguments: argparse.Namespace) -> int:
    """Go on with a run that was interrupted, failed or cancelled."""
    show_log(arguments)

    async def start(engine: Engine, choice: ModelChoice) -> Turn:
        run = await find_run(engine, arguments.run)
        return await engine.resume(run.run_id, choice=choice, consent=Consent(waits=False))

    return run_turn(arguments, start)
