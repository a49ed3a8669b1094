"""`keys`: put a provider's API key into the system keyring, or take it out.

A key comes from a prompt without echo or from stdin, never from the arguments, which other
programs can see; it is never printed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from roku_desktop.cli import exits
from roku_desktop.cli.output import can_ask, print_json
from roku_desktop.cli.place import home_of, show_log
from roku_desktop.config import load
from roku_desktop.credentials import SystemCredentials
from roku_desktop.engine import EMBEDDED_PROVIDER
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.engine.settings import MEMORY_KEY
from roku_desktop.telemetry import COLLECTOR_KEY


def store(arguments: argparse.Namespace) -> int:
    """Keep the key. Raises `CredentialError` where there is no keyring, with what to do instead."""
    show_log(arguments)
    name = _known_name(arguments)
    asyncio.run(SystemCredentials(os.environ).store(name, _read_key(name)))
    if arguments.json:
        print_json({"stored": name})
    else:
        print(f"The key for {name} is in the system keyring.")
    return exits.DONE


def remove(arguments: argparse.Namespace) -> int:
    """Forget the key, also of a provider that is not configured any more."""
    show_log(arguments)
    asyncio.run(SystemCredentials(os.environ).delete(arguments.provider))
    if arguments.json:
        print_json({"deleted": arguments.provider})
    else:
        print(f"The system keyring holds no key for {arguments.provider} any more.")
    return exits.DONE


def _known_name(arguments: argparse.Namespace) -> str:
    """A misspelt name would keep a key that nothing ever asks for."""
    providers = load(home_of(arguments), os.environ).settings.llm.providers
    name: str = arguments.provider
    known = sorted(name for name in {*providers, COLLECTOR_KEY, MEMORY_KEY} if name != EMBEDDED_PROVIDER)
    if name not in known:
        raise ConfigurationError(
            f"No provider called {name!r} needs a key. Known here: {', '.join(known)}; "
            "others are added to runtime.toml first."
        )
    return name


def _read_key(name: str) -> str:
    if can_ask():
        from getpass import getpass

        return getpass(f"API key for {name} (not shown): ")
    if sys.stdin is None:
        raise ConfigurationError("There is nowhere to read the key from: send it through stdin.")
    return sys.stdin.buffer.read().decode("utf-8", "replace")
