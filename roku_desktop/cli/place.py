"""Where a command works: the home and its configuration, the folder, the model that was asked for.

Called by the commands; turns what was typed into values the engine takes, and refuses what can't be
right before anything is opened.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from roku_desktop.cli.output import say
from roku_desktop.config import Configuration
from roku_desktop.engine import Engine, ModelChoice, refuse_against_pin
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.paths import HomePaths


def home_of(arguments: argparse.Namespace) -> HomePaths:
    """Raises `ConfigurationError` where no home can be named."""
    return HomePaths.locate(os.environ, home=arguments.home, config=arguments.config)


def configuration_of(arguments: argparse.Namespace, home: HomePaths) -> Configuration:
    """Load it and, where a person looks, say what is doubtful in it. Raises `ConfigurationError`."""
    from roku_desktop.app import load_configuration

    configuration = load_configuration(home)
    if configuration.warnings and (arguments.debug or sys.stderr.isatty()):
        for warning in configuration.warnings:
            say(f"Note: {warning}")
    return configuration


@asynccontextmanager
async def engine_of(arguments: argparse.Namespace) -> AsyncIterator[Engine]:
    """Open the engine for a command that only reads or tidies; closed at the end of the block."""
    from roku_desktop.app import open_engine

    home = home_of(arguments)
    async with open_engine(home, configuration_of(arguments, home)) as engine:
        yield engine


def model_choice_of(arguments: argparse.Namespace, configuration: Configuration) -> ModelChoice:
    """Return what was asked for. Raises `ProviderPinned` where the configuration forbids it."""
    refuse_against_pin(configuration.settings.llm, arguments.provider)
    return ModelChoice(arguments.provider, arguments.model)


def workspace_of(arguments: argparse.Namespace) -> Path:
    """Return the absolute folder to work in. Raises `ConfigurationError` where there is none."""
    named = getattr(arguments, "workspace", None)
    try:
        folder = (Path(named).expanduser() if named is not None else Path.cwd()).resolve()
        str(folder).encode()  # a name that is no text could not be kept with the session
        is_folder = folder.is_dir()
    except FileNotFoundError:
        raise ConfigurationError(
            "The current folder was deleted: name another one with --workspace."
        ) from None
    except (OSError, RuntimeError, ValueError):
        raise ConfigurationError("The workspace's path can't be used: name another folder.") from None
    if not is_folder:
        raise ConfigurationError(
            f"The workspace {folder} is not a folder: name an existing one with --workspace."
        )
    return folder


def show_log(arguments: argparse.Namespace) -> None:
    """With --debug, what the program logs goes to stderr; without, nothing does."""
    import logging

    if arguments.debug:
        logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
        logging.getLogger("roku_desktop").setLevel(logging.DEBUG)
    else:
        logging.getLogger().addHandler(logging.NullHandler())
