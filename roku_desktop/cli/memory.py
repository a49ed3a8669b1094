"""`memory`: what is remembered beyond a session: list, search, add, change, forget, export."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Final

from roku_desktop.cli import exits
from roku_desktop.cli.output import one_line, plain, print_json, say, table, when
from roku_desktop.cli.place import engine_of, show_log
from roku_desktop.engine import Engine, Memory, MemoryScope
from roku_desktop.engine.errors import ConfigurationError, NotFoundError

_PAGE: Final = 500


def list_all(arguments: argparse.Namespace) -> int:
    """Print the newest memories, or those that hold every word of a text."""

    async def work(engine: Engine) -> int:
        memories = await engine.memories.page(" ".join(arguments.text), limit=arguments.limit)
        if arguments.json:
            print_json({"memories": memories})
        elif memories:
            heads = ("ID", "WHERE", "CHANGED", "TEXT")
            print(table(heads, [_row(memory) for memory in memories], flexible=3))
        else:
            say("Nothing of that is remembered." if arguments.text else "Nothing is remembered yet.")
        return exits.DONE

    return _with_engine(arguments, work)


def add(arguments: argparse.Namespace) -> int:
    """Remember a text, from the command line or from stdin."""
    text = sys.stdin.read() if arguments.text == "-" else arguments.text

    owner = os.path.realpath(arguments.workspace) if arguments.workspace else ""

    async def work(engine: Engine) -> int:
        scope: MemoryScope = "workspace" if arguments.workspace else "global"
        memory = await engine.memories.remember(text, scope, owner)
        if arguments.json:
            print_json(memory)
        else:
            print(memory.memory_id)
        return exits.DONE

    return _with_engine(arguments, work)


def change(arguments: argparse.Namespace) -> int:
    """Put another text in the place of a memory's."""

    async def work(engine: Engine) -> int:
        memory = await engine.memories.change(arguments.memory, arguments.text)
        if arguments.json:
            print_json(memory)
        return exits.DONE

    return _with_engine(arguments, work)


def forget(arguments: argparse.Namespace) -> int:
    """Forget one memory, or all of them with --all --yes."""
    if bool(arguments.memory) == arguments.all:
        raise ConfigurationError("Name the memories to forget, or say --all.")
    if arguments.all and not arguments.yes:
        raise ConfigurationError("This forgets everything that is remembered: say --yes as well.")

    async def work(engine: Engine) -> int:
        if arguments.all:
            gone = 0
            while page := await engine.memories.page(limit=_PAGE):
                gone += await engine.memories.forget([memory.memory_id for memory in page])
        else:
            gone = await engine.memories.forget(arguments.memory)
            if not gone:
                raise NotFoundError(f"There is no memory {', '.join(arguments.memory)}.")
        if arguments.json:
            print_json({"forgotten": gone})
        else:
            say(f"{gone} {'memory is' if gone == 1 else 'memories are'} forgotten.")
        return exits.DONE

    return _with_engine(arguments, work)


def export(arguments: argparse.Namespace) -> int:
    """Print all memories as one JSON document, oldest last."""

    async def work(engine: Engine) -> int:
        memories: list[Memory] = []
        while page := await engine.memories.page(limit=_PAGE, offset=len(memories)):
            memories += page
        print_json({"memories": memories})
        return exits.DONE

    return _with_engine(arguments, work)


def _with_engine(arguments: argparse.Namespace, work: Callable[[Engine], Awaitable[int]]) -> int:
    async def run() -> int:
        show_log(arguments)
        async with engine_of(arguments) as engine:
            return await work(engine)

    return asyncio.run(run())


def _row(memory: Memory) -> tuple[str, ...]:
    where = memory.owner if memory.scope == "workspace" else memory.scope
    return (memory.memory_id, plain(where), when(memory.updated_at), one_line(memory.text))
