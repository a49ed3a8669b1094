"""The single checks of `doctor`: each looks at one thing and returns findings, whatever it meets.

Owns what is looked at and the advice; `doctor` orders and prints. Nothing is repaired here.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from roku_desktop import __version__
from roku_desktop.cli import breakers, exits
from roku_desktop.cli.display import window_problem
from roku_desktop.cli.failures import exit_code, sentence
from roku_desktop.cli.output import size
from roku_desktop.config import Configuration, load
from roku_desktop.engine import EngineSettings, ProviderStatus
from roku_desktop.engine.errors import ConfigurationError, RokuError
from roku_desktop.paths import HomePaths

_LOW_BYTES: Final = 200 * 1024 * 1024
"""Below, a few long sessions and one snapshot before an upgrade may not fit."""

_ASK_TIMEOUT_S: Final = 10.0

Level = Literal["ok", "warning", "problem"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `advice` is what to do; `exit_code` that of a problem of its kind."""

    area: str
    level: Level
    text: str
    advice: str = ""
    exit_code: int = exits.DONE


def check_environment() -> Iterator[Finding]:
    """Python, the window's libraries, the display."""
    text = f"Roku Desktop {__version__}, Python {platform.python_version()}, {platform.system()}."
    yield Finding(area="environment", level="ok", text=text)
    missing = [name for name in ("PySide6", "qasync") if importlib.util.find_spec(name) is None]
    if missing:
        yield Finding(
            area="environment",
            level="warning",
            text=f"The window can't be opened: {' and '.join(missing)} can't be found.",
            advice="Install the program again with all of its dependencies.",
        )
        return
    problem = window_problem(os.environ)
    yield Finding(
        area="environment",
        level="warning" if problem else "ok",
        text=problem or "A window can be opened.",
        advice="Without a display the conversation takes place in the terminal." if problem else "",
    )


def check_home(home: HomePaths) -> Iterator[Finding]:
    """The folder: there, writable, private, with room."""
    folder = home.home
    if not folder.exists():
        yield Finding(area="home", level="ok", text=f"{folder} will be made at the first question.")
        folder = _existing_parent(folder)
    elif not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            area="home",
            level="problem",
            text=f"{folder} is not a folder that can be written.",
            advice="Correct its rights, or choose another home with --home.",
            exit_code=exits.STORAGE,
        )
    else:
        yield Finding(area="home", level="ok", text=f"{folder} can be written.")
        yield from _check_rights(home)
    yield _check_room(folder)


def _existing_parent(folder: Path) -> Path:
    return next((parent for parent in folder.parents if parent.is_dir()), Path.cwd())


def _check_rights(home: HomePaths) -> Iterator[Finding]:
    """On Windows the rights come from the person's profile folder."""
    if os.name != "posix":
        return
    ours = [home.home, *home.folders, home.runtime_toml, *home.home.glob(f"{home.database.name}*")]
    for path in ours:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if mode & 0o077:
            private = "700" if path.is_dir() else "600"
            yield Finding(
                area="home",
                level="warning",
                text=f"Others on this computer may open {path} (mode {mode:o}).",
                advice=f"Run: chmod {private} '{path}'",
            )


def _check_room(folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(
            area="home", level="warning", text=f"The free space of {folder} is not known ({error.strerror})."
        )
    if free < _LOW_BYTES:
        return Finding(
            area="home",
            level="warning",
            text=f"Only {size(free)} are free on this disk.",
            advice="Free some space; `roku-desktop storage --prune` gives back what it can.",
        )
    return Finding(area="home", level="ok", text=f"{size(free)} are free on this disk.")


def check_configuration(home: HomePaths) -> tuple[Configuration, list[Finding]]:
    """The configuration in force, or the defaults where it can't be read."""
    try:
        configuration = load(home, os.environ)
    except ConfigurationError as error:
        finding = Finding(
            area="configuration",
            level="problem",
            text=str(error),
            advice="Correct it; until then the program uses the defaults or the last good file.",
            exit_code=exits.USAGE,
        )
        defaults = Configuration(settings=EngineSettings(), file=home.runtime_toml, file_found=False)
        return defaults, [finding]
    where = str(configuration.file) if configuration.file_found else "no file, so the defaults hold"
    found = [Finding(area="configuration", level="ok", text=f"The configuration is right ({where}).")]
    found += [
        Finding(area="configuration", level="warning", text=warning) for warning in configuration.warnings
    ]
    return configuration, found


async def check_database(home: HomePaths, configuration: Configuration) -> list[Finding]:
    """Open it as every command does, and read it through."""
    from roku_desktop.app import open_engine

    if not home.database.exists():
        return [Finding(area="database", level="ok", text="There is none yet.")]
    try:
        async with open_engine(home, configuration) as engine:
            problems = await engine.storage_problems()
    except RokuError as error:
        return [_of_error("database", error)]
    if not problems:
        return [Finding(area="database", level="ok", text="The integrity check found nothing wrong.")]
    advice = "Stop the program, keep a copy of the home folder, and start again from a file in snapshots/."
    return [
        Finding(area="database", level="problem", text=text, advice=advice, exit_code=exits.STORAGE)
        for text in problems
    ]


async def check_breakers(home: HomePaths, configuration: Configuration) -> list[Finding]:
    """Providers that are left alone after failures. A database in trouble was reported already."""
    from roku_desktop.app import open_engine

    if not home.database.exists():
        return []
    try:
        async with open_engine(home, configuration) as engine:
            states = await engine.breakers()
    except RokuError:
        return []
    now = time.time()
    return [
        Finding(
            area="providers",
            level="warning",
            text=f"{name} is {standing}; {breakers.last_failure(state)}.",
            advice=f"`roku-desktop providers --reset {name}` asks it again at once.",
        )
        for name, state in states.items()
        if (standing := breakers.words(state, now))
    ]


async def check_keyring() -> Finding:
    """Whether API keys can be stored; asks nobody for anything."""
    from roku_desktop.credentials import SystemCredentials

    status = await SystemCredentials(os.environ).keyring_status()
    if status.available:
        return Finding(area="keyring", level="ok", text=f"Keys can be stored ({status.name}).")
    return Finding(
        area="keyring",
        level="warning",
        text=status.reason,
        advice="Until then, keys come from environment variables.",
    )


async def check_providers(configuration: Configuration, *, offline: bool) -> list[Finding]:
    """Whether those that were configured, and those found on this machine, can be asked."""
    from roku_desktop.app import open_providers

    pin = configuration.settings.llm.pin
    failover = pin.failover if pin else ()
    async with open_providers(configuration.settings) as providers:
        statuses = await providers.statuses(discover=not offline)

        async def ask(status: ProviderStatus) -> Finding:
            if offline or not status.usable or status.origin in {"builtin", "embedded"}:
                return _standing(status, stands_in=status.name in failover)
            try:
                async with asyncio.timeout(_ASK_TIMEOUT_S):
                    models = await providers.models(status.name)
            except TimeoutError:
                text = f"{status.name} gave no answer within {_ASK_TIMEOUT_S:g} s."
                return _unreachable(text, "Check its base_url and the network.")
            except RokuError as error:
                return _of_error("providers", error)
            many = "1 model" if len(models) == 1 else f"{len(models)} models"
            return Finding(area="providers", level="ok", text=f"{status.name} answers and lists {many}.")

        return list(await asyncio.gather(*(ask(status) for status in statuses)))


async def check_updates(configuration: Configuration, *, offline: bool) -> list[Finding]:
    """Whether there is a newer version, if a feed is named; nobody is asked without one."""
    settings = configuration.settings
    if offline or not settings.updates.feed:
        return []
    from roku_desktop.updates import newer_release

    try:
        release = await newer_release(settings.updates.feed, settings.network)
    except RokuError as error:
        advice = str(error.failure().next_step)
        return [Finding(area="updates", level="warning", text=str(error), advice=advice)]
    if release is None:
        return [Finding(area="updates", level="ok", text="This is the newest version.")]
    text = " ".join(filter(None, (f"Roku Desktop {release.version} is there.", release.notes)))
    return [Finding(area="updates", level="warning", text=text, advice=f"It is at {release.url}")]


def _standing(status: ProviderStatus, *, stands_in: bool) -> Finding:
    """What can be said without asking it; one that nobody configured may well lack its key.

    One that only stands in for the pinned provider keeps nothing from working.
    """
    if status.usable:
        key = "" if status.key == "not needed" else f" (key: {status.key})"
        return Finding(
            area="providers", level="ok", text=f"{status.name} can be used{key}; it was not asked."
        )
    if stands_in:
        text = f"{status.name} could not stand in for the pinned provider."
        return Finding(area="providers", level="warning", text=text, advice=status.problem)
    if status.origin == "configured" or status.pinned:
        return _unreachable(status.problem, "")
    if status.origin == "builtin":
        return Finding(area="providers", level="ok", text=f"{status.name} is not set up: it has no key.")
    return Finding(area="providers", level="warning", text=status.problem)


def _unreachable(text: str, advice: str) -> Finding:
    return Finding(area="providers", level="problem", text=text, advice=advice, exit_code=exits.PROVIDER)


def _of_error(area: str, error: RokuError) -> Finding:
    code = exit_code(type(error))
    return Finding(area=area, level="problem", text=sentence(error.failure()), exit_code=code)
