"""Commands that stand inside the words of other commands.

Owns the forms in which a word holds one: as it stands, behind `name=`, behind the marks that cron, git,
sed and vim want, as an array's index or a prompt that the shell expands once more, as the option of a
program that only reads. Guesses more than the programs would do. Pure; called by `search`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.approval.shell.programs import program_name

HAS_COMMAND: Final = re.compile(r"[\s{,$`|&;<>()=!]")
"""A word without any of these holds at most a name."""

_MAX_FOUND: Final = 20
_LEADING: Final = re.compile(r"^[\s!@+:|-]*(?:\d[\d*/,-]*\s+|[*@]\S*\s+){0,6}")
_TYPED_RETURN: Final = re.compile(r"(?:\\[nr]|\^M)+$")
_SUBSTITUTED: Final = re.compile(r"s([^\w\s\\])(?:\\.|[^\\]){0,500}?\1((?:\\.|[^\\]){1,500}?)\1[\dgpiIm]*e")
"""`s/x/command/e`, which GNU sed runs."""
_INDEX: Final = re.compile(r"\w\[[^\]\n]{0,40}?(\$\([^\n]{1,1000}\)|`[^`\n]{1,1000}`)[^\])`\n]{0,40}\]")
"""`a[$(command)]`, which arithmetic, `[[ -v`, `printf -v`, `declare`, `unset` and `read` expand."""
_SETS_COMMAND: Final = re.compile(
    r"(?i)^(\w*(?:command|pager|editor|visual|browser|askpass|shell|diff|env|rc|cmd|hook|exec|open|close)\w*|ps[0-4])\+?="
)
_RUNNING_OPTION: Final = re.compile(r"--(?:pager|pre|hostname-bin|comp[a-z-]*|html)(?:=|$)")
_REPLACED: Final = re.compile(r"-[Ii](.+)|--replace=(.+)")


def readings(word: str) -> Iterator[str]:
    """A word as commands: as it stands, after `name=`, without the marks that cron, git and vim want."""
    yield word
    stripped = _TYPED_RETURN.sub("", _LEADING.sub("", word))
    if stripped != word:
        yield stripped
    parts = word.split("=")
    for part in (*("=".join(parts[at:]) for at in range(1, min(len(parts), 4))), *parts[1:3]):
        yield from filter(None, {part, _LEADING.sub("", part)})
    if word[:1] == "s" and word[-1] == "e" and (found := _SUBSTITUTED.fullmatch(word)):
        yield re.sub(r"\\(.)", r"\1", found[2])


def expanded_again(text: str) -> Iterator[str]:
    """What the shell expands although it is quoted: an index of an array, anywhere in the text."""
    if "[" in text:
        yield from (found[1] for found in itertools.islice(_INDEX.finditer(text), _MAX_FOUND))


def sets_command(name: str) -> bool:
    """Whether a variable's value is run or expanded by somebody: `PAGER`, `GIT_SSH_COMMAND`, `PS4`."""
    return _SETS_COMMAND.match(f"{name}=") is not None


def run_by_option(argv: Sequence[str]) -> Iterator[str]:
    """What a program that only reads is told to run: `man -P`, `sort --compress-program`, `rg --pre`."""
    is_man = program_name(argv[0]) == "man"
    for word, following in itertools.pairwise([*argv, ""]):
        if is_man and word[:2] in {"-P", "-H"}:
            yield word[2:] or following
        elif _RUNNING_OPTION.match(word):
            yield word.partition("=")[2] or following


def placeholders(argv: Sequence[str]) -> set[str]:
    """What `xargs` and `parallel` put their input in the place of: `{}`, or what `-I` names."""
    marks = {"{}"}
    for word, following in itertools.pairwise([*argv, ""]):
        if word == "-I" and following:
            marks.add(following)
        elif found := _REPLACED.fullmatch(word):
            marks.add(found[1] or found[2])
    return marks
