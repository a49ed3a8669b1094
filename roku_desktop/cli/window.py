"""`gui`, and the program without a command: the window, or a conversation where there is no display."""

from __future__ import annotations

import argparse
import gc
import os

from roku_desktop.cli.display import window_problem
from roku_desktop.cli.output import say
from roku_desktop.cli.place import home_of, show_log, workspace_of
from roku_desktop.engine.errors import ConfigurationError


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return its exit code. With --exit-when-ready a missing display is an error."""
    problem = window_problem(os.environ)
    if not problem:
        return _open(arguments)
    if arguments.exit_when_ready:
        raise ConfigurationError(f"{problem} The window can't be opened.")
    from roku_desktop.cli import chat

    say(f"{problem} Here is the same conversation in the terminal.")
    return chat.run(arguments)


def _open(arguments: argparse.Namespace) -> int:
    gc.disable()  # nothing made while starting is garbage; the window enables it when it is ready

    from roku_desktop.app import run_window
    from roku_desktop.single_instance import Wish

    show_log(arguments)
    workspace = workspace_of(arguments)
    wish = Wish(
        show="tray" if arguments.in_tray else "window",
        workspace=str(workspace) if arguments.workspace is not None else "",
        activation=os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    )
    return run_window(
        home_of(arguments), workspace=workspace, wish=wish, exit_when_ready=arguments.exit_when_ready
    )
