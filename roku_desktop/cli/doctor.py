"""`doctor`: looks at everything and says what to do about what it finds.

It works where nothing else does: each check stands alone, and none depends on another's success.
"""

from __future__ import annotations

import argparse
import asyncio
from textwrap import wrap

from roku_desktop.cli import exits
from roku_desktop.cli.checks import (
    Finding,
    check_breakers,
    check_configuration,
    check_database,
    check_environment,
    check_home,
    check_keyring,
    check_providers,
    check_updates,
)
from roku_desktop.cli.output import colour, columns_here, plain, print_json
from roku_desktop.cli.place import home_of, show_log

_MARKS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "problem": ("problem", "red")}
_INDENT = " " * 11


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; returns 0 if none is a problem, else the code of the first problem's kind."""
    show_log(arguments)
    findings = asyncio.run(_look(arguments))
    if arguments.json:
        print_json({"ok": _exit_code(findings) == exits.DONE, "findings": findings})
    else:
        _print(findings)
    return _exit_code(findings)


async def _look(arguments: argparse.Namespace) -> list[Finding]:
    home = home_of(arguments)
    configuration, about_configuration = check_configuration(home)
    return [
        *check_environment(),
        *check_home(home),
        *about_configuration,
        *await check_database(home, configuration),
        await check_keyring(),
        *await check_providers(configuration, offline=arguments.offline),
        *await check_breakers(home, configuration),
        *await check_updates(configuration, offline=arguments.offline),
    ]


def _print(findings: list[Finding]) -> None:
    area = ""
    for finding in findings:
        if finding.area != area:
            area = finding.area
            print(colour(area.capitalize(), "bold"))
        word, shade = _MARKS[finding.level]
        text, *more = _wrapped(finding.text)
        print(f"  {colour(word.ljust(7), shade)}  {text}")
        for line in [*more, *_wrapped(finding.advice)]:
            print(f"{_INDENT}{line}")
    problems = sum(finding.level == "problem" for finding in findings)
    print(f"\n{_count(problems)}")


def _wrapped(text: str) -> list[str]:
    columns = max(min(columns_here(), 100) - len(_INDENT), 20)
    return wrap(plain(text), columns, break_long_words=False, break_on_hyphens=False)


def _count(problems: int) -> str:
    if not problems:
        return "Nothing stands in the way."
    return "1 problem." if problems == 1 else f"{problems} problems."


def _exit_code(findings: list[Finding]) -> int:
    return next((finding.exit_code for finding in findings if finding.level == "problem"), exits.DONE)
