"""What a command's text names, for whoever runs it: its words if it is one plain command, its programs,
the files that are code to them, the files it writes.

Owns what of a text becomes part of an approval, so that another script or program under the same text
asks again. A help for that, never a proof: what a text makes up as it runs isn't found. Looks at the
disk; blocking. Called by the shell tool.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.engine.approval.shell.harmless import agrees, plain_words
from roku_desktop.engine.approval.shell.places import ANY_HOME, UNKNOWN
from roku_desktop.engine.approval.shell.programs import takes_data
from roku_desktop.engine.approval.shell.script import Command, Script, read_script
from roku_desktop.engine.approval.shell.syntax import Syntax

_MAX_WORDS: Final = 20_000
_TIME_LIMIT_S: Final = 0.5
_MAX_BEHIND: Final = 6
"""So many words behind a program may name the one that it runs."""

_NO_FILES: Final = ("/dev/", "/proc/", "/sys/")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """`plain` are the words of a command that needs no shell, empty otherwise, and `program` what the
    first of them finds, empty where it finds nothing. `programs` are all that it names, also behind
    others (`sudo make`). All paths are absolute.
    """

    plain: tuple[str, ...]
    program: str
    programs: tuple[str, ...]
    files: tuple[str, ...]
    writes: tuple[str, ...]


def read_command(text: str, cwd: str, search_path: str) -> Reading:
    """Read a command for bash that would run in `cwd` with that PATH."""
    syntax = Syntax()
    words = plain_words(text)
    plain = not isinstance(words, str) and agrees(text, len(words), syntax)
    ends_at = time.monotonic() + _TIME_LIMIT_S
    script = read_script(syntax, text, ended=lambda: time.monotonic() > ends_at)
    if time.monotonic() > ends_at:  # a part of it would be another one each time
        script = Script(scope=script.scope)
    places = _Places(cwd, search_path)
    programs: dict[str, None] = {}
    files: dict[str, None] = {}
    for command, argv in _argument_lists(script):
        may_run = [] if takes_data(argv) else argv[1:]
        for word in (argv[0], *may_run[:_MAX_BEHIND]):
            if program := places.program(word, command.folder):
                programs.setdefault(program)
        for word in may_run:
            files.update(dict.fromkeys(places.files(word, command.folder)))
    return Reading(
        plain=tuple(words) if plain else (),
        program=places.program(words[0], ".") if plain else "",
        programs=tuple(programs),
        files=tuple(file for file in files if file not in programs),
        writes=tuple(dict.fromkeys(places.writes(script))),
    )


def _argument_lists(script: Script) -> Iterator[tuple[Command, list[str]]]:
    words = 0
    for command in script.commands:
        for argv in command.alternatives:
            words += len(argv)
            if words > _MAX_WORDS:
                return
            if argv:
                yield command, argv


class _Places:
    """Where names and paths lead from one folder."""

    def __init__(self, cwd: str, search_path: str) -> None:
        self._cwd = cwd
        self._folders = [os.path.join(cwd, folder, "") for folder in search_path.split(os.pathsep)]  # noqa: PTH118  # strings throughout

    def program(self, name: str, folder: str) -> str:
        """Return the program that a name finds; empty where it finds none, as with a shell's own words."""
        if "/" in name:
            path = self._absolute(name, folder)
            return path if path and _is_program(path) else ""
        if not name or UNKNOWN in name:
            return ""
        return next((path for place in self._folders if _is_program(path := place + name)), "")

    def files(self, word: str, folder: str) -> Iterator[str]:
        """Yield the ordinary files in a word: the word itself, and what a nested shell would see in it."""
        for piece in dict.fromkeys((word, *word.split(), word.rpartition("=")[2])):  # a set has no order
            path = self._absolute(piece, folder)
            if path and not path.startswith(_NO_FILES) and _is_file(path):
                yield path

    def writes(self, script: Script) -> Iterator[str]:
        for target, folder in (*script.written, *script.appended):
            path = "" if target.isdecimal() or target == "-" else self._absolute(target, folder)  # `>&2`
            if path and not path.startswith(_NO_FILES):
                yield path

    def _absolute(self, path: str, folder: str) -> str:
        if not path or UNKNOWN in path or (folder == UNKNOWN and not path.startswith(("/", "~"))):
            return ""
        whole = os.path.join(self._cwd, _at_home(folder), _at_home(path))  # noqa: PTH118 (pathlib drops ".")
        return whole if ".." in whole else os.path.normpath(whole)  # a link may stand before the dots


def _at_home(path: str) -> str:
    for mark in (ANY_HOME, "~"):
        if path == mark or path.startswith(mark + "/"):
            return str(Path.home()) + path[len(mark) :]
    return path


def _is_program(path: str) -> bool:
    try:
        may_be_run = os.access(path, os.X_OK)  # asked first: most places don't have it, and that costs least
    except ValueError:
        return False
    return may_be_run and _is_file(path)


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 (many strings)
    except (OSError, ValueError):
        return False
