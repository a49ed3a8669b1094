"""Processes that use a home and die at a chosen point, or race for it. POSIX only: they are forked.

One child interpreter imports everything once and forks a process per request (a tenth of the time of
a fresh one), so a test can afford to kill at every statement. The points are counted with a
profiler hook in the dying process; the product knows nothing of it.

Run as `python -m tests.support.store_processes`; `StoreProcesses` is the handle a test holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from roku_desktop.engine.errors import RokuError
from roku_desktop.engine.storage.layout import SCHEMA, Schema
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn, call, result_of

REPOSITORY = Path(__file__).resolve().parents[2]
# After one of these a kill meets another state of the disk.
POINTS = ("execute", "executescript", "commit", "backup", "fsync", "replace", "unlink", "open")


class Death(NamedTuple):
    """How a scene ended: killed or played to its end, and what it had acknowledged by then."""

    killed: bool
    acknowledged: list[str]


class StoreProcesses:
    """Starts the processes. Use `running()`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator[StoreProcesses]:
        arguments = [sys.executable, "-W", "error", "-m", "tests.support.store_processes"]
        with subprocess.Popen(
            arguments, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()

    def kill(self, scene: str, home: Path, point: int, *, schema: Schema = SCHEMA) -> Death:
        """Play a scene and kill the process after its point-th touch of the disk (from 1 on)."""
        killed, acknowledged = self._ask(
            ask="kill",
            scene=scene,
            home=str(home),
            point=point,
            schema=[str(schema.directory), schema.version],
        )
        return Death(killed, acknowledged)

    def race(self, scene: str, home: Path, session_id: str, *, racers: int = 2) -> list[str]:
        """Let several processes do the same at once; each says "won" or the name of its error."""
        results: list[str] = self._ask(
            ask="race", scene=scene, home=str(home), session_id=session_id, racers=racers
        )
        return results

    def _ask(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


# Scenes. Each acknowledges what a person would have been shown.

Acknowledge = Callable[[str], None]


async def play_turn(home: Path, acknowledge: Acknowledge) -> None:
    """A turn with a tool call, two streamed answers and its end."""
    store = await SqliteStore.open(home)
    session_id = (await store.create_session(workspace="/work")).session_id
    acknowledge("session")
    turn = Turn(session_id)
    await store.append([turn.prompt("the prompt")])
    acknowledge("the prompt")
    await store.append([turn.step(), turn.sent()])
    for text in ("I ", "look"):
        await store.append([turn.text(text)])
        acknowledge(text)
    await store.append([turn.answer("I look", calls=(call(1), call(2)))])
    acknowledge("I look")
    await store.append([turn.tool_started(call(1))])
    await store.append([turn.tool_finished(call(1), "result 1")])
    acknowledge("result 1")
    await store.append([turn.tool_finished(call(2), "result 2")])
    acknowledge("result 2")
    await store.append([turn.tools_answered(result_of(call(1), "result 1"), result_of(call(2), "result 2"))])
    await store.append([turn.step(2)])
    for text in ("All ", "is ", "well"):
        await store.append([turn.text(text, 2)])
        acknowledge(text)
    await store.append([turn.answer("All is well", 2)])
    acknowledge("All is well")
    await store.finish_run(turn.finished())
    acknowledge("finished")
    await store.aclose()


async def open_home(home: Path, acknowledge: Acknowledge, schema: Schema) -> None:
    """Open: with a new schema, this migrates."""
    store = await SqliteStore.open(home, schema=schema)
    acknowledge("open")
    await store.aclose()


async def ask_again(store: SqliteStore, session_id: str) -> None:
    await store.append([Turn(session_id, f"run_{os.getpid()}").prompt()])


async def resume(store: SqliteStore, session_id: str) -> None:
    await store.reopen_run(Turn(session_id, "run_1").resumed())


RACES = {"ask again": ask_again, "resume": resume}


# The forking interpreter


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        answer = _kill(request) if request["ask"] == "kill" else _race(request)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _kill(request: dict[str, Any]) -> tuple[bool, list[str]]:
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        _die_at(request["point"])
        _leave(lambda: asyncio.run(_scene(request, lambda text: os.write(said, f"{text}\n".encode()))))
    os.close(said)
    with os.fdopen(heard, encoding="utf-8") as acknowledgements:
        acknowledged = acknowledgements.read().splitlines()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), f"the scene failed: {status}"
    return status != 0, acknowledged


def _scene(request: dict[str, Any], acknowledge: Callable[[str], Any]) -> Coroutine[Any, Any, None]:
    home = Path(request["home"])
    if request["scene"] == "turn":
        return play_turn(home, acknowledge)
    directory, version = request["schema"]
    return open_home(home, acknowledge, Schema(directory=Path(directory), version=version))


def _die_at(point: int) -> None:
    """Kill this process right after its point-th touch of the disk, in whichever thread."""
    left = point
    before: object = None

    def count(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal left, before
        if event != "c_return" or function.__name__ not in POINTS:
            return
        owner = getattr(function, "__self__", None)
        connection = getattr(owner, "connection", owner)
        if isinstance(connection, sqlite3.Connection):
            now = (function.__name__, connection.total_changes, connection.in_transaction)
            if now == before:
                return  # it only read
            before = now
        elif getattr(owner, "__name__", "") != "posix":
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    threading.setprofile(count)


def _race(request: dict[str, Any]) -> list[str]:
    """All wait at the start, go at once, and live until the last has arrived."""
    start, finish = os.pipe(), os.pipe()
    ready, result = os.pipe(), os.pipe()
    children = []
    for _ in range(request["racers"]):
        child = os.fork()
        if child == 0:
            os.close(start[1])
            os.close(finish[1])
            _leave(lambda: asyncio.run(_run_race(request, ready[1], start[0], result[1], finish[0])))
        children.append(child)
    for _ in children:
        os.read(ready[0], 1)
    os.close(start[1])
    results = [os.read(result[0], 64).decode().strip() for _ in children]
    os.close(finish[1])
    for child in children:
        os.waitpid(child, 0)
    for descriptor in (start[0], finish[0], *ready, *result):
        os.close(descriptor)
    return results


async def _run_race(request: dict[str, Any], ready: int, start: int, result: int, finish: int) -> None:
    store = await SqliteStore.open(Path(request["home"]))
    os.write(ready, b".")
    os.read(start, 1)
    try:
        await RACES[request["scene"]](store, request["session_id"])
        outcome = "won"
    except RokuError as error:
        outcome = type(error).__name__
    os.write(result, outcome.encode().ljust(64))
    os.read(finish, 1)
    await store.aclose()


def _leave(work: Callable[[], object]) -> None:
    """Do it and end this forked process without running what its parent registered."""
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
