"""Start of the program: hands the arguments on. Everything heavy stays out of here.

`roku-desktop` and `python -m roku_desktop` begin here, and so does the embedded model's child process,
for the hidden word `model-server`.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    if sys.argv[1:2] == ["model-server"]:
        from roku_desktop.engine.providers.model_server import main as serve

        return serve()
    from roku_desktop.cli.main import run

    code = run(sys.argv[1:])
    _ignore_late_signals()
    return code


def _ignore_late_signals() -> None:
    """All is done and said: a Ctrl+C while Python takes itself apart must not change how it ended."""
    from signal import SIG_IGN, SIGINT, SIGTERM, signal

    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)


def _look_for_modules_only_where_installed() -> None:
    """Forget the working directory, which `-m` puts first: it may be anybody's folder."""
    installed_in = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # fast start
    searched_first = sys.path[0] if sys.path else ""
    if searched_first != installed_in and searched_first == os.getcwd():  # noqa: PTH109  # fast start
        del sys.path[0]


if __name__ == "__main__":
    if not getattr(sys, "frozen", False):
        _look_for_modules_only_where_installed()
    sys.exit(main())
