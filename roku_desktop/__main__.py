"""Start of the program: hands the arguments on. Everything heavy stays out of here.

`roku-desktop` and `python -m roku_desktop` begin here, and so do child processes, each by a hidden
word: the embedded model (`model-server`) and, in the single-file program, Grep's matching (`grep-worker`),
the guard of a command (`process-guard`) and the code of the Python tool (`run-code`).
"""

from __future__ import annotations

import os
import sys

_CHILDREN = {"model-server", "grep-worker", "process-guard", "run-code"}


def main() -> int:
    """Run the command line; returns the exit code."""
    if sys.argv[1:2] == ["model-server"]:
        from roku_desktop.engine.providers.model_server import main as serve

        return serve()
    if sys.argv[1:2] == ["grep-worker"]:
        from roku_desktop.engine.tools.grep_worker import main as match

        match()
        return 0
    if sys.argv[1:2] == ["process-guard"]:
        from roku_desktop.engine.processes.guard import main as guard

        guard()
        return 0
    if sys.argv[1:2] == ["run-code"]:
        from roku_desktop.engine.tools.python_code import run_code

        run_code(sys.argv[2])
        return 0
    from roku_desktop.cli.main import run

    code = run(sys.argv[1:])
    _ignore_late_signals()
    if "PySide6.QtWidgets" in sys.modules:
        _leave_without_taking_qt_apart(code)
    return code


def _leave_without_taking_qt_apart(code: int) -> None:
    """All is closed and on disk. To free each object of Qt and Python would only take time, and is
    where programs with PySide crash at their end: the order is nobody's choice.
    """
    import logging
    from contextlib import suppress

    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more, or it is closed
            stream.flush()
    os._exit(code)


def _ignore_late_signals() -> None:
    """All is done and said: a Ctrl+C while Python takes itself apart must not change how it ended."""
    from signal import SIG_IGN, SIGINT, SIGTERM, signal

    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)


def _look_for_modules_only_where_installed() -> None:
    """Forget the working directory, which `-m` puts first: it may be anybody's folder."""
    installed_in = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # fast start
    if sys.path and sys.path[0] != installed_in and sys.path[0] in ("", _working_directory()):
        del sys.path[0]


def _working_directory() -> str:
    """Empty where it was deleted, which is also how Python then writes it into `sys.path`."""
    try:
        return os.getcwd()  # noqa: PTH109  # fast start
    except OSError:
        return ""


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from roku_desktop.frozen import begin

        begin(is_main=not set(sys.argv[1:2]) & _CHILDREN)
    else:
        _look_for_modules_only_where_installed()
    sys.exit(main())
