"""The way in: parse, import the command's module, run it, turn what went wrong into a sentence.

Called by `__main__`. A command is a function from the parsed arguments to an exit code; it raises
`RokuError` for what a person can understand, anything else is a bug of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from roku_desktop import __version__
from roku_desktop.cli import exits
from roku_desktop.cli.parser import build_parser

TYPE_CHECKING = False  # as in typing, whose import would cost a quarter of `--help`
if TYPE_CHECKING:
    import argparse

    Command = Callable[[argparse.Namespace], int]


def run(words: Sequence[str]) -> int:
    """Run the command that `words` name; returns the exit code, also where argparse would leave."""
    try:
        _make_streams_safe()
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_writing()
        return exits.INTERRUPTED
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    return code


def _run(words: Sequence[str]) -> int:
    try:
        arguments = build_parser(__version__).parse_args(words)
    except SystemExit as leaving:  # --help, --version, or a mistake that argparse has explained
        return leaving.code if isinstance(leaving.code, int) else exits.USAGE
    try:
        return _command(arguments.function)(arguments)
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001  the last place where anything can be said about it
        from roku_desktop.cli.failures import report

        return report(error, debug=arguments.debug)


def _command(function: str) -> Command:
    from importlib import import_module

    module, _, name = function.partition(":")
    command: Command = getattr(import_module(f"roku_desktop.cli.{module}"), name)
    return command


def _make_streams_safe() -> None:
    """What a terminal can't show must not end the program; it becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _stop_writing() -> None:
    """The reader of stdout is gone: let what is still buffered go nowhere, quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
