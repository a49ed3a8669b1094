"""`chat`: a conversation in the terminal, also offered by `gui` where there is no display.

Owns the prompt and the slash commands; turns are printed by `answers` as in `ask`. Lines are read
between turns, on the main thread and with the loop at rest, so that line editing and Ctrl+C work as
everywhere; the engine lives in a task of its own from the first line to the last.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from roku_desktop.cli import exits
from roku_desktop.cli.answers import TextPrinter
from roku_desktop.cli.failures import report
from roku_desktop.cli.lookup import find_session, waiting_in
from roku_desktop.cli.output import can_ask, say
from roku_desktop.cli.place import configuration_of, home_of, model_choice_of, show_log, workspace_of
from roku_desktop.cli.stopping import Stopper
from roku_desktop.engine import ConfigReloaded, Consent, Engine, Event, ModelChoice, Turn
from roku_desktop.engine.errors import ConfigurationError, RokuError
from roku_desktop.paths import HomePaths

_HELP: Final = """\
/model [NAME]       show or choose the model
/provider [NAME]    show or choose who answers
/session [ID, new]  show, change or begin a session
/resume             go on with the answer that was cut off
/quit               leave (Ctrl+D too); Ctrl+C stops an answer"""


def run(arguments: argparse.Namespace) -> int:
    """Talk until the person leaves; returns 0, or how the last turn ended where lines come from a pipe."""
    show_log(arguments)
    if arguments.json:
        raise ConfigurationError("A conversation has no --json; `roku-desktop ask --json` has.")
    workspace = workspace_of(arguments)
    home = home_of(arguments)
    configuration = configuration_of(arguments, home)
    choice = model_choice_of(arguments, configuration)
    former = signal.signal(signal.SIGTERM, _leave)
    try:
        with asyncio.Runner() as runner:
            opened = OpenEngine(home)
            engine = runner.run(opened.open())
            try:
                chat = Chat(runner, engine, workspace, choice, debug=arguments.debug)
                return chat.talk(getattr(arguments, "session", None))
            finally:
                runner.run(opened.close())
    finally:
        signal.signal(signal.SIGTERM, former)


class OpenEngine:
    """The engine in a task of its own, between two runs of the loop."""

    def __init__(self, home: HomePaths) -> None:
        self._home = home
        self._leaving = asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    async def open(self) -> Engine:
        """Raises what keeps the engine from being opened."""
        ready: asyncio.Future[Engine] = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live(ready))
        self._life.add_done_callback(lambda _life: ready.done() or ready.cancel())
        try:
            return await ready
        except asyncio.CancelledError:
            if self._life.done():
                await self._life
            raise

    async def close(self) -> None:
        self._leaving.set()
        if self._life is not None:
            await self._life

    async def _live(self, ready: asyncio.Future[Engine]) -> None:
        from roku_desktop.app import open_watched_engine

        async with open_watched_engine(self._home) as engine:
            engine.subscribe(_tell_reload)
            ready.set_result(engine)
            await self._leaving.wait()


class Chat:
    """The conversation: a session, begun with the first question, and the model that answers."""

    def __init__(
        self, runner: asyncio.Runner, engine: Engine, workspace: Path, choice: ModelChoice, *, debug: bool
    ) -> None:
        self._runner = runner
        self._engine = engine
        self._workspace = workspace
        self._choice = choice
        self._debug = debug
        self._session_id = ""
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "/model": self._model,
            "/provider": self._provider,
            "/session": self._session,
        }

    def talk(self, session: str | None) -> int:
        """Answer line by line until there is none; returns the exit code."""
        if session:
            self._runner.run(self._session(session))
        by_hand = can_ask()
        if by_hand:
            answering = self._runner.run(self._current())
            say(f"{_named(answering)} answers. /help shows the commands.")
        code = exits.DONE
        for line in _lines(by_hand=by_hand):
            if line in {"/quit", "/exit"}:
                break
            code = self._take(line)
        return exits.DONE if by_hand else code

    def _take(self, line: str) -> int:
        """Do what a line says; trouble is reported and the conversation goes on."""
        try:
            if not line.startswith("/"):
                return self._turn(lambda: self._ask(line))
            word, _, rest = line.partition(" ")
            if word == "/resume":
                return self._turn(self._resume)
            if word in self._commands:
                self._runner.run(self._do(self._commands[word], rest.strip()))
            else:
                say(_HELP if word == "/help" else f"There is no {word}; /help shows what there is.")
        except (asyncio.CancelledError, KeyboardInterrupt):
            say("Stopped.")
            return exits.INTERRUPTED
        except RokuError as error:
            return report(error, debug=self._debug)
        return exits.DONE

    async def _do(self, command: Callable[[str], Awaitable[None]], rest: str) -> None:
        await command(rest)

    def _turn(self, begin: Callable[[], Awaitable[Turn]]) -> int:
        with Stopper() as stopper:
            return self._runner.run(self._follow(begin, stopper))

    async def _follow(self, begin: Callable[[], Awaitable[Turn]], stopper: Stopper) -> int:
        stopper.watch_start()
        printer = TextPrinter(stopper)
        unsubscribe = self._engine.subscribe(printer)
        try:
            turn = await begin()
            stopper.watch_turn(turn)
            finished = await turn.result()
            waiting = await waiting_in(self._engine, finished)
            return printer.finish(finished, go_on="/resume goes on with it.", waiting=waiting)
        finally:
            unsubscribe()

    async def _ask(self, prompt: str) -> Turn:
        if not self._session_id:
            self._session_id = (await self._engine.create_session(self._workspace)).session_id
        return await self._engine.ask(
            self._session_id, prompt, choice=self._choice, consent=Consent(waits=False)
        )

    async def _resume(self) -> Turn:
        last = await self._engine.last_run(self._session_id) if self._session_id else None
        if last is None:
            raise ConfigurationError("Nothing was asked in this session yet.")
        return await self._engine.resume(last.run_id, choice=self._choice, consent=Consent(waits=False))

    async def _model(self, name: str) -> None:
        await self._choose(ModelChoice((await self._current()).provider, name) if name else None)

    async def _provider(self, name: str) -> None:
        await self._choose(ModelChoice(name) if name else None)

    async def _choose(self, choice: ModelChoice | None) -> None:
        if choice is not None:
            await self._engine.choose_model(choice, self._session_id)
            self._choice = ModelChoice()  # what was given on the command line is overruled
        say(f"{_named(await self._current())} answers.")

    async def _current(self) -> ModelChoice:
        if self._choice.provider:
            return self._choice
        return await self._engine.current_model(self._session_id)

    async def _session(self, text: str) -> None:
        if text == "new":
            self._session_id = ""
        elif text:
            self._session_id = (await find_session(self._engine, text)).session_id
        if not self._session_id:
            say("A new session begins with the next question.")
            return
        summary = await self._engine.session(self._session_id)
        say(f"{summary.session_id}: {summary.title or 'untitled'}, {summary.message_count} messages.")


def _tell_reload(event: Event) -> None:
    if isinstance(event, ConfigReloaded):
        if event.problem:
            say(f"{event.problem} The configuration from before stays in force.")
        for warning in event.warnings:
            say(f"Note: {warning}")


def _named(choice: ModelChoice) -> str:
    return f"{choice.provider} {choice.model}".rstrip()


def _lines(*, by_hand: bool) -> Iterator[str]:
    """Yield what is typed or piped, without empty lines, until the end of stdin."""
    if sys.stdin is None:
        return
    if by_hand:
        _edit_lines()
    while (line := _line(by_hand=by_hand)) is not None:
        if line.strip():
            yield line.strip()


def _line(*, by_hand: bool) -> str | None:
    """Return one line, None at the end of stdin, empty after Ctrl+C."""
    if not by_hand:
        data = sys.stdin.buffer.readline()
        return data.decode("utf-8", "replace") if data else None
    try:
        line = input("› " if sys.stdout.isatty() else "")
        return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except EOFError:
        say("")
        return None
    except KeyboardInterrupt:
        say("\nCtrl+D or /quit leaves.")
        return ""


def _edit_lines() -> None:
    """Give `input` line editing and a history for as long as the program runs, where the system has it."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  importing it is what switches it on


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(exits.INTERRUPTED)
