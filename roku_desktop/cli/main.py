"""The way in: parse, import the command's module, run it, turn what went wrong into a sentence.

Called by `__main__`. A command is a function from the parsed arguments to an exit code; it raises
`RokuError` for what a person can understand, anything else is a bug of ours.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from signal import SIG_IGN, SIGINT, SIGTERM, getsignal, signal

from roku_desktop import __version__
from roku_desktop.cli import exits
from roku_desktop.cli.parser import build_parser
from roku_desktop.cli.starting import uncollected

TYPE_CHECKING = False  # as in typing, whose import would cost a quarter of `--help`
if TYPE_CHECKING:
    import argparse

    Command = Callable[[argparse.Namespace], int]

_UNWRITABLE = {errno.EPIPE, errno.ENOSPC, errno.EIO}
"""What only writing to stdout raises as it is: trouble with files has become a `RokuError` on its way."""


def run(words: Sequence[str]) -> int:
    """Run the command that `words` name; returns the exit code, also where argparse would leave."""
    try:
        _make_streams_safe()
        code = _run(words)
        sys.stdout.flush()
    except OSError as error:  # from writing to stdout; all else is reported where it happens
        return _give_up_output(error)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    return code


def _give_up_output(error: OSError) -> int:
    from roku_desktop.cli.output import discard_output, is_reader_gone, say

    discard_output()
    if is_reader_gone(error):
        return exits.INTERRUPTED
    say(f"The output can't be written ({error.strerror}).")
    return exits.BUG


def _run(words: Sequence[str]) -> int:
    try:
        arguments = build_parser(__version__).parse_args(words)
    except SystemExit as leaving:  # --help, --version, or a mistake that argparse has explained
        return leaving.code if isinstance(leaving.code, int) else exits.USAGE
    try:
        with _quiet_leave(), uncollected():
            command = _command(arguments.function)
        return command(arguments)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            raise
        from roku_desktop.cli.failures import report

        return report(error, debug=arguments.debug)


@contextmanager
def _quiet_leave() -> Iterator[None]:
    """While modules are imported nothing can be lost yet, so a signal ends the program at once.

    Python's own answer to Ctrl+C, an exception in the midst of an import, would be half lost there.
    """
    numbers = [number for number in (SIGINT, SIGTERM) if getsignal(number) is not SIG_IGN]
    former = [signal(number, lambda _number, _frame: os._exit(exits.INTERRUPTED)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal(number, handler)


def _command(function: str) -> Command:
    from importlib import import_module

    module, _, name = function.partition(":")
    command: Command = getattr(import_module(f"roku_desktop.cli.{module}"), name)
    return command


def _make_streams_safe() -> None:
    """What a terminal can't show must not end the program; it becomes a question mark.

    A program without a console (a window on Windows, a service) has no streams: it writes nowhere.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  open until the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  open until the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
