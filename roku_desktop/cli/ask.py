"""`ask`: one turn without a window.

Owns the way from the arguments to the running turn; `answers` prints it, `stopping` ends it. What is
wrong with the arguments or the configuration is said before the database is touched.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from roku_desktop.cli import exits
from roku_desktop.cli.answers import JsonPrinter, Printer, TextPrinter
from roku_desktop.cli.failures import exit_code, failure_of
from roku_desktop.cli.lookup import find_session, waiting_in
from roku_desktop.cli.output import say
from roku_desktop.cli.place import configuration_of, home_of, model_choice_of, show_log, workspace_of
from roku_desktop.cli.starting import uncollected
from roku_desktop.cli.stopping import Stopper
from roku_desktop.config import Configuration
from roku_desktop.engine import Consent, Engine, Event, ModelChoice, RequestSent, ToolStarted, Turn
from roku_desktop.engine.errors import Cancelled, ConfigurationError, RokuError
from roku_desktop.paths import HomePaths

Start = Callable[[Engine, ModelChoice], Awaitable[Turn | None]]
"""None where another process has the turn, which goes on there."""


def run(arguments: argparse.Namespace) -> int:
    """Ask and print the answer; returns the exit code."""
    show_log(arguments)
    try:
        prompt = read_prompt(arguments.prompt)
        workspace = workspace_of(arguments)
    except RokuError as error:
        with Stopper() as stopper:
            _printer(arguments, stopper).refuse(failure_of(error))
        raise
    consent = Consent(waits=False, uses_rules=arguments.approve == "session-rules")

    async def start(engine: Engine, choice: ModelChoice) -> Turn:
        if arguments.session:
            session = await find_session(engine, arguments.session)
            if arguments.plan:
                await engine.plan_session(session.session_id, True)
            return await engine.ask(
                session.session_id, prompt, choice=choice, consent=consent, images=arguments.image
            )
        return await _ask_in_new_session(
            engine,
            workspace,
            prompt,
            choice=choice,
            consent=consent,
            plan=arguments.plan,
            images=arguments.image,
        )

    return run_turn(arguments, start)


def run_turn(arguments: argparse.Namespace, start: Start) -> int:
    """Run the turn that `start` begins and print it; returns the exit code.

    With --json the result line comes also where the turn could not begin.
    """
    with Stopper() as stopper, uncollected() as started:
        printer = _printer(arguments, stopper)
        try:
            home = home_of(arguments)
            configuration = configuration_of(arguments, home)
            choice = model_choice_of(arguments, configuration)
            return asyncio.run(
                _run_turn(
                    home, configuration, choice, start, printer=printer, stopper=stopper, started=started
                )
            )
        except asyncio.CancelledError:
            stopped = Cancelled("Stopped before the question was taken; nothing was sent.")
            printer.refuse(stopped.failure())
            return exit_code(Cancelled)
        except Exception as error:
            printer.refuse(failure_of(error))
            raise


def _printer(arguments: argparse.Namespace, stopper: Stopper) -> Printer:
    return JsonPrinter(stopper) if arguments.json else TextPrinter(stopper)


async def _run_turn(
    home: HomePaths,
    configuration: Configuration,
    choice: ModelChoice,
    start: Start,
    *,
    printer: Printer,
    stopper: Stopper,
    started: Callable[[], None],
) -> int:
    from roku_desktop.app import open_engine

    def hear(event: Event) -> None:
        if isinstance(event, RequestSent | ToolStarted):
            started()

    stopper.watch_start()
    async with open_engine(home, configuration) as engine:
        engine.subscribe(hear)
        engine.subscribe(printer)
        turn = await start(engine, choice)
        if turn is None:
            say("Decided. The turn goes on in the program that asked.")
            return exits.DONE
        stopper.watch_turn(turn)
        finished = await turn.result()
        return printer.finish(finished, waiting=await waiting_in(engine, finished))


async def _ask_in_new_session(
    engine: Engine,
    workspace: Path,
    prompt: str,
    *,
    choice: ModelChoice,
    consent: Consent,
    plan: bool,
    images: Sequence[Path],
) -> Turn:
    session = await engine.create_session(workspace)
    try:
        if plan:
            await engine.plan_session(session.session_id, True)
        return await engine.ask(session.session_id, prompt, choice=choice, consent=consent, images=images)
    except RokuError:
        await engine.delete_session(session.session_id)  # nothing was asked in it
        raise


def read_prompt(argument: str | None) -> str:
    """Return the prompt, from the argument or from stdin. Raises `ConfigurationError` if there is none."""
    if argument is not None and argument != "-":
        prompt = argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    elif sys.stdin is None or sys.stdin.isatty():
        raise ConfigurationError(
            'There is no question: write `roku-desktop ask "…"`, or send it through stdin.'
        )
    else:
        prompt = _decode(sys.stdin.buffer.read()).rstrip("\r\n")  # `echo` ends every line
    if not prompt.strip():
        raise ConfigurationError("The question is empty.")
    return prompt


def _decode(data: bytes) -> str:
    """UTF-8 first, because files and other programs write it also where the terminal has another code."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(sys.stdin.encoding or "utf-8", "replace")
