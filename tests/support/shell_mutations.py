"""Commands bent in the ways of people who want something run that nobody allowed.

Owns the ways: marks, characters that hide, options and paths that reveal or write, words torn apart
and joined. A mutation may be harmless; what it is has to be found out by whoever asked for it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


MARKS: Final = (
    *";|&<>`$(){}*?[]~\\!#^'\"%=+,:@\n\r\t\0\x0b\x1b",
    "\u00a0\u200b\u202e\ufeff\u2028",
    *(
        "&&",
        "||",
        ">>",
        "<<<",
        "$(",
        "${",
        "$'",
        "<(",
        ">(",
        "$((",
        "\\\n",
        "{a,b}",
        "; ",
        " & ",
        " | sh",
        "\r\n",
    ),
)
OPTIONS: Final = _listed(
    "-o out|-oout|--output=out|--outp=out|-i|--in-place|-w|-f|-F|--follow|--follow=name|-x|-r|-R|-L|-H|-T.|-s"
    "|-d|-e|--files0-from=-|--files0-from=README.md|--compress-program=sh|--random-source=.env|-S1|-exec|-delete|-fprint"
    "|-fls|-ok|-follow|-newer|-regex|-printf|--from-file=.env|--to-file=.env|--exclude-from=.env|--file=.env|-f.env"
    "|-C|-m|--special-files|-z|-l|-D|--set=1|--reference=.env|-s1|--help|--version|-|--|+1f|+5|-1f|-n|-c|-k|-t|-u"
    "|-n-1|-w999|-b|-A|-B|-E|-P|-Z|-0|-1|-99999999999|1e|1w|s/a/b/e|5p|$p|--color|--max-depth|--lines|--bytes|-I|-O"
)
PATHS: Final = _listed(
    "../outside/secret.txt|link|link/secret.txt|pipe|.env|.ssh/id_rsa|.ssh|..|/|~|~/.ssh|$HOME|/etc/passwd|/dev/zero"
    "|/dev/stdin|/dev/fd/0|/proc/self/environ|/proc/1/environ|./../outside|roku_desktop/../../outside/secret.txt"
    "|README.md/../../outside/secret.txt|//etc/passwd|/dev/tcp/127.0.0.1/80|out|build/out|my notes.txt|*|.|./"
)


def mutated(source: random.Random, commands: Sequence[str]) -> str:
    """Return one of the commands, bent one to three times."""
    command = source.choice(commands)
    for _ in range(source.randint(1, 3)):
        command = source.choice(_WAYS)(source, command, commands)
    return command


def _insert(source: random.Random, command: str, _: Sequence[str]) -> str:
    at = source.randint(0, len(command))
    return command[:at] + source.choice(MARKS) + command[at:]


def _drop(source: random.Random, command: str, _: Sequence[str]) -> str:
    at = source.randrange(len(command)) if command else 0
    return command[:at] + command[at + source.randint(1, 3) :]


def _add_word(source: random.Random, command: str, _: Sequence[str]) -> str:
    words = command.split(" ")
    words.insert(source.randint(0, len(words)), source.choice((*OPTIONS, *PATHS)))
    return " ".join(words)


def _change_word(source: random.Random, command: str, _: Sequence[str]) -> str:
    words = command.split(" ")
    words[source.randrange(len(words))] = source.choice((*OPTIONS, *PATHS))
    return " ".join(words)


def _swap(source: random.Random, command: str, _: Sequence[str]) -> str:
    words = command.split(" ")
    source.shuffle(words)
    return " ".join(words)


def _cross(source: random.Random, command: str, commands: Sequence[str]) -> str:
    """The beginning of one, the end of another."""
    words, others = command.split(" "), source.choice(commands).split(" ")
    return " ".join([*words[: source.randint(1, len(words))], *others[source.randrange(len(others)) :]])


def _value(source: random.Random, command: str, _: Sequence[str]) -> str:
    """Another number, or a path, for the value of an option."""
    return re.sub(r"\d+", source.choice(["0", "99999999", "4294967296", *PATHS[:8]]), command, count=1)


_WAYS: Final[tuple[Callable[[random.Random, str, Sequence[str]], str], ...]] = (
    _insert,
    _drop,
    _add_word,
    _add_word,
    _change_word,
    _swap,
    _cross,
    _value,
)
