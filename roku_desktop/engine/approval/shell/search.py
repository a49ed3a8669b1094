"""The search for what is denied, everywhere in a shell text.

Owns the reach: every simple command, however it is quoted, wrapped, nested or fed to another shell.
The rules themselves are in `trees`, `disks`, `bombs`, `code` and `windows`. Two habits make the reach
wide without knowing every wrapper: each word of a command may be where another command begins (`sudo`,
`env`, `xargs`, `ssh host` …), and each word with room for a command is read as one (`bash -c '…'`).
Only programs that are known to treat their words as mere data are left out. Called by `policy`.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from roku_desktop.engine.approval.shell import bombs, trees
from roku_desktop.engine.approval.shell.code import argument_lists, denied_code, literals
from roku_desktop.engine.approval.shell.containers import with_mounts_resolved
from roku_desktop.engine.approval.shell.nested import (
    HAS_COMMAND,
    expanded_again,
    placeholders,
    readings,
    run_by_option,
    sets_command,
)
from roku_desktop.engine.approval.shell.output import piped, printed, unpacked
from roku_desktop.engine.approval.shell.places import (
    UNKNOWN,
    is_disk,
    is_root_glob,
    is_vital_file,
    ruinous,
)
from roku_desktop.engine.approval.shell.programs import (
    MAX_PLACES,
    denied_by_rule,
    is_interpreted,
    may_be_program,
    program_name,
    readers,
    takes_data,
)
from roku_desktop.engine.approval.shell.scope import Scope
from roku_desktop.engine.approval.shell.script import Command, Script, is_suspect, read_script
from roku_desktop.engine.approval.shell.syntax import Syntax
from roku_desktop.engine.approval.shell.windows import denied_windows
from roku_desktop.engine.sentences import said

_log = logging.getLogger(__name__)

MAX_TEXTS: Final = 5_000
MAX_TEXT_CHARS: Final = 4_000_000
TIME_LIMIT_S: Final = 0.6
_MAX_FILLED: Final = 20
MAX_DEPTH: Final = 12
_JOINTS: Final = re.compile(r"[;|&\n(){}`]+")
_APPENDING: Final = frozenset(["xargs", "parallel"])
_SELECTING: Final = frozenset(["head", "tail", "grep", "egrep", "fgrep", "rg", "awk", "sed", "cut", "fzf"])
_PACKED: Final = re.compile(r"[A-Za-z0-9+/=]{8,}")
_RUNS_LATER: Final = re.compile(
    r"/etc/(?:cron|profile|init|rc|bash|zsh)|/var/spool/cron|\.git/hooks/"
    r"|\.(?:bashrc|zshrc|kshrc|profile|bash_profile|bash_login|bash_logout|zprofile|zshenv|zlogin|xinitrc|xprofile)$"
)
_RECODERS: Final = re.compile(r"base64|\b(?:base32|xxd|openssl|rev|powershell|pwsh)\b|fromhex|b64decode")


class Denial(msgspec.Struct, frozen=True):
    """Why, in a sentence, and the piece of the text that it is about."""

    reason: str
    segment: str


class _Text(msgspec.Struct, frozen=True):
    text: str
    depth: int
    scope: Scope | None
    positional: tuple[str, ...] = ()
    folder: str = "."


class DenySearch:
    """One search over one text.

    `complete` tells afterwards whether every corner could be looked at, `faulty` that a fault of this
    program was among the reasons.
    """

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._waiting: deque[_Text] = deque()
        self._seen: set[str] = set()
        self._chars_left = MAX_TEXT_CHARS
        self._ends_at = time.thread_time() + TIME_LIMIT_S
        self.complete = True
        self.faulty = False

    def run(self, text: str) -> Denial | None:
        """Return the first denial found; None where there is none."""
        self._add(text, depth=0, scope=None)
        while self._waiting and not self._out_of_time():
            waiting = self._waiting.popleft()
            try:
                if denial := self._look_at(waiting):
                    return denial
            except Exception:  # noqa: BLE001 (a fault at one place must not hide what stands beside it)
                _log.exception("a text could not be searched")
                self._fall_back(waiting)
        return None

    def _fall_back(self, waiting: _Text) -> None:
        """Line up the pieces of a text that can't be read."""
        self.complete, self.faulty = False, True
        for piece in _JOINTS.split(waiting.text):
            self._add(piece, depth=waiting.depth + 1, scope=waiting.scope, folder=waiting.folder)

    def _out_of_time(self) -> bool:
        """Whether the text takes too long; then it is not known to be harmless, and a person looks at it."""
        late = time.thread_time() > self._ends_at
        self.complete = self.complete and not late
        return late

    def _add(
        self, text: str, *, depth: int, scope: Scope | None, positional: Sequence[str] = (), folder: str = "."
    ) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace(UNKNOWN, "${_}")
        if text in self._seen:
            return
        suspect = is_suspect(text)
        if (
            len(self._seen) >= (2 * MAX_TEXTS if suspect else MAX_TEXTS)
            or depth > MAX_DEPTH
            or self._chars_left < len(text)
        ):
            self.complete = False
            return
        self._seen.add(text)
        self._chars_left -= len(text)
        line_up = self._waiting.appendleft if suspect else self._waiting.append
        line_up(_Text(text, depth, scope, tuple(positional), folder))

    def _look_at(self, waiting: _Text) -> Denial | None:
        text = waiting.text
        if reason := denied_windows(text):
            return Denial(reason, text)
        script = read_script(
            self._syntax, text, outer=waiting.scope, positional=waiting.positional, ended=self._out_of_time
        )
        if not script.understood and waiting.depth == 0:
            self.complete = False
        self._nest_assigned(script, waiting)
        for inner in expanded_again(text):
            self._nest(inner, script, waiting, waiting.folder)
        if bombs.is_bomb(text, script.functions, script.endless):
            return Denial(bombs.SENTENCE, text)
        if reason := _overwritten(script):
            return Denial(reason, text)
        for command in script.commands:
            if self._out_of_time():
                return None
            if denial := self._look_at_command(command, script, waiting):
                return denial
        return (
            self._look_at_programs(script, waiting)
            or self._look_at_found(script, waiting)
            or self._look_at_fed(script, waiting)
        )

    def _look_at_command(self, command: Command, script: Script, waiting: _Text) -> Denial | None:
        folder = waiting.folder if command.folder == "." else command.folder
        for words in command.alternatives:
            argv = with_mounts_resolved(_without_assignments(words))
            if argv and (reason := self._denied(argv, folder)):
                return Denial(reason, command.text)
            if argv and not takes_data(argv):
                self._look_inside(argv, script, waiting, folder)
            elif argv:
                self._look_inside(list(run_by_option(argv)), script, waiting, folder)
        if "=" in command.text:
            self._look_at_assignments(command, script, waiting)
        return None

    def _denied(self, argv: Sequence[str], folder: str) -> str:
        """Look at a command and, unless its words are mere data, at each place where one may begin."""
        if takes_data(argv):
            return denied_by_rule(argv, folder)
        hot = 0
        for at, word in enumerate(argv):
            if at and not may_be_program(word):
                continue
            hot += 1
            if hot > MAX_PLACES or self._out_of_time():
                self.complete = False
                break
            if reason := denied_by_rule(argv[at:] if at else argv, folder):
                return reason
        return ""

    def _look_inside(self, argv: Sequence[str], script: Script, waiting: _Text, folder: str) -> None:
        """Line up every word that may hold a command or a program of its own."""
        if len(argv) > 2 and program_name(argv[0]) in {
            "eval",
            "ssh",
            "watch",
            "sudo",
            "exec",
            "command",
            "su",
        }:
            words = argv[1:] if program_name(argv[0]) == "eval" else argv[2:]
            self._nest(" ".join(words), script, waiting, folder)
        for at, word in enumerate(argv):
            if HAS_COMMAND.search(word):
                if "$0" in word:
                    word = word.replace("$0", "".join(argv[at + 1 : at + 2]))  # noqa: PLW2901 (as bash has it)
                self._nest(word, script, waiting, folder, positional=argv[at + 2 :])

    def _nest(
        self, word: str, script: Script, waiting: _Text, folder: str, positional: Sequence[str] = ()
    ) -> None:
        depth = waiting.depth + 1
        for text in readings(word):
            self._add(text, depth=depth, scope=script.scope, positional=positional, folder=folder)

    def _look_at_assignments(self, command: Command, script: Script, waiting: _Text) -> None:
        for argv in command.alternatives:
            for word in argv[:20]:
                if sets_command(word.partition("=")[0].removesuffix("+")):
                    self._nest(word.partition("=")[2], script, waiting, ".")

    def _nest_filled(
        self, argv: Sequence[str], given: Sequence[str], script: Script, waiting: _Text, folder: str
    ) -> None:
        """`xargs -I{} sh -c 'rm -rf {}'`: the inner command with what it is given."""
        marks = placeholders(argv)
        for word in filter(HAS_COMMAND.search, argv):
            for mark in filter(word.__contains__, marks):
                for text in given[:_MAX_FILLED]:
                    self._nest(word.replace(mark, text), script, waiting, folder)

    def _nest_assigned(self, script: Script, waiting: _Text) -> None:
        expands = "@P}" in waiting.text  # `${name@P}` expands its value as a prompt
        for name, value in script.assigned:
            if expands or sets_command(name):
                self._nest(value, script, waiting, ".")

    def _look_at_programs(self, script: Script, waiting: _Text) -> Denial | None:
        """What interpreters are given as a program is looked at as one."""
        for command in script.commands:
            for argv in filter(is_interpreted, command.alternatives):
                for word in argv:
                    if denial := self._look_at_code(word, script, waiting):
                        return denial
        return None

    def _look_at_code(self, code: str, script: Script, waiting: _Text) -> Denial | None:
        if reason := denied_code(code):
            return Denial(reason, waiting.text)
        for argv in argument_lists(code):
            if reason := self._denied(argv, waiting.folder):
                return Denial(reason, waiting.text)
        for literal in literals(code):
            if HAS_COMMAND.search(literal):
                self._nest(literal, script, waiting, waiting.folder)
        return None

    def _look_at_found(self, script: Script, waiting: _Text) -> Denial | None:
        """A tree that is listed whole, and a deletion of what can't be told: in a loop, by `xargs`."""
        every = [
            (argv, command.folder) for command in script.commands for argv in command.alternatives if argv
        ]
        trees_found = [
            tree for argv, folder in every for tree in trees.found_everything(argv, folder, deep=True)
        ]
        if trees_found and any(trees.removes_unknown(argv) for argv, _ in every):
            return Denial(said("It wipes {tree}.", tree=ruinous(trees_found[0])), waiting.text)
        return None

    def _look_at_fed(self, script: Script, waiting: _Text) -> Denial | None:
        """What the text prints or feeds is read as commands if anything in it may run what it reads."""
        found = {
            name for command in script.commands for argv in command.alternatives for name in readers(argv)
        }
        if not found and not any(_RUNS_LATER.search(target) for target in _targets(script)):
            return None
        fed = [*script.fed, *_printed(script), *piped(waiting.text, script.scope)]
        if _RECODERS.search(waiting.text):
            fed += [plain for text in fed for plain in (*unpacked(text), text[::-1])]
            fed += [plain for word in _PACKED.findall(waiting.text)[:50] for plain in unpacked(word)]
        for text in fed:
            if denial := self._look_at_code(text, script, waiting):
                return denial
            self._nest(text, script, waiting, waiting.folder)
        return self._look_at_xargs(script, fed, waiting) if found & _APPENDING else None

    def _look_at_xargs(self, script: Script, fed: Iterable[str], waiting: _Text) -> Denial | None:
        given = [word for text in fed for word in re.split(r"[\s\0]+", text) if word]
        every = [
            (argv, command.folder) for command in script.commands for argv in command.alternatives if argv
        ]
        selects = any(program_name(argv[0]) in _SELECTING for argv, _ in every)
        for argv, folder in every:
            given += [tree for tree in trees.found_everything(argv, folder) if tree != "." or not selects]
        for argv, folder in every:
            if self._out_of_time():
                return None
            if given and any(program_name(word) in _APPENDING for word in argv):
                self._nest_filled(argv, given, script, waiting, folder)
                words = [*(word for word in argv if word not in {*placeholders(argv), ":::"}), *given[:1000]]
                if reason := self._denied(words, folder):
                    return Denial(reason, waiting.text)
        return None


def _overwritten(script: Script) -> str:
    """Say what that must not be lost a text redirects its output to; to a disk also appending ruins."""
    for target, _ in (*script.written, *script.appended):
        if is_disk(target):
            return said("It overwrites the disk {path}.", path=target[:80])
    for target, folder in script.written:
        if is_vital_file(target, folder):
            return said("It overwrites {path}, without which the system doesn't work.", path=target[:80])
        if is_root_glob(target, folder):
            return said("It empties {tree}.", tree=ruinous(target, folder))
    return ""


def _without_assignments(argv: Sequence[str]) -> list[str]:
    at = 0
    while at < len(argv) and re.match(r"[A-Za-z_]\w*\+?=", argv[at]):
        at += 1
    return list(argv[at:])


def _targets(script: Script) -> Iterator[str]:
    yield from (target for target, _ in (*script.written, *script.appended))
    for command in script.commands:
        for argv in command.alternatives:
            if "tee" in argv:
                yield from argv


def _printed(script: Script) -> Iterator[str]:
    for command in script.commands:
        for argv in command.alternatives:
            if argv and (text := printed(argv)):
                yield text
