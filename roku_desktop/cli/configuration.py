"""`config`: check the configuration, show where each value comes from, migrate the file.

None of these opens the database: they work where everything else is broken.
"""

from __future__ import annotations

import argparse
import os

from roku_desktop.cli import exits
from roku_desktop.cli.output import one_line, plain, print_json, table
from roku_desktop.cli.place import home_of
from roku_desktop.config import Configuration, load, migrate


def check(arguments: argparse.Namespace) -> int:
    """Say whether the configuration is right; doubts are listed. Raises `ConfigurationError` if not."""
    configuration = load(home_of(arguments), os.environ)
    if arguments.json:
        print_json(
            {
                "ok": True,
                "file": str(configuration.file),
                "file_found": configuration.file_found,
                "warnings": configuration.warnings,
            }
        )
        return exits.DONE
    print(_verdict(configuration))
    for warning in configuration.warnings:
        print(f"- {plain(warning)}")
    return exits.DONE


def _verdict(configuration: Configuration) -> str:
    subject = (
        f"{configuration.file} is right"
        if configuration.file_found
        else f"There is no {configuration.file}, so the defaults hold"
    )
    if not configuration.warnings:
        return f"{subject}."
    count = len(configuration.warnings)
    return f"{subject}, with {count} {'thing' if count == 1 else 'things'} to look at:"


def show(arguments: argparse.Namespace) -> int:
    """Print every key with its value and where that came from."""
    configuration = load(home_of(arguments), os.environ)
    if arguments.json:
        print_json(
            {
                "file": str(configuration.file),
                "file_found": configuration.file_found,
                "values": configuration.explain(),
                "unknown": configuration.unknown,
                "warnings": configuration.warnings,
            }
        )
        return exits.DONE
    rows = [
        (row.key, _value(row.value), _source(row.source, configuration)) for row in configuration.explain()
    ]
    print(table(("KEY", "VALUE", "SOURCE"), rows))
    for warning in configuration.warnings:
        print(f"- {plain(warning)}")
    return exits.DONE


def _value(value: str | float | list[str] | None) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return one_line(str(value))


def _source(source: str, configuration: Configuration) -> str:
    """The file's folder is the same in every row: it stands in none."""
    return source.replace(str(configuration.file), configuration.file.name)


def migrate_file(arguments: argparse.Namespace) -> int:
    """Bring the file to the current version, keeping a copy of the old one."""
    done = migrate(home_of(arguments).runtime_toml)
    if arguments.json:
        print_json(
            {
                "file": str(done.file),
                "from_version": done.from_version,
                "to_version": done.to_version,
                "changes": done.changes,
                "backup": str(done.backup) if done.backup else None,
            }
        )
    elif not done.changes:
        print(f"{done.file} is up to date (schema_version {done.to_version}).")
    else:
        print(f"{done.file} now has schema_version {done.to_version}; the old one is kept as {done.backup}.")
        for change in done.changes:
            print(f"- {change}")
    return exits.DONE
