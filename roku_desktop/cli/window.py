"""`gui`, `quick`, and no command: the window, or a conversation where there is no display."""

from __future__ import annotations

import argparse
import gc
import os

from roku_desktop.cli.display import window_problem
from roku_desktop.cli.output import say
from roku_desktop.cli.place import home_of, show_log, workspace_of
from roku_desktop.engine.errors import ConfigurationError

TYPE_CHECKING = False  # as in `main`
if TYPE_CHECKING:
    from roku_desktop.single_instance import Shown


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return its exit code. With --exit-when-ready a missing display is an error."""
    problem = window_problem(os.environ)
    if not problem:
        return _open(arguments, show="tray" if arguments.in_tray else "window")
    if arguments.exit_when_ready:
        raise ConfigurationError(f"{problem} The window can't be opened.")
    from roku_desktop.cli import chat

    say(f"{problem} Here is the same conversation in the terminal.")
    return chat.run(arguments)


def quick(arguments: argparse.Namespace) -> int:
    """Open the quick prompt; with no window running, one is started for it. Raises `ConfigurationError`."""
    problem = window_problem(os.environ)
    if problem:
        raise ConfigurationError(f"{problem} `roku-desktop ask` asks in the terminal instead.")
    return _open(arguments, show="quick", text=arguments.text or "")


def _open(arguments: argparse.Namespace, *, show: Shown, text: str = "") -> int:
    gc.disable()  # nothing made while starting is garbage; the window then collects itself, on its thread

    from roku_desktop.app import run_window
    from roku_desktop.single_instance import Wish

    show_log(arguments)
    workspace = workspace_of(arguments)
    wish = Wish(
        show=show,
        text=text,
        workspace=str(workspace) if arguments.workspace is not None else "",
        activation=os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    )
    return run_window(
        home_of(arguments), workspace=workspace, wish=wish, exit_when_ready=arguments.exit_when_ready
    )
