"""What is known of programs by their names: who has a rule, whose words are data, who runs what it reads.

Owns that knowledge and how a name is recognised in a word. Called by `search`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from roku_desktop.engine.approval.shell import disks, trees
from roku_desktop.engine.approval.shell.places import UNKNOWN
from roku_desktop.engine.approval.shell.trees import Rule
from roku_desktop.engine.approval.shell.words import listed

MAX_PLACES: Final = 64
"""So many words of one command are looked at as places where another may begin."""

_RULES: Final[dict[str, Rule]] = {**trees.RULES, **disks.RULES}
_SHELLS: Final = listed(
    """
    sh bash zsh dash ksh mksh ash fish csh tcsh rbash busybox toybox source . eval at batch crontab
    parallel xargs pwsh powershell cmd ssh su ed ex vi vim nvim make gmake gdb expect osascript screen tmux
    """
)
_INTERPRETER: Final = re.compile(
    r"(?:python|perl|ruby|node|nodejs|php|lua|deno|bun|tclsh|osascript|pypy|awk|gawk|expect|wish)[\d.]*"
)
_INERT: Final = listed(
    """
    [ [[ basename cal cat cd cksum cmp comm cut date df diff dirname du echo egrep expr false fgrep
    file fold gh glab grep head hostname id jq ln logger ls man md5sum mkdir nl notify-send nproc
    popd printenv printf pushd pwd read realpath readlink rg say seq set sha1sum sha256sum sha512sum
    shasum sleep sort stat tac tail test touch tr tree true type uname uniq unset uptime wc where
    whereis which who whoami yes
    """
)
_GIT_DATA: Final = listed(
    "add blame branch checkout commit diff grep log merge mv notes restore rm show stash status tag"
)
_MANAGERS: Final = listed("hg svn docker podman npm aws gsutil kubectl apt apt-get brew pip")
_MANAGER_DATA: Final = listed("rm install remove uninstall s3 cp mv")


def program_name(word: str) -> str:
    """Return a program's name: without folder and ending, in lower case as some file systems compare."""
    name = word.rpartition("/")[2] if "/" in word else word
    name = name.rpartition("\\")[2] if "\\" in name else name
    return name.lower().removesuffix(".exe")


def denied_by_rule(argv: Sequence[str], folder: str) -> str:
    """Return why the program's own rule denies these words; a pattern stands for all that it matches."""
    name = program_name(argv[0])
    if rule := _RULES.get(name) or disks.rule_of(name):
        return rule([name, *argv[1:]], folder)
    if UNKNOWN in name:
        return trees.unknown_program(argv, folder)
    if "*" in name or "?" in name or "[" in name:
        for program, rule in _RULES.items():
            if fnmatchcase(program, name) and (reason := rule([program, *argv[1:]], folder)):
                return reason
    return ""


def may_be_program(word: str) -> bool:
    """Whether a word in the midst of a command may be a program that has a rule."""
    name = program_name(word)
    if name in _RULES or name.startswith(("mkfs", "newfs_")) or UNKNOWN in word:
        return True
    return "/" in word and ("*" in name or "?" in name or "[" in name)


def takes_data(argv: Sequence[str]) -> bool:
    """Whether the program never runs any of its words."""
    name = argv[0] if argv[0] in _INERT else program_name(argv[0])
    if name == "git":
        return len(argv) > 1 and argv[1] in _GIT_DATA
    if name in _MANAGERS:
        return len(argv) > 1 and argv[1] in _MANAGER_DATA
    return name in _INERT


def is_interpreted(argv: Sequence[str]) -> bool:
    """Whether a language's interpreter stands anywhere in the command."""
    return any(_INTERPRETER.fullmatch(program_name(word)) for word in argv[:MAX_PLACES])


def readers(argv: Sequence[str]) -> Iterator[str]:
    """Yield the programs in a command that may run what they read, or what was written before."""
    if not argv or takes_data(argv):
        return
    if argv[0].startswith(("./", "/tmp/")) or UNKNOWN in argv[0]:  # noqa: S108 (a script's usual place)
        yield "script"
    for word in argv[:MAX_PLACES]:
        name = program_name(word)
        if name in _SHELLS or _INTERPRETER.fullmatch(name):
            yield name
